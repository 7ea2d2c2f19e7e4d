"""Values as JSON, by orjson: the standard library took a sixth of a page's time."""

from typing import Any

import orjson
from rest_framework.utils.encoders import JSONEncoder

_OTHERS = JSONEncoder().default
_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS


def encoded(value: Any) -> bytes:
    """The value in UTF-8, without blanks, as Django REST framework writes its kinds."""
    return orjson.dumps(value, default=_OTHERS, option=_OPTIONS)
