"""A Redis that may fail: whoever asks then finds nothing there, and is answered."""

import logging
import time
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

# After a failure it is left alone for so many seconds, so that not every request waits
# for a server that does not answer.
PAUSE = 5.0


class QuietRedis(RedisCache):
    """Keeps whole answers, which can be made anew; for `get` and `set` only."""

    # Of the process: each thread has a cache object of its own.
    over_at = 0.0

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._unless_down(super().get, default, key, default, version)

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> None:
        self._unless_down(super().set, None, key, value, *args, **kwargs)

    def _unless_down(self, ask: Any, else_: Any, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() < QuietRedis.over_at:
            return else_
        try:
            return ask(*args, **kwargs)
        except (RedisError, OSError) as error:
            QuietRedis.over_at = time.monotonic() + PAUSE
            logger.error("Answers are not kept, since the cache fails: %s", error)
            return else_
