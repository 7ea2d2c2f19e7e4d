"""What templates ask of records."""

from typing import Any

from django import template

register = template.Library()


@register.filter
def model_name(record: Any) -> str:
    """The name of the record's model, as forms post it: ``program``."""
    return str(record._meta.model_name)
