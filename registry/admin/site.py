"""The admin site: its index by subject, its first page, the journal and the people."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from registry.admin import dashboard
from registry.admin.autocomplete import BestFirst
from registry.admin.kept import Kept
from registry.admin.pages import Page, links, routes
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
    overview: Callable[[HttpRequest, Kept], dict[str, Any]] | None = None
    waiting: Callable[[HttpRequest], list[tuple[Any, str, int]]] | None = None

    # Set likewise: pages besides the lists, to which the first page leads.
    pages: list[Page] = []

    # Set likewise: (first digits of codes, name) of the regions to filter the log by.
    provinces: Callable[[], list[tuple[str, str]]] = list

    # Set likewise: the filter by place of the queue of what needs looking after.
    place_filter: Any = None

    def get_urls(self) -> list[Any]:
        # Not from above: the page asks admins that are made with this site.
        from registry.admin import freshness

        return [*freshness.urls(self), *routes(self), *super().get_urls()]

    def autocomplete_view(self, request: HttpRequest) -> Any:
        return BestFirst.as_view(admin_site=self)(request)

    @method_decorator(never_cache)
    @login_not_required
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Django's: a refusal says how long, a success remembers the browser.

        A form that came too late for its session is offered to be sent again.
        """
        from registry import sign_in
        from registry.admin import unsent
        from registry.admin.sign_in import SignInForm

        self.login_form = SignInForm
        late = unsent.carried(request)
        kept = {unsent.FIELD: request.POST[unsent.FIELD]} if late else {}
        response = super().login(request, kept | (extra_context or {}))
        if request.method != "POST":
            return response
        if response.status_code == HTTPStatus.FOUND:
            if late:
                response = unsent.offer(self, request, late)
            sign_in.remember_browser(response, request.user.get_username())
        elif isinstance(response, TemplateResponse) and (
            pause := (response.context_data or {})["form"].pause
        ):
            response.status_code = HTTPStatus.TOO_MANY_REQUESTS
            response["Retry-After"] = str(pause)
        return response

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Django's: a form that comes after its session ended is kept."""
        from registry.admin import unsent

        guarded: Any = super().admin_view(view, cacheable)
        if cacheable and view != self.i18n_javascript:
            # Django lets browsers keep the pages of one's password.
            guarded = never_cache(guarded)

        @wraps(guarded)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            response: HttpResponse = guarded(request, *args, **kwargs)
            token = unsent.keep(request, response)
            return unsent.ask(self, request, token) if token else response

        return answer

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Django's, with the limits of signing in."""
        from registry.admin.sign_in import OwnPassword

        page = OwnPassword.as_view(
            success_url=reverse("admin:password_change_done"),
            extra_context=self.each_context(request) | (extra_context or {}),
        )
        return page(request)

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
        from registry.admin import freshness

        kept = Kept()
        sections = self.get_app_list(request)
        kinds = dashboard.kinds(sections)
        waiting = self.waiting(request) if self.waiting else []
        context: dict[str, Any] = {
            "columns": dashboard.columns(),
            "pages": links(self, request) + freshness.links(kinds),
            "rows": dashboard.count_rows(sections, kept),
            "waiting": waiting + freshness.waiting(self, request, kinds),
        }
        if self.get_model_admin(Change).has_view_permission(request):
            context["latest_changes"] = Change.objects.order_by("-id")[:LATEST]
        if self.overview is not None:
            context |= self.overview(request, kept)
        context["counted_at"] = kept.since
        return super().index(request, context | (extra_context or {}))
