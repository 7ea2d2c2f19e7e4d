"""What a quantity typed into one column says of the columns beside it."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from registry.quantities import Quantity


def taken_apart(
    typed: Quantity, name: str, said: Mapping[str, Any], model: type[models.Model]
) -> tuple[dict[str, Any], list[str]]:
    """Column → value for what was typed into the column ``name``, and what is wrong.

    ``said`` has the other columns. Unit and comparator fill those that are empty and
    may not contradict those that aren't; so do the second value and the former one.
    """
    columns: dict[str, Any] = {name: typed.value}
    sentences = []
    for other in ("unit", "comparator"):
        given, chosen = getattr(typed, other), said.get(other) or ""
        if given in ("", "eq") or given == chosen:
            continue
        if chosen:
            column: Any = model._meta.get_field(other)
            label = capfirst(str(column.verbose_name))
            sentences.append(
                _("It says %(typed)s, but %(field)s is %(chosen)s.")
                % {"typed": given, "field": label, "chosen": chosen}
            )
        else:
            columns[other] = given
    for other in ("value_to", "previous"):
        given = getattr(typed, other)
        if given is None or given == said.get(other):
            continue
        if name == "value" and other in said and said[other] is None:
            columns[other] = given
        else:
            sentences.append(_("Only one value fits here."))
    return columns, sentences
