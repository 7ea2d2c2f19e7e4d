"""``has_<name>=true|false``: whether a row states something."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry import drafts
from registry.api.filters import Unreadable
from registry.api.typed import Typed
from registry.models import Publication, Record

STATED = gettext_lazy("Whether it is stated: true, or false for those without.")


class Flag(Typed):
    """Yes or no."""

    example = "true"
    values = ("true", "false")

    def read(self, text: str) -> bool:
        if text not in self.values:
            message = _("“%s” is neither true nor false.") % text
            raise Unreadable(message, given=text, allowed=list(self.values))
        return text == "true"

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.values)}


def stated(model: type[models.Model], *names: str, **columns: str) -> dict[str, Flag]:
    """``has_<name>`` for columns of the model that may be empty, by their name."""
    columns = {name: name for name in names} | columns
    return {
        f"has_{name}": Flag(
            _either(partial(_is_given, model._meta.get_field(column))), label=STATED
        )
        for name, column in columns.items()
    }


def _is_given(field: Any) -> Q:
    """Rows that state the column, as readers see it: a draft is none to refer to."""
    if field.is_relation and issubclass(field.related_model, Record):
        return shown(field.name)
    if field.null:
        return Q(**{f"{field.name}__isnull": False})
    return ~Q(**{field.name: ""})


def shown(relation: str) -> Q:
    """Rows that refer to a record which whoever asks may see."""
    if drafts.are_seen():
        return Q(**{f"{relation}__isnull": False})
    return Q(**{f"{relation}__publication": Publication.PUBLISHED})


def _either(condition: Callable[[], Q]) -> Callable[[bool], Q]:
    return lambda value: condition() if value else ~condition()


def related(condition: Callable[[], Q]) -> Flag:
    """``has_<name>`` for what other tables state of a row."""
    return Flag(_either(condition), label=STATED)
