"""Open lists over REST, categories and indicators; and the closed ones: `Vocabularies`.

A vocabulary is the closed list of one column, named like ``program.kind``.
"""

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.db.models import Count
from django.http import Http404, HttpResponseBase
from django.utils import translation
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from programs.api.filters import itself
from programs.api.questions import QUESTIONS
from programs.models import TABLES, Category, Indicator, Unit
from registry import journal
from registry.api import formats
from registry.api.answers import meta
from registry.api.conditional import conditional
from registry.api.filters import Choices, References
from registry.api.flags import stated
from registry.api.parameters import Filters, Parameter, also
from registry.api.records import Record
from registry.api.routes import Route
from registry.api.shown import LABELLED, Coded, Labelled
from registry.api.views import Resource
from registry.fields import ChoiceField
from registry.models import Publication, visible


class CategoryRecord(Record):
    scheme = Coded(Category.Scheme)
    broader = Labelled()

    class Meta:
        model = Category
        fields = ["code", "scheme", "name", "name_en", "broader"]


@also(stated(Category, "name_en", "broader"))
class CategoryFilters(Filters):
    code = itself(Category, "seed")
    scheme = Choices(Category.Scheme, label=_("Audience, industry or stage."))
    broader = References(
        Category.objects.all, example="tech_firm", label=_("Categories right above.")
    )


class Categories(Resource):
    """Stages, audiences and industries that programs are meant for."""

    queryset = Category.objects.all()
    serializer_class = CategoryRecord
    filters = CategoryFilters
    searched = Category.searched
    orderings = ["code", "name", "scheme"]


class IndicatorRecord(Record):
    unit = Coded(Unit)
    broader = Labelled()

    class Meta:
        model = Indicator
        fields = ["code", "name", "name_en", "unit", "definition", "broader"]


@also(stated(Indicator, "name_en", "definition", "broader"))
class IndicatorFilters(Filters):
    code = itself(Indicator, "loan_balance.sci_tech")
    unit = Choices(Unit, label=_("Units."))
    broader = References(
        Indicator.objects.all,
        example="loan_balance",
        label=_("Indicators right above."),
    )


class Indicators(Resource):
    """What figures measure, each with its population and unit."""

    queryset = Indicator.objects.all()
    serializer_class = IndicatorRecord
    filters = IndicatorFilters
    searched = Indicator.searched
    orderings = ["code", "name"]


TEXT = {"type": "string"}
VALUE_FIELDS = {
    "code": TEXT,
    "label": TEXT,
    "label_zh": TEXT,
    "label_en": TEXT,
    "count": {"type": "integer"},
}
VALUE = {
    "type": "object",
    "properties": VALUE_FIELDS,
    "required": list(VALUE_FIELDS),
}
PLACE = {
    "type": "object",
    "properties": {"resource": TEXT, "parameter": TEXT},
    "required": ["resource", "parameter"],
}
VOCABULARY_FIELDS = {
    "code": TEXT,
    "of": LABELLED,
    "label": TEXT,
    "label_zh": TEXT,
    "label_en": TEXT,
    "meaning": TEXT,
    "parameters": {"type": "array", "items": PLACE},
    "not_stated": {"type": "integer"},
    "values": {"type": "array", "items": VALUE},
}
VOCABULARY = {
    "type": "object",
    "properties": VOCABULARY_FIELDS,
    "required": list(VOCABULARY_FIELDS),
}
LISTS = {
    "type": "object",
    "properties": {
        "count": {"type": "integer"},
        "results": {"type": "array", "items": VOCABULARY},
        "meta": meta(),
    },
    "required": ["count", "results", "meta"],
}


def closed_lists() -> dict[str, tuple[type[models.Model], ChoiceField]]:
    """Name → model and column, of every closed list that is told of."""
    return {
        f"{model._meta.model_name}.{field.name}": (model, field)
        for model in TABLES
        for field in model._meta.concrete_fields
        if isinstance(field, ChoiceField) and field.choices != Publication.choices
    }


class Lists(Route):
    """What both routes of closed lists have."""

    reads = tuple(TABLES)

    def parameters(self, *, detail: bool) -> list[Parameter]:
        return formats.of_tables(str(_("JSON, or CSV with a row a value.")))

    @property
    def form(self) -> str:
        """The format asked for."""
        return formats.chosen(self.asked, formats.TABULAR)

    def csv(self, lists: list[dict[str, Any]], name: str) -> HttpResponseBase:
        """A row for each value of those lists."""
        return formats.table(
            ["vocabulary", *VALUE_FIELDS, "parameters"],
            _rows(lists),
            name=name,
            title=name,
            day=localdate(),
            revision=self.state.revision,
            mark="bom" in self.asked,
        )


class Vocabularies(Lists):
    """Every closed list: its values and labels, and how many published rows have each.

    ``parameters`` says where a value of it can be asked for.
    """

    @extend_schema(operation_id="vocabularies", responses={200: LISTS})
    @conditional
    def get(self, request: Request) -> HttpResponseBase:
        form = self.form
        with journal.reading():
            lists = [_told(name) for name in closed_lists()]
        if form == "csv":
            return self.csv(lists, "vocabularies")
        meta = self.state.told()
        return Response({"count": len(lists), "results": lists, "meta": meta})


class Vocabulary(Lists):
    """One closed list, by its name: ``program.kind``."""

    @extend_schema(operation_id="vocabularies_retrieve", responses={200: VOCABULARY})
    @conditional
    def get(self, request: Request, name: str) -> HttpResponseBase:
        form = self.form
        if name not in closed_lists():
            raise Http404
        with journal.reading():
            told = _told(name)
        return self.csv([told], name) if form == "csv" else Response(told)


def _told(name: str) -> dict[str, Any]:
    model, field = closed_lists()[name]
    rows = model._base_manager.filter(visible(model)).order_by()
    counts = dict(rows.values_list(field.name).annotate(Count("pk")))
    choices = [(code, label) for code, label in field.flatchoices if code]
    return {
        "code": name,
        "of": {"code": name.partition(".")[0], "label": str(model._meta.verbose_name)},
        **_labels(field.verbose_name),
        "meaning": str(field.help_text),
        "parameters": _parameters([str(code) for code, _label in choices]),
        "not_stated": counts.get("", 0),
        "values": [
            {"code": code, **_labels(label), "count": counts.get(code, 0)}
            for code, label in choices
        ],
    }


def _labels(text: Any) -> dict[str, str]:
    """The text in the language of the request, in Chinese, and in English."""
    labels = {"label": str(text)}
    for name, language in (("label_zh", "zh-hans"), ("label_en", "en")):
        with translation.override(language):
            labels[name] = str(text)
    return labels


def _parameters(values: list[str]) -> list[dict[str, str]]:
    """The parameters that take exactly these values, resource by resource."""
    from programs.api.urls import router

    routes: list[Any] = router.registry
    tables = {prefix: view.filters.base_filters for prefix, view, _name in routes}
    return [
        {"resource": resource, "parameter": name}
        for resource, filters in [*tables.items(), ("match", QUESTIONS)]
        for name, filter_ in filters.items()
        if isinstance(filter_, Choices)
        and not filter_.exclude
        and filter_.values == values
    ]


def _rows(lists: list[dict[str, Any]]) -> Iterator[list[Any]]:
    for told in lists:
        places = [f"{p['resource']}.{p['parameter']}" for p in told["parameters"]]
        for value in told["values"]:
            yield [told["code"], *value.values(), "; ".join(places)]
