"""The caches: local memory of each process, or a Redis that all share."""

from typing import Any

COUNTERS_AT_MOST = 200_000
# Each is half a megabyte at most, and a page of fifty rows some tens of kilobytes.
ANSWERS_AT_MOST = 200


def configuration(url: str) -> dict[str, dict[str, Any]]:
    """Django's CACHES: whole answers in ``default``, the limits' in ``counters``.

    Apart, since in local memory answers would push counters out. A Redis that does not
    answer is given up after half a second.
    """
    if not url:
        memory = "django.core.cache.backends.locmem.LocMemCache"
        return {
            "default": {
                "BACKEND": memory,
                "LOCATION": "answers",
                "OPTIONS": {"MAX_ENTRIES": ANSWERS_AT_MOST},
            },
            "counters": {
                "BACKEND": memory,
                "LOCATION": "counters",
                "OPTIONS": {"MAX_ENTRIES": COUNTERS_AT_MOST},
            },
        }
    shared = {
        "LOCATION": url,
        "OPTIONS": {
            "socket_connect_timeout": 0.5,
            "socket_timeout": 0.5,
            # Nobody who got into Redis runs anything here.
            "serializer": "registry.signed_values.SignedValues",
        },
    }
    return {
        "default": shared
        | {"BACKEND": "registry.answer_cache.AnswerCache", "KEY_PREFIX": "answers"},
        "counters": shared
        | {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "KEY_PREFIX": "counters",
        },
    }
