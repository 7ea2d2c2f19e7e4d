"""What is asked of figures: which are followed, which are set beside which."""

from typing import Self

from django.db.models import F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, Concat

from programs.models.passages import ReadQuerySet
from programs.models.regions import here
from registry.models import public

# An observation is of the same as a target when it agrees in these.
SAME = (
    "indicator",
    "region",
    "program",
    "agency",
    "case",
    "document",
    "segment",
    "transformation",
)
# Of these it may be of none.
OPTIONAL = ("region", "program", "agency", "case", "document")


class FigureQuerySet(ReadQuerySet):
    """Figures, targets or observations."""

    def targets(self) -> Self:
        return self.filter(nature="target")

    def observations(self) -> Self:
        """Everything but targets: observed, planned and intended."""
        return self.exclude(nature="target")

    def here(self, code: str) -> Self:
        """Figures of the region and of programs in it; of the country national ones."""
        return self.filter(here("region", code) | here("program__region", code))

    def by_indicator(self) -> Self:
        """In the order of indicators, then periods; statements without one last."""
        indicator = F("indicator").asc(nulls_last=True)
        return self.order_by(indicator, "period_end", "code")

    def comparable(self) -> Self:
        """Published observations that targets are set beside."""
        observed = self.filter(public(self.model), nature="observed")
        return observed.filter(restates=None, indicator__isnull=False)

    def followed(self) -> Self:
        """Published targets that the tracker follows.

        Those of draft documents, and those that tell another again, stay out.
        """
        aimed = self.filter(public(self.model), nature="target")
        return aimed.filter(restates=None).exclude(passage__document__status="draft")

    def with_latest(self) -> Self:
        """Each with ``latest``: the code of the newest observation it compares with.

        That is a published one that agrees in all of `SAME` and does not tell another
        again; None where there is none.
        """
        same = {
            f"{name}_or_none": Coalesce(OuterRef(name), Value("")) for name in OPTIONAL
        }
        observed = (
            FigureQuerySet(self.model._meta.concrete_model)
            .comparable()
            .filter(
                indicator=OuterRef("indicator"),
                segment=OuterRef("segment"),
                transformation=OuterRef("transformation"),
            )
            .alias(
                **{f"{name}_or_none": Coalesce(name, Value("")) for name in OPTIONAL}
            )
            .filter(**same)
            .order_by(Concat("period_end", Value("-99")).desc(), "-code")
        )
        return self.annotate(latest=Subquery(observed.values("pk")[:1]))
