"""Codes for new records: proposed from jurisdiction and name, never one used before."""

import re

from django.db import models

from registry import pinyin
from registry.fields import RECORD_CODE, beginning
from registry.models import Entry

LONGEST_CODE = 80
# A code is read and typed by people; names are longer than what tells them apart.
LONGEST_SLUG = 40


def proposed(model: type[models.Model], prefix: str, name: str) -> str:
    """A free code such as ``640000-ningkedai``; empty where prefix or name lack."""
    slug = pinyin.slug(name, LONGEST_SLUG)
    first = f"{prefix}-{slug}"
    return free(model, first) if slug and re.match(RECORD_CODE, first) else ""


def free(model: type[models.Model], first: str) -> str:
    """The code itself or, where a row has it or ever had, with ``-2`` and so on."""
    rows = model._base_manager.filter(beginning("code", first[: LONGEST_CODE - 5]))
    taken = set(rows.values_list("code", flat=True))
    taken |= Entry.codes_used(model, first[: LONGEST_CODE - 5])
    code, number = first[:LONGEST_CODE].rstrip("-"), 1
    while code in taken:
        number += 1
        ending = f"-{number}"
        code = first[: LONGEST_CODE - len(ending)].rstrip("-") + ending
    return code
