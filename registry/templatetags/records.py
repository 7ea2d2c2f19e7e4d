"""What templates ask of records."""

from typing import Any

from django import template
from django.utils.translation import get_language

from registry import dates
from registry.admin.paging import said
from registry.admin.telling import path_label

register = template.Library()


@register.filter
def model_name(record: Any) -> str:
    """The name of the record's model, as forms post it: ``program``."""
    return str(record._meta.model_name)


@register.filter
def way(path: str) -> str:
    """The way of a change in words."""
    return path_label(path)


@register.filter
def spelled(text: Any) -> str:
    """A partial date in the reader's language; empty where not stated."""
    return dates.spell(text, get_language() or "zh-hans") if text else ""


@register.filter
def grouped(number: int) -> str:
    """A count with separators: 100,000."""
    return said(number)
