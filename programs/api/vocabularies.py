"""Categories, indicators and closed lists over REST."""

from typing import Any

from django.db import models
from django.db.models import Count
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from programs.models import TABLES, Category, Indicator, Unit
from registry.api import parameters
from registry.api.filters import Choices
from registry.api.parameters import Filters, Parameter
from registry.api.records import Record
from registry.api.schema import Envelope, OnlyJson, Utf8Json
from registry.api.shown import Coded, Labelled
from registry.api.views import Resource
from registry.fields import ChoiceField
from registry.models import visible


class CategoryRecord(Record):
    scheme = Coded(Category.Scheme)
    broader = Labelled()

    class Meta:
        model = Category
        fields = ["code", "scheme", "name", "name_en", "broader"]


class CategoryFilters(Filters):
    scheme = Choices(Category.Scheme, label=_("Audience, industry or stage."))


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


class IndicatorFilters(Filters):
    unit = Choices(Unit, label=_("Units."))


class Indicators(Resource):
    """What figures measure, each with its population and unit."""

    queryset = Indicator.objects.all()
    serializer_class = IndicatorRecord
    filters = IndicatorFilters
    searched = Indicator.searched
    orderings = ["code", "name"]


VALUE = {
    "type": "object",
    "properties": {
        "code": {"type": "string"},
        "label_zh": {"type": "string"},
        "label_en": {"type": "string"},
        "count": {"type": "integer"},
    },
}
LISTS = {
    "type": "object",
    "additionalProperties": {"type": "array", "items": VALUE},
}


class Vocabularies(APIView):
    """Every closed list: code, both labels, and the published rows that use it."""

    content_negotiation_class = OnlyJson
    renderer_classes = [Utf8Json]
    schema = Envelope()
    detail = True

    def parameters(self, *, detail: bool) -> list[Parameter]:
        return []

    @extend_schema(operation_id="vocabularies", responses={200: LISTS})
    def get(self, request: Request) -> Response:
        parameters.check(request, self.parameters(detail=True))
        return Response(
            {
                f"{model._meta.model_name}.{field.name}": _values(model, field)
                for model in TABLES
                for field in model._meta.concrete_fields
                if isinstance(field, ChoiceField) and field.name != "publication"
            }
        )


def _values(model: type[models.Model], field: ChoiceField) -> list[dict[str, Any]]:
    rows = model._base_manager.filter(visible(model)).order_by()
    counts = dict(rows.values_list(field.name).annotate(Count("pk")))
    listed = []
    for code, label in field.flatchoices:
        with translation.override("zh-hans"):
            chinese = str(label)
        with translation.override("en"):
            english = str(label)
        listed.append(
            {"code": code, "label_zh": chinese, "label_en": english}
            | {"count": counts.get(code, 0)}
        )
    return listed
