"""The cache of whole answers where it is a Redis: lacking it, answers are made anew."""

import logging
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

from registry.outages import Outage
from registry.signed_values import NotOurs

logger = logging.getLogger(__name__)

# Of the process, since each thread has a cache object of its own.
OUTAGE = Outage()


class AnswerCache(RedisCache):
    """Finds and keeps nothing while its server fails, and says so in the log."""

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        if OUTAGE.is_on():
            return default
        try:
            return super().get(key, default, version)
        except (RedisError, OSError) as error:
            self._pause(error)
            return default
        except NotOurs as error:
            logger.error("An answer is made anew: %s", error)
            return default

    def set(self, key: str, value: Any, *args: Any, **kwargs: Any) -> None:
        if OUTAGE.is_on():
            return
        try:
            super().set(key, value, *args, **kwargs)
        except (RedisError, OSError) as error:
            self._pause(error)

    @staticmethod
    def _pause(error: Exception) -> None:
        OUTAGE.begin()
        logger.error("Answers are not kept, since the cache fails: %s", error)
