"""Routes of the API, version 1."""

from django.urls import path, re_path
from rest_framework.routers import SimpleRouter

from programs.api.agencies import Agencies, Branches
from programs.api.cases import Cases
from programs.api.compare import Compare
from programs.api.documents import Documents
from programs.api.figures import Observations, Targets
from programs.api.index import Index
from programs.api.match import Match
from programs.api.passages import Measures, Passages
from programs.api.programs import Funds, Platforms, Programs
from programs.api.regions import Regions
from programs.api.search import Search
from programs.api.snapshot import Snapshot
from programs.api.terms import Terms
from programs.api.vocabularies import (
    Categories,
    Indicators,
    Vocabularies,
    Vocabulary,
)
from registry.api import reference
from registry.api.feed import Changes
from registry.api.openapi import Contract
from registry.api.problems import not_found

router = SimpleRouter()
for name, resource in (
    ("programs", Programs),
    ("funds", Funds),
    ("platforms", Platforms),
    ("agencies", Agencies),
    ("branches", Branches),
    ("regions", Regions),
    ("documents", Documents),
    ("passages", Passages),
    ("measures", Measures),
    ("terms", Terms),
    ("observations", Observations),
    ("targets", Targets),
    ("indicators", Indicators),
    ("categories", Categories),
    ("cases", Cases),
):
    router.register(name, resource, basename=name)

urlpatterns = [
    path("", Index.as_view(), name="api"),
    path("schema/", Contract.as_view(), name="schema"),
    path("docs/", reference.overview, name="docs"),
    path("docs/<tag>/", reference.resource, name="docs-resource"),
    path("vocabularies/", Vocabularies.as_view(), name="vocabularies"),
    path("vocabularies/<name>/", Vocabulary.as_view(), name="vocabulary"),
    path("search/", Search.as_view(), name="search"),
    path("match/", Match.as_view(), name="match"),
    path("changes/", Changes.as_view(), name="changes"),
    path("snapshot/", Snapshot.as_view(), name="snapshot"),
    # Before the details: no code of a record is without its region's digits.
    path("programs/compare/", Compare.as_view(), name="compare"),
    *router.urls,
    re_path("", not_found),
]
