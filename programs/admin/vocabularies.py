"""Open lists in the admin: categories and indicators."""

from django.contrib import admin

from programs.models import Category, Indicator
from registry.admin.records import RecordAdmin


@admin.register(Category)
class Categories(RecordAdmin):
    list_display = ["code", "scheme", "name", "name_en", "broader"]
    list_filter = ["scheme"]
    list_select_related = ["broader"]
    search_fields = Category.searched
    autocomplete_fields = ["broader"]
    fields = ["code", "scheme", "name", "name_en", "broader"]
    api_name = "categories"


@admin.register(Indicator)
class Indicators(RecordAdmin):
    list_display = ["code", "name", "name_en", "unit", "broader"]
    list_filter = ["unit"]
    list_select_related = ["broader"]
    search_fields = Indicator.searched
    autocomplete_fields = ["broader"]
    fields = ["code", "name", "name_en", "unit", "definition", "broader"]
    api_name = "indicators"
