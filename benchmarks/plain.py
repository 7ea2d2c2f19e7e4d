"""The same list as one writes it from Django REST framework's tutorial.

It tells the same facts as the registry's own list: codes with labels, terms with their
passage, roles with their agency; regions with all that lies in them.
"""

import django_filters
from rest_framework import generics, pagination, serializers

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
        prefix = code.rstrip("0")
        return queryset.filter(
            region_id__gte=prefix, region_id__lt=f"{int(prefix) + 1}"
        )


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
