"""Filters of the change lists that any record has: what needs to be looked after.

They ask `registry.freshness`, and a list has those filters whose question its records
can answer.
"""

from typing import Any

from django.conf import settings
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry import freshness
from registry.admin.lists import Chosen


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
            return freshness.stale(queryset, localdate())
        if self.value() == "never":
            return freshness.stale(queryset, localdate()).filter(verified_on=None)
        return queryset


class MissingEvidence(Chosen):
    """Records that nothing leads back to a text."""

    title = _("evidence")
    parameter_name = "evidence"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return [("missing", gettext("Missing"))]

    def queryset(self, request: Any, queryset: Any) -> Any:
        return freshness.without_evidence(queryset) if self.value() else queryset


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
            return freshness.ended(queryset, localdate())
        if self.value() == "quarter":
            return freshness.ending(queryset, localdate(), freshness.QUARTER)
        if self.value() == "year":
            return freshness.ending(queryset, localdate(), freshness.YEAR)
        return queryset


def upkeep(model: Any) -> list[Any]:
    """The filters of this module that records of the model can answer."""
    verbs = {
        "stale": Stale,
        "without_evidence": MissingEvidence,
        "expiring": Ending,
    }
    records = model._default_manager
    return [found for verb, found in verbs.items() if hasattr(records, verb)]
