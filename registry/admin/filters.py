"""Filters of the change lists that any record has: what needs to be looked after.

They ask the verbs of the querysets (``stale``, ``without_evidence``, ``expiring``), and
a list has those filters whose verb its records know.
"""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.admin.lists import Chosen

YEAR = timedelta(days=365)


class Stale(Chosen):
    """Records that nobody has verified within the period."""

    title = _("verification")
    parameter_name = "stale"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        days = {"days": settings.STALE_AFTER_DAYS}
        return [
            ("yes", gettext("Not within %(days)d days") % days),
            ("never", gettext("Never")),
        ]

    def queryset(self, request: Any, queryset: Any) -> Any:
        if self.value() == "yes":
            return queryset.stale(localdate())
        if self.value() == "never":
            return queryset.filter(verified_on=None)
        return queryset


class MissingEvidence(Chosen):
    """Records that nothing leads back to a text."""

    title = _("evidence")
    parameter_name = "evidence"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return [("missing", gettext("Missing"))]

    def queryset(self, request: Any, queryset: Any) -> Any:
        return queryset.without_evidence() if self.value() else queryset


class Ending(Chosen):
    """Records by their stated end: past, or near."""

    title = _("end")
    parameter_name = "ending"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("past", gettext("Past")),
            ("quarter", gettext("Within 90 days")),
            ("year", gettext("Within a year")),
        ]

    def queryset(self, request: Any, queryset: Any) -> Any:
        if self.value() == "past":
            return queryset.expiring(localdate())
        if self.value() == "quarter":
            return ending(queryset, localdate(), timedelta(days=90))
        if self.value() == "year":
            return ending(queryset, localdate(), YEAR)
        return queryset


def ending(queryset: Any, on: date, within: timedelta) -> Any:
    """Records whose stated end lies within that time from the day, the day included."""
    past = queryset.model._default_manager.expiring(on).values("pk")
    return queryset.expiring(on + within).exclude(pk__in=past)


def upkeep(model: Any) -> list[Any]:
    """The filters of this module that records of the model can answer."""
    verbs = {
        "stale": Stale,
        "without_evidence": MissingEvidence,
        "expiring": Ending,
    }
    records = model._default_manager
    return [found for verb, found in verbs.items() if hasattr(records, verb)]
