"""The sections of the index, and what the first page says is in the registry."""

from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from programs.models import (
    Agency,
    Case,
    Document,
    Figure,
    Passage,
    Program,
    Region,
    SpecialistBranch,
    Term,
)

SECTIONS = [
    (_("Programs"), ["Program", "Fund", "Platform", "Term", "Case"]),
    (_("Agencies"), ["Agency", "SpecialistBranch"]),
    (_("Documents"), ["Document", "Passage", "Measure"]),
    (_("Figures"), ["Observation", "Target"]),
    (_("Places and lists"), ["Region", "Category", "Indicator"]),
    (
        _("Journal and people"),
        ["Proposal", "Change", "Entry", "User", "Group", "FailedSignIns"],
    ),
]


def overview() -> dict[str, Any]:
    """Counts for the first page: records by table, programs by kind and by place."""
    tables = [
        (model._meta.verbose_name_plural, f"admin:programs_{name}_changelist", counts)
        for name, model in (
            ("program", Program),
            ("agency", Agency),
            ("specialistbranch", SpecialistBranch),
            ("document", Document),
            ("passage", Passage),
            ("term", Term),
            ("observation", Figure),
            ("case", Case),
        )
        if (counts := _counts(model))
    ]
    kinds = Program.objects.values_list("kind").annotate(n=Count("pk")).order_by("-n")
    labels = dict(Program.Kind.choices)
    places = (
        Program.objects.values_list("region").annotate(n=Count("pk")).order_by("-n")
    )
    names = {region.code: str(region) for region in Region.objects.all()}
    return {
        "tables": tables,
        "by_kind": [(kind, labels[kind], n) for kind, n in kinds],
        "by_region": [(code, names[code], n) for code, n in places],
        "most_of_a_kind": max((n for _kind, n in kinds), default=0),
        "most_of_a_place": max((n for _code, n in places), default=0),
    }


def _counts(model: Any) -> dict[str, int]:
    return model.objects.aggregate(
        all=Count("pk"),
        drafts=Count("pk", filter=Q(publication="draft")),
        unverified=Count("pk", filter=Q(verified_on=None)),
    )
