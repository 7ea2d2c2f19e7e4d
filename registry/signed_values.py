"""How values lie in Redis: pickled, behind a signature that is looked at first.

To unpickle is to run whatever was written there, so who got into Redis would be in
every web worker. Nothing is read that was not signed with ``SECRET_KEY`` or a key of
before.
"""

import hashlib
import hmac
import pickle
from typing import Any

from django.conf import settings
from django.core.cache.backends.redis import RedisSerializer

SIZE = 32


class NotOurs(Exception):
    """What lies in the cache was not written by this registry."""


class SignedValues(RedisSerializer):
    """Django's, with a signature; numbers stay so, since Redis counts with them."""

    def dumps(self, obj: Any) -> Any:
        written = super().dumps(obj)
        if isinstance(written, int):
            return written
        return _signature(settings.SECRET_KEY, written) + written

    def loads(self, data: Any) -> Any:
        try:
            return int(data)
        except ValueError:
            pass
        signature, written = data[:SIZE], data[SIZE:]
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
            if hmac.compare_digest(signature, _signature(key, written)):
                return pickle.loads(written)  # noqa: S301  # ours, as was just seen
        raise NotOurs("A value in the cache is not signed by this registry.")


def _signature(key: str, written: bytes) -> bytes:
    secret = hashlib.sha256(b"registry.signed_values" + key.encode()).digest()
    return hmac.digest(secret, written, hashlib.sha256)
