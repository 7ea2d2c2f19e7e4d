"""What ``group_by`` answers, as the schema tells it."""

from registry.api.aggregates import FUNCTIONS
from registry.api.answers import meta
from registry.api.parameters import NAMES

# What a row does not state has a label, but no code.
OF = {
    "type": "object",
    "properties": {"code": {"type": ["string", "null"]}, "label": {"type": "string"}},
    "required": ["code", "label"],
    "additionalProperties": False,
}
AMOUNT = {
    "type": ["object", "null"],
    "additionalProperties": {"type": ["string", "null"]},
}
BUCKET = {
    "type": "object",
    "required": ["count"],
    "properties": {
        "count": {"type": "integer"},
        "values": {"type": "integer"},
        "comparators": NAMES,
        "left_out": {"type": "object", "additionalProperties": {"type": "integer"}},
    }
    | dict.fromkeys(FUNCTIONS, AMOUNT),
    "additionalProperties": OF,
}
GROUPS = {
    "type": "object",
    "required": ["count", "overlapping", "dimensions", "results", "meta"],
    "properties": {
        "count": {"type": "integer"},
        "overlapping": {"type": "boolean"},
        "dimensions": {"type": "array", "items": {"type": "object"}},
        "results": {"type": "array", "items": BUCKET},
        "meta": meta(query={"type": "string"}),
    },
}
