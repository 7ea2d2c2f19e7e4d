"""The same list as one writes it from Django REST framework's tutorial."""

import django_filters
from rest_framework import generics, pagination, serializers

from programs.models import Program, ProgramRole, Term


class TermSerializer(serializers.ModelSerializer):
    class Meta:
        model = Term
        fields = ["code", "kind", "comparator", "value", "unit", "as_written"]


class RoleSerializer(serializers.ModelSerializer):
    agency_name = serializers.CharField(source="agency.name", default=None)

    class Meta:
        model = ProgramRole
        fields = ["role", "agency", "agency_name", "as_written"]


class ProgramSerializer(serializers.ModelSerializer):
    region_name = serializers.CharField(source="region.name")
    terms = TermSerializer(many=True)
    roles = RoleSerializer(many=True)

    class Meta:
        model = Program
        exclude = ["places", "categories", "province", "created_at", "version"]


class ProgramFilter(django_filters.FilterSet):
    class Meta:
        model = Program
        fields = ["kind", "region"]


class Pages(pagination.PageNumberPagination):
    page_size = 50


class PlainPrograms(generics.ListAPIView):
    queryset = (
        Program.objects.filter(publication="published")
        .select_related("region")
        .prefetch_related("terms", "roles__agency")
        .order_by("-updated_at", "-code")
    )
    serializer_class = ProgramSerializer
    pagination_class = Pages
    filter_backends = [django_filters.rest_framework.DjangoFilterBackend]
    filterset_class = ProgramFilter
