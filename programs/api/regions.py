"""Regions over REST."""

from django.utils.translation import gettext_lazy as _

from programs.api.filters import RegionFilters
from programs.models import Region
from registry.api.filters import Choices
from registry.api.records import Record
from registry.api.shown import Coded, Labelled
from registry.api.views import Resource


class RegionRecord(Record):
    level = Coded(Region.Level)
    parent = Labelled()  # type: ignore[assignment]  # a Field's own is its serializer

    class Meta:
        model = Region
        fields = ["code", "name", "name_en", "level", "parent"]


class PlaceFilters(RegionFilters):
    region_column = "code"

    level = Choices(Region.Level, label=_("Levels of region."))


class Regions(Resource):
    """Places by GB/T 2260 code, functional zones and wider areas."""

    queryset = Region.objects.all()
    serializer_class = RegionRecord
    filters = PlaceFilters
    searched = ["name", "name_en"]
    orderings = ["code", "name"]
