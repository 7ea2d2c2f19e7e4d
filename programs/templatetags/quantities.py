"""Terms and figures in templates, in natural units."""

from typing import Any

from django import template
from django.utils.translation import get_language

from programs.admin.figures import amount_said, period_said, subject
from programs.admin.terms import said
from registry.quantities import phrase
from registry.templatetags.records import spelled

register = template.Library()

register.filter("said", said)
register.filter("amount_said", amount_said)
register.filter("period_said", period_said)
register.filter("subject", subject)
register.filter("spelled", spelled)


@register.filter
def phrased(quantity: Any) -> str:
    """A quantity in words, in the reader's language."""
    return phrase(quantity, get_language() or "zh-hans")
