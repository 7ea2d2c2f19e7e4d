"""The registry's own settings; BENCHMARKS_CACHE=off keeps no whole answers.

Then every answer is made anew: what the first who asks after a change waits for.
"""

import os

from registry.settings import *  # noqa: F403

if os.environ.get("BENCHMARKS_CACHE") == "off":
    CACHES["default"] = {  # noqa: F405
        "BACKEND": "django.core.cache.backends.dummy.DummyCache"
    }
