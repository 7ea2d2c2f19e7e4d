"""Which codes the rows of a file may refer to: those that exist, and its own."""

import difflib
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.fields import beginning
from registry.transfer.widgets import shortened

# Suggestions cost some milliseconds each: the first get one.
MOST_SUGGESTED = 200
# Among so many codes a misspelt one is compared with the others.
MOST_COMPARED = 5000
MOST_MEANT = 3

Model = type[models.Model]


class References:
    """Codes by model: in the database, in the file, and in its rows that are wrong."""

    def __init__(self) -> None:
        self.existing: dict[Model, set[str]] = defaultdict(set)
        self.coming: dict[Model, dict[str, int]] = defaultdict(dict)
        self.wrong: dict[Model, dict[str, int]] = defaultdict(dict)
        self._suggested = 0

    def look_up(self, model: Model, codes: Iterable[str]) -> None:
        """Learn which of the codes the database has, in one query."""
        target = concrete(model)
        asked = {code for code in codes if code} - self.existing[target]
        if asked:
            rows = target._base_manager.filter(pk__in=asked)
            self.existing[target].update(rows.values_list("pk", flat=True))

    def stands(self, model: Model, code: str) -> bool:
        """Whether the row is there already, as far as was looked up."""
        return code in self.existing[concrete(model)]

    def is_awaited(self, model: Model, code: str) -> bool:
        """Whether the row is one of the file's that is not written yet."""
        target = concrete(model)
        awaited = code in self.coming[target] and code not in self.wrong[target]
        return awaited and not self.stands(model, code)

    def check(self, model: Model, code: str) -> None:
        """Raise ValidationError for a code that leads nowhere; says what is meant."""
        target = concrete(model)
        if self.stands(target, code):
            return
        if code in self.wrong[target]:
            raise ValidationError(
                _("%(code)s is wrong itself: row %(row)d of its table."),
                params={"code": code, "row": self.wrong[target][code]},
            )
        self._suggested += 1
        meant = suggestions(target, code) if self._suggested <= MOST_SUGGESTED else []
        if meant:
            raise ValidationError(
                _("“%(code)s” is no code of %(kind)s. Is this meant: %(meant)s?"),
                params={
                    "code": shortened(code),
                    "kind": target._meta.verbose_name_plural,
                    "meant": ", ".join(meant),
                },
            )
        raise ValidationError(
            _("“%(code)s” is no code of %(kind)s: give one that is in the registry."),
            params={
                "code": shortened(code),
                "kind": target._meta.verbose_name_plural,
            },
        )


def concrete(model: Any) -> Any:
    """The model with the table: that of a proxy is another's."""
    return model._meta.concrete_model or model


def suggestions(model: Any, given: str) -> list[str]:
    """Codes that may be meant: of rows with such a name, else those spelt alike."""
    codes = model._base_manager.order_by("pk").values_list("pk", flat=True)
    if any(field.name == "name" for field in model._meta.concrete_fields):
        for lookup in ("name", "name__startswith", "name__contains"):
            if found := list(codes.filter(**{lookup: given})[:MOST_MEANT]):
                return found
    near = codes.filter(beginning("pk", given[:6])) if given[:6].isdigit() else codes
    compared = list(near[:MOST_COMPARED])
    return difflib.get_close_matches(given, compared, n=MOST_MEANT, cutoff=0.75)
