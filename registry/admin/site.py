"""The admin site: its index by subject, its first page, the journal and the people."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from registry.admin import dashboard
from registry.admin.autocomplete import BestFirst
from registry.models import Change

LATEST = 10


class RegistrySite(admin.AdminSite):
    """Django's admin, with sections by subject and a page that says what is in it."""

    site_header = _("Registry of technology-finance programs")
    site_title = _("Registry")
    index_title = _("What is in the registry")
    index_template = "admin/overview.html"
    # Width is for the records; the first page and the breadcrumbs lead everywhere.
    enable_nav_sidebar = False

    # Set by what is registered: (title, model names) in order; what else the first
    # page says to the one who asks (its template extends admin/overview.html); and
    # what waits for that person, as (title, address, number).
    sections: list[tuple[Any, list[str]]] = []
    overview: Callable[[HttpRequest], dict[str, Any]] | None = None
    waiting: Callable[[HttpRequest], list[tuple[Any, str, int]]] | None = None

    # Set likewise: (first digits of codes, name) of the regions to filter the log by.
    provinces: Callable[[], list[tuple[str, str]]] = list

    def autocomplete_view(self, request: HttpRequest) -> Any:
        return BestFirst.as_view(admin_site=self)(request)

    def get_app_list(self, request: HttpRequest, app_label: Any = None) -> list[Any]:
        listed = super().get_app_list(request, app_label)
        if app_label:
            return listed
        models = {m["object_name"]: m for app in listed for m in app["models"]}
        sections = [
            {
                "name": title,
                "app_label": f"section-{number}",
                "app_url": "",
                "has_module_perms": True,
                "models": [models[name] for name in names if name in models],
            }
            for number, (title, names) in enumerate(self.sections)
        ]
        return [section for section in sections if section["models"]]

    def index(self, request: HttpRequest, extra_context: Any = None) -> Any:
        context: dict[str, Any] = {
            "columns": dashboard.columns(),
            "rows": dashboard.count_rows(self.get_app_list(request)),
            "waiting": self.waiting(request) if self.waiting else [],
        }
        if self.get_model_admin(Change).has_view_permission(request):
            context["latest_changes"] = Change.objects.order_by("-id")[:LATEST]
        if self.overview is not None:
            context |= self.overview(request)
        return super().index(request, context | (extra_context or {}))
