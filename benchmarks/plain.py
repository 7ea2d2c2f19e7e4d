"""The same list as one writes it from Django REST framework's tutorial.

It tells the same facts as the registry's own list: codes with labels, terms with their
passage, roles with their agency; regions with all that lies in them. Filters
are not distinct, and the index ``program_list`` serves the page.
"""

import csv
import io
import json

import django_filters
from django.db import transaction
from django.http import StreamingHttpResponse
from django.urls import path
from rest_framework import generics, pagination, serializers
from rest_framework.utils.encoders import JSONEncoder

from programs.models import Agency, Passage, Program, ProgramRole, Region, Term


class RegionSerializer(serializers.ModelSerializer):
    class Meta:
        model = Region
        fields = ["code", "name", "name_en"]


class AgencySerializer(serializers.ModelSerializer):
    class Meta:
        model = Agency
        fields = ["code", "name", "name_en"]


class PassageSerializer(serializers.ModelSerializer):
    url = serializers.CharField(source="document.url")

    class Meta:
        model = Passage
        fields = ["code", "document", "locator", "url"]


class TermSerializer(serializers.ModelSerializer):
    kind_label = serializers.CharField(source="get_kind_display")
    per_label = serializers.CharField(source="get_per_display")
    frequency_label = serializers.CharField(source="get_frequency_display")
    passage = PassageSerializer()

    class Meta:
        model = Term
        exclude = ["program", "publication", "created_at", "version", "order"]


class RoleSerializer(serializers.ModelSerializer):
    role_label = serializers.CharField(source="get_role_display")
    agency = AgencySerializer()

    class Meta:
        model = ProgramRole
        fields = ["role", "role_label", "agency", "as_written", "since"]


class ProgramSerializer(serializers.ModelSerializer):
    kind_label = serializers.CharField(source="get_kind_display")
    lifecycle_label = serializers.CharField(source="get_lifecycle_display")
    fund_strategy_label = serializers.CharField(source="get_fund_strategy_display")
    fund_vehicle_label = serializers.CharField(source="get_fund_vehicle_display")
    region = RegionSerializer()
    terms = TermSerializer(many=True)
    roles = RoleSerializer(many=True)

    class Meta:
        model = Program
        exclude = [
            "places",
            "categories",
            "province",
            "created_at",
            "version",
        ]


class ProgramFilter(django_filters.FilterSet):
    region = django_filters.CharFilter(method="in_region")

    class Meta:
        model = Program
        fields = ["kind"]

    def in_region(self, queryset, name, code):
        """A province, by the column and index that fit."""
        return queryset.filter(province=code[:2])


class Pages(pagination.PageNumberPagination):
    page_size = 50


class PlainPrograms(generics.ListAPIView):
    queryset = (
        Program.objects.filter(publication="published")
        .select_related("region")
        .prefetch_related("terms__passage__document", "roles__agency")
        .order_by("-updated_at", "-code")
    )
    serializer_class = ProgramSerializer
    pagination_class = Pages
    filter_backends = [django_filters.rest_framework.DjangoFilterBackend]
    filterset_class = ProgramFilter


def export(request):
    """The tutorial's serializer over an iterator, a line for each row, streamed."""
    nested = "nested" in request.GET
    queryset, serializer = PlainPrograms.queryset, ProgramSerializer()
    if not nested:
        queryset = queryset.prefetch_related(None)
        for name in ("terms", "roles"):
            serializer.fields.pop(name)
    return StreamingHttpResponse(
        lines(queryset, serializer, as_csv=request.GET["format"] == "csv")
    )


def lines(queryset, serializer, *, as_csv):
    writer = csv.writer(held := io.StringIO(newline=""))
    with transaction.atomic():
        for program in queryset.iterator(chunk_size=2000):
            shown = serializer.to_representation(program)
            if as_csv:
                held.seek(0)
                held.truncate()
                writer.writerow(shown.values())
                yield held.getvalue()
            else:
                yield json.dumps(shown, ensure_ascii=False, cls=JSONEncoder) + "\n"


urlpatterns = [
    path("programs/", PlainPrograms.as_view()),
    path("export/", export),
]
