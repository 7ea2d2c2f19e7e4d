"""The sections of the index, and what the first page says of programs and targets."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin
from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from programs.admin.figures import subject
from programs.models import Program, Region, Target
from programs.models.regions import NATIONAL
from programs.progress import Progress, tracked
from registry.admin.kept import Kept

SECTIONS = [
    (_("Programs"), ["Program", "Fund", "Platform", "Term", "Case"]),
    (_("Agencies"), ["Agency", "SpecialistBranch"]),
    (_("Documents"), ["Document", "Passage", "Measure"]),
    (_("Figures"), ["Observation", "Target"]),
    (_("Places and lists"), ["Region", "Category", "Indicator"]),
    (
        _("Journal and people"),
        ["Proposal", "Change", "Entry", "User", "Group", "Token", "FailedSignIns"],
    ),
]


@dataclass(frozen=True)
class State:
    """What texts say of a program's lifecycle, in one of three."""

    name: str
    title: Any
    hint: Any
    lifecycles: tuple[str, ...]


STATES = [
    State(
        "running", _("running"), _("It is tried out or in force"), ("pilot", "active")
    ),
    State(
        "intended",
        pgettext_lazy("lifecycle", "intended"),
        _("It is planned, encouraged, sought or out for comment"),
        ("draft", "sought", "encouraged", "planned"),
    ),
    State("other", _("other"), _("It ended, or the text does not say"), ("closed", "")),
]
STATE_OF = {value: state.name for state in STATES for value in state.lifecycles}

# Cities stand beneath their provinces while the table stays short.
MOST_PLACES = 40
MOST_TARGETS = 16


@dataclass
class Line:
    """A row of counts: its programs by state, and the list that shows them."""

    name: str
    address: str
    beneath: bool = False
    states: Counter = field(default_factory=Counter)

    @property
    def cells(self) -> list[int]:
        return [self.states[state.name] for state in STATES]

    @property
    def all(self) -> int:
        return self.states.total()


def overview(request: HttpRequest, kept: Kept) -> dict[str, Any]:
    """Programs by kind and by place, and targets beside what was observed.

    Each with the data of its plot; what the person may not see is left out.
    """
    site = admin.site
    context: dict[str, Any] = {"states": STATES}
    if site.get_model_admin(Program).has_view_permission(request):
        kinds = kept.count("programs by kind", by_kind)
        places = kept.count("programs by place", by_place)
        context |= {
            "kinds": kinds,
            "places": places,
            "kinds_plot": stacked(kinds),
            "places_plot": stacked(places),
        }
    if site.get_model_admin(Target).has_view_permission(request):
        targets, counts = kept.count("targets", lambda: tracked(MOST_TARGETS))
        today = localdate()
        context |= {
            "targets": [
                (row, subject(row.target), row.overdue(today)) for row in targets
            ],
            "target_counts": counts,
            "target_rest": counts["all"] - counts["stated"],
            "targets_plot": shares(targets),
        }
    return context


def by_kind() -> list[Line]:
    """A line for each kind that there is, the largest first."""
    address = reverse("admin:programs_program_changelist")
    labels = dict(Program.Kind.choices)
    lines: dict[str, Line] = {}
    counted = Program.objects.order_by().values_list("kind", "lifecycle")
    for kind, lifecycle, number in counted.annotate(n=Count("pk")):
        query = f"{address}?kind__exact={kind}"
        line = lines.setdefault(kind, Line(str(labels[kind]), query))
        line.states[STATE_OF[lifecycle]] += number
    return sorted(lines.values(), key=lambda line: -line.all)


def by_place() -> list[Line]:
    """A line for the nation and each province, cities of it beneath, largest first."""
    address = reverse("admin:programs_program_changelist")
    provinces: dict[str, Counter] = defaultdict(Counter)
    cities: dict[str, dict[str, Counter]] = defaultdict(lambda: defaultdict(Counter))
    counted = Program.objects.order_by().values_list("region", "lifecycle")
    for region, lifecycle, number in counted.annotate(n=Count("pk")):
        province, city = f"{region[:2]}0000", f"{region[:4]}00"
        provinces[province][STATE_OF[lifecycle]] += number
        if city != province:
            cities[province][city][STATE_OF[lifecycle]] += number
    if len(provinces) + sum(map(len, cities.values())) > MOST_PLACES:
        cities.clear()
    codes = {*provinces, *(city for found in cities.values() for city in found)}
    names = {r.code: str(r) for r in Region.objects.filter(code__in=codes)}
    lines = []
    for code, states in _largest(provinces):
        # The filter by place takes the country as everything.
        query = "region__exact" if code == NATIONAL else "in"
        name = names.get(code, code)
        lines.append(Line(name, f"{address}?{query}={code}", states=states))
        lines += [
            Line(names.get(city, city), f"{address}?in={city}", True, states)
            for city, states in _largest(cities.get(code, {}))
        ]
    return lines


def _largest(counted: dict[str, Counter]) -> Iterable[tuple[str, Counter]]:
    return sorted(counted.items(), key=lambda item: (-item[1].total(), item[0]))


def stacked(lines: list[Line]) -> dict[str, Any]:
    """A plot of the lines: a bar for each, in their order, its states side by side."""
    return {
        "labels": [line.name for line in lines],
        "links": [line.address for line in lines],
        "series": [
            {
                "label": str(state.title),
                "values": [line.states[state.name] for line in lines],
            }
            for state in STATES
        ],
    }


def shares(targets: list[Progress]) -> dict[str, Any] | None:
    """A plot of the share reached, with a mark at the whole; None without any share."""
    values = [None if row.share is None else float(row.share.value) for row in targets]
    if not any(value is not None for value in values):
        return None
    return {
        "labels": [str(row.target.indicator) for row in targets],
        "links": [],
        "series": [{"label": gettext("reached"), "values": values}],
        "unit": "%",
        "mark": 100,
    }
