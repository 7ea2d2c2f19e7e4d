"""Regions in the admin."""

from django.contrib import admin

from programs.models import Region
from registry.admin.records import RecordAdmin


@admin.register(Region)
class Regions(RecordAdmin):
    list_display = ["code", "name", "name_en", "level", "parent"]
    list_filter = ["level"]
    list_select_related = ["parent"]
    search_fields = ["code", "name", "name_en"]
    autocomplete_fields = ["parent"]
    fields = ["code", "name", "name_en", "level", "parent"]
    api_name = "regions"
