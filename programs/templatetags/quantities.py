"""Terms and figures in templates, in natural units."""

from typing import Any

from django import template
from django.utils.translation import get_language

from programs.admin.figures import amount_said, period_said, subject
from programs.admin.terms import said
from registry import dates
from registry.quantities import phrase

register = template.Library()

register.filter("said", said)
register.filter("amount_said", amount_said)
register.filter("period_said", period_said)
register.filter("subject", subject)


@register.filter
def phrased(quantity: Any) -> str:
    """A quantity in words, in the reader's language."""
    return phrase(quantity, get_language() or "zh-hans")


@register.filter
def spelled(text: Any) -> str:
    """A partial date in the reader's language; empty where not stated."""
    return dates.spell(text, get_language() or "zh-hans") if text else ""
