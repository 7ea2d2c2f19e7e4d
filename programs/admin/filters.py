"""Filters of the change lists: by place, stage, platform and record.

Each means what the API's parameter of the name in ``api`` means, so that a list can
link to the same rows over REST.
"""

from typing import Any

from django.db.models import Exists, Model, OuterRef, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from programs.models import (
    Agency,
    Category,
    Citation,
    Document,
    Platform,
    Program,
    ProgramLink,
    Region,
    Responsibility,
)
from programs.models.regions import NATIONAL, lineage, within
from registry.admin.lists import MOST_SHOWN, Chosen

# A tree with more places than this shows only the branch that is looked at.
SHOWN_WHOLE = 40
INDENT = "　"
# Of no more rows than these is it asked in which places there are any.
FEW = 1000


def tree(used: set[str], looked_at: str) -> list[tuple[str, str]]:
    """Code and name of those places and of all above them, indented.

    Of many only the branch of the place that is looked at.
    """
    branch = lineage(looked_at)
    wanted = {above for code in used for above in lineage(code)}
    places = Region.objects.in_bulk(wanted.union(branch))
    english = get_language() == "en"
    shown = []
    for code in sorted(places):
        above = [c for c in lineage(code)[1:] if c in places and c != NATIONAL]
        if len(places) > SHOWN_WHOLE and not set(above) <= set(branch):
            continue
        name = (english and places[code].name_en) or places[code].name
        shown.append((code, INDENT * len(above) + name))
    return shown


def is_long(model: type[Model]) -> bool:
    """Whether the model has more than a few rows."""
    return model._base_manager.order_by()[FEW : FEW + 1].exists()


def branch(looked_at: str) -> set[str]:
    """The places on the way down to that one, and those beside them."""
    above = lineage(looked_at)
    beside = Region.objects.filter(Q(parent__in=above) | Q(pk__in=above))
    return set(beside.values_list("pk", flat=True))


class InRegion(Chosen):
    """Records of a place and of all that lies in it; a tree of those that have any.

    Of a long list, which would have to be read whole to know them, a tree of all.

    A row is where one of the columns says that it is.
    """

    title = _("region")
    parameter_name = "in"
    api = "region"
    columns: tuple[str, ...] = ("region",)

    def knows(self, value: str) -> bool:
        return super().knows(value) or Region.objects.filter(code=value).exists()

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        looked_at = self.value() or NATIONAL
        if model_admin and is_long(model_admin.model):
            return tree(branch(looked_at), looked_at)
        return tree(self.used(model_admin), looked_at)

    def used(self, model_admin: Any) -> set[str]:
        """The places where there are records."""
        rows = model_admin.model._base_manager.order_by()
        codes: set[str | None] = set()
        for column in self.columns:
            codes.update(rows.values_list(column, flat=True).distinct())
        return {code for code in codes if code}

    @classmethod
    def condition(cls, code: str) -> Q:
        """Rows of the place and of all in it."""
        found = Q()
        for column in cls.columns:
            found |= within(column, code)
        return found

    def queryset(self, request: Any, queryset: Any) -> Any:
        code = self.value()
        return queryset.filter(self.condition(code)) if code else queryset


class OfferedIn(InRegion):
    """Programs of a place, those of elsewhere that run there as well."""

    def used(self, model_admin: Any) -> set[str]:
        places = Program.places.through.objects.values_list("region", flat=True)
        return super().used(model_admin) | set(places.distinct())

    @classmethod
    def condition(cls, code: str) -> Q:
        placed = Program.places.through.objects.filter(within("region", code))
        return super().condition(code) | Q(pk__in=placed.values("program"))


class Itself(InRegion):
    """Places in a place."""

    columns = ("code",)


class DocumentRegion(InRegion):
    columns = ("document__region",)


class PassageRegion(InRegion):
    columns = ("passage__document__region",)


class FigureRegion(InRegion):
    """Figures of a place, and of the programs of that place."""

    columns = ("region", "program__region")


class ForStage(Chosen):
    title = _("stage")
    parameter_name = api = "stage"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        stages = {c.code: str(c) for c in Category.objects.filter(scheme="stage")}
        order = ("seed", "startup", "growth", "mature")
        return [(code, stages[code]) for code in order if code in stages]

    def queryset(self, request: Any, queryset: Any) -> Any:
        if not self.value():
            return queryset
        meant = Program.categories.through.objects.filter(
            program=OuterRef("pk"), category=self.value()
        )
        return queryset.filter(Exists(meant))


class OnPlatform(Chosen):
    title: Any = _("platform")
    parameter_name = api = "platform"

    def knows(self, value: str) -> bool:
        return super().knows(value) or Platform.objects.filter(pk=value).exists()

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        """Those on which programs are offered; of very many the first, and the chosen.

        In the place that the list is of, where it is of one.
        """
        offers = ProgramLink.objects.filter(
            relation="offered_on", target=OuterRef("pk")
        )
        platforms = Platform.objects.filter(Exists(offers))
        if place := request.GET.get(OfferedIn.parameter_name):
            platforms = platforms.filter(within("region", place))
        found = list(platforms[: MOST_SHOWN + 1])
        if len(found) > MOST_SHOWN:
            self.title = _("platform (the first %d; of a region, those in it)") % (
                MOST_SHOWN
            )
        chosen = Platform.objects.filter(pk=self.value() or "")
        shown = {p.code: str(p) for p in [*found[:MOST_SHOWN], *chosen]}
        return list(shown.items())

    def queryset(self, request: Any, queryset: Any) -> Any:
        if not self.value():
            return queryset
        offers = ProgramLink.objects.filter(
            program=OuterRef("pk"), relation="offered_on", target=self.value()
        )
        return queryset.filter(Exists(offers))


class OfRecord(Chosen):
    """Passages of one record, to which the record's page links; else not shown."""

    model: type[Model]

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        found = self.model._base_manager.filter(pk=self.value() or "")
        return [(str(record.pk), str(record)) for record in found]

    def condition(self, code: str) -> Q:
        raise NotImplementedError

    def queryset(self, request: Any, queryset: Any) -> Any:
        code = self.value()
        return queryset.filter(self.condition(code)) if code else queryset


class OfDocument(OfRecord):
    title = _("document")
    parameter_name = api = "document"
    model = Document

    def condition(self, code: str) -> Q:
        return Q(document=code)


class NamingProgram(OfRecord):
    title = _("program")
    parameter_name = api = "program"
    model = Program

    def condition(self, code: str) -> Q:
        return Q(Exists(Citation.objects.filter(passage=OuterRef("pk"), program=code)))


class AnsweredBy(OfRecord):
    title = _("agency")
    parameter_name = api = "agency"
    model = Agency

    def condition(self, code: str) -> Q:
        duties = Responsibility.objects.filter(passage=OuterRef("pk"), agency=code)
        return Q(Exists(duties))
