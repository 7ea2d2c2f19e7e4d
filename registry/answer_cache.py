"""The cache of whole answers where it is a Redis: lacking it, answers are made anew."""

import logging
import time
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

# After a failure it is left alone for so many seconds, so that not every request waits
# for a server that does not answer.
PAUSE = 5.0


class AnswerCache(RedisCache):
    """Finds and keeps nothing while its server fails, and says so in the log."""

    # Of the process, since each thread has a cache object of its own.
    over_at = 0.0

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        if time.monotonic() < AnswerCache.over_at:
            return default
        try:
            return super().get(key, default, version)
        except (RedisError, OSError) as error:
            self._pause(error)
            return default

    def set(self, key: str, value: Any, *args: Any, **kwargs: Any) -> None:
        if time.monotonic() < AnswerCache.over_at:
            return
        try:
            super().set(key, value, *args, **kwargs)
        except (RedisError, OSError) as error:
            self._pause(error)

    @staticmethod
    def _pause(error: Exception) -> None:
        AnswerCache.over_at = time.monotonic() + PAUSE
        logger.error("Answers are not kept, since the cache fails: %s", error)
