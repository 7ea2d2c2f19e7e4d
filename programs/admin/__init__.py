"""What is registered, in the admin: one module for each noun."""

from typing import Any

from django.contrib import admin

from programs.admin import (  # noqa: F401
    agencies,
    cases,
    documents,
    figures,
    programs,
    regions,
    terms,
    vocabularies,
)
from programs.admin.freshness import InPlace
from programs.admin.matrix import MATRIX
from programs.admin.overview import SECTIONS, overview
from programs.admin.target import TARGET
from programs.admin.tracker import TRACKER

site: Any = admin.site
site.sections = SECTIONS
site.overview = overview
site.index_template = "admin/programs/overview.html"
site.provinces = regions.provinces
site.pages = [MATRIX, TRACKER, TARGET]
site.place_filter = InPlace
