"""A list's records as files to edit and import again, and the workbook to fill in."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.urls import path
from django.utils.translation import gettext as _

from registry import journal
from registry.admin.lists import Unanswerable
from registry.transfer import exporting
from registry.transfer.bundles import Bundle
from registry.transfer.sentences import Refused
from registry.workbooks import download

# More take long enough to be a command's work.
MOST_RECORDS = 5000


class ExportPages(admin.ModelAdmin):
    """For an admin with a ``bundle``: its list as files, and the template."""

    bundle: Bundle | None = None

    def get_urls(self) -> list[Any]:
        if self.bundle is None:
            return super().get_urls()
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        wrap = self.admin_site.admin_view
        return [
            path("export/<str:ending>/", wrap(self.export_view), name=f"{name}_export"),
            path("template/", wrap(self.template_view), name=f"{name}_template"),
            *super().get_urls(),
        ]

    def export_view(self, request: HttpRequest, ending: str) -> HttpResponseBase:
        """The records that the list's filters leave, with what belongs to them."""
        bundle = self._readable(request)
        listed: Any = self
        try:
            return self._exported(listed, request, bundle, ending)
        except Unanswerable as refused:
            answer: HttpResponseBase = listed.refusal(request, refused)
            return answer

    def _exported(
        self, listed: Any, request: HttpRequest, bundle: Bundle, ending: str
    ) -> HttpResponseBase:
        if ending not in exporting.endings(bundle):
            allowed = ", ".join(exporting.endings(bundle))
            raise Unanswerable(_("Exports are one of: %s.") % allowed)
        with journal.reading():
            shown = listed.get_changelist_instance(request)
            keys = list(shown.queryset.values_list("pk", flat=True)[: MOST_RECORDS + 1])
            if len(keys) > MOST_RECORDS:
                command = f"manage.py export_records {bundle.name} FILE"
                raise Unanswerable(
                    _("More than %(most)d records take a command: %(command)s")
                    % {"most": MOST_RECORDS, "command": command}
                )
            records = self.model._base_manager.filter(pk__in=keys)
            try:
                return download(
                    lambda file: exporting.write(bundle, records, file, ending),
                    f"{bundle.name}.{ending}",
                )
            except Refused as refused:
                raise Unanswerable(str(refused.sentence)) from refused

    def template_view(self, request: HttpRequest) -> HttpResponseBase:
        """The workbook to fill in."""
        bundle = self._readable(request)
        return download(
            lambda file: exporting.write_empty(bundle, file),
            f"{bundle.name}-template.xlsx",
        )

    def _readable(self, request: HttpRequest) -> Bundle:
        if self.bundle is None or not self.has_view_permission(request):
            raise PermissionDenied
        return self.bundle
