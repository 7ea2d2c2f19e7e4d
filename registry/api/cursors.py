"""Cursors: where a page begins, signed so that nobody makes one up."""

import json
from typing import Any

from django.core import signing

SALT = "registry.cursor"


class Utf8:
    """JSON for `signing`, in which a Chinese name stays short."""

    def dumps(self, kept: Any) -> bytes:
        return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()

    def loads(self, text: bytes) -> Any:
        return json.loads(text)


def signed(kept: list[Any]) -> str:
    """What is kept as text for an address."""
    return _signer().sign_object(kept, serializer=Utf8, compress=True)


def opened(cursor: str) -> list[Any]:
    """What the cursor keeps; raises ValueError for one that this API did not give."""
    try:
        kept: list[Any] = _signer().unsign_object(cursor, serializer=Utf8)
    except signing.BadSignature as error:
        raise ValueError(cursor) from error
    return kept


def _signer() -> signing.Signer:
    """Without a time, so that the same page gives the same cursor."""
    return signing.Signer(salt=SALT, sep="~")
