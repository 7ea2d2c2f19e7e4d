"""``amount__gte=1000万元`` and kin: what programs offer, by bounds on their terms."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from programs.api.filters import at_least
from programs.models import Term
from registry.api.comparisons import AmountFilter
from registry.models import visible

# A bound in the usual unit of a kind of term, as one writes it.
BOUNDS = {
    "CNY": "1000万元",
    "percent": "50%",
    "month": "3年",
    "day": "10天",
    "multiple": "10倍",
}


class TermFilter(AmountFilter):
    """A bound that some published term of a kind of the program's keeps.

    Of two bounds on one kind the same term keeps both.
    """

    def __init__(self, kind: Term.Kind, lookup: str, **kwargs: Any) -> None:
        self.kind, self.lookup = kind, lookup
        example = BOUNDS[kind.units[0]]
        super().__init__("", units=kind.units, example=example, **kwargs)

    def filter(self, queryset: Any, value: Any) -> Any:
        bounds = {self.lookup: value}
        other = "gte" if self.lookup == "lte" else "lte"
        if beside := self.parent.cleaned.get(f"{self.kind.value}__{other}"):
            bounds[other] = beside
        # Not correlated: SQLite would read all terms of the kind for every program.
        terms = Term.objects.filter(
            visible(Term), program__isnull=False, kind=self.kind, unit=value.unit
        )
        if "gte" in bounds:
            terms = terms.filter(at_least(bounds["gte"].value))
        if "lte" in bounds:
            terms = terms.filter(value__lte=bounds["lte"].value)
        return queryset.filter(pk__in=terms.order_by().values("program"))


def term_ranges() -> dict[str, TermFilter]:
    """``amount__gte``, ``tenor__lte`` and kin, one pair for each kind of term.

    No strict bounds: what a program offers at most, one can have.
    """
    found = {}
    for kind in Term.Kind:
        for lookup, label in (
            ("gte", _("Some term “%s” reaches this value.")),
            ("lte", _("Some term “%s” stays within this value.")),
        ):
            name = f"{kind.value}__{lookup}"
            found[name] = TermFilter(kind, lookup, label=label % kind.label)
    return found
