"""What ``/programs/compare/`` answers, as the schema tells it."""

from registry.api.answers import meta
from registry.api.shown import LABELLED, PASSAGE

TEXT = {"type": "string"}
NULLABLE = {"type": ["string", "null"]}
TERM_FIELDS = {
    "code": TEXT,
    "kind": LABELLED,
    "applies_to": TEXT,
    "comparator": TEXT,
    "value": NULLABLE,
    "value_to": NULLABLE,
    "previous": NULLABLE,
    "unit": TEXT,
    "per": LABELLED,
    "base": TEXT,
    "frequency": LABELLED,
    "condition": TEXT,
    "as_written": TEXT,
    "restates": NULLABLE,
    "passage": PASSAGE,
    "verified_on": NULLABLE,
    "updated_at": TEXT,
}
TERM = {
    "type": "object",
    "properties": TERM_FIELDS,
    "required": list(TERM_FIELDS),
}
OF = {
    "type": "object",
    "properties": {
        "kind": LABELLED,
        "unit": TEXT,
        "per": LABELLED,
        "base": TEXT,
        "frequency": LABELLED,
    },
    "required": ["kind", "unit", "per", "base", "frequency"],
    "nullable": True,
}
CELL = {
    "type": "object",
    "properties": {
        "values": {"type": "array", "items": LABELLED},
        "terms": {"type": "array", "items": TERM},
        "passages": {"type": "array", "items": PASSAGE},
    },
    "required": ["values", "terms", "passages"],
}
LINE = {
    "type": "object",
    "properties": {
        "aspect": LABELLED,
        "line": LABELLED,
        "of": OF,
        "differs": {"type": "boolean"},
        "cells": {"type": "array", "items": CELL},
    },
    "required": ["aspect", "line", "of", "differs", "cells"],
}
COMPARED = {
    "type": "object",
    "properties": {
        "programs": {"type": "array", "items": LABELLED},
        "lines": {"type": "array", "items": LINE},
        "meta": meta(),
    },
    "required": ["programs", "lines", "meta"],
}
