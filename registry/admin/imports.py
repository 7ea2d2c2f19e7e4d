"""Importing files in the admin: choose them, see what they would do, import."""

from collections import defaultdict
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry import rights
from registry.admin.lists import Unanswerable
from registry.admin.telling import tell
from registry.models import Upload
from registry.transfer import exporting, importing
from registry.transfer.bundles import Bundle
from registry.transfer.tables import Problem

MOST_BYTES = 10_000_000
# A dry run and the import take some milliseconds for each row that changes.
MOST_ROWS = 2000
MOST_SHOWN = 200


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One file or several, together at most `MOST_BYTES`."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data]
        files = [super(FilesField, self).clean(one, initial) for one in given]
        if sum(file.size for file in files) > MOST_BYTES:
            sentence = _("The files are larger than %d MB; use the command instead.")
            raise forms.ValidationError(sentence % (MOST_BYTES // 1_000_000))
        return files


class FilesForm(forms.Form):
    sent = FilesField(
        label=gettext_lazy("Files"),
        widget=ManyFiles(attrs={"accept": ".csv,.xlsx,.zip"}),
    )


class ImportPages(admin.ModelAdmin):
    """For an admin with a ``bundle``: the two pages of an import."""

    bundle: Bundle | None = None

    def get_urls(self) -> list[Any]:
        if self.bundle is None:
            return super().get_urls()
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        wrap = self.admin_site.admin_view
        return [
            path("import/", wrap(self.import_view), name=f"{name}_import"),
            path(
                "import/<str:token>/", wrap(self.dry_run_view), name=f"{name}_dry_run"
            ),
            *super().get_urls(),
        ]

    def may_import(self, request: HttpRequest) -> bool:
        """Whether the person may add and change rows of every table of the bundle."""
        if self.bundle is None:
            return False
        opts = [part.model._meta for part in self.bundle.parts]
        return all(
            request.user.has_perm(f"{one.app_label}.{action}_{one.model_name}")
            for one in opts
            for action in ("add", "change")
        )

    def import_view(self, request: Any) -> HttpResponse:
        """Files of the list to edit, and a form for them; then on to their dry run."""
        if self.bundle is None or not self.has_view_permission(request):
            raise PermissionDenied
        listed: Any = self
        try:
            # The query is the list's, on to its export.
            listed.get_changelist_instance(request)
        except Unanswerable as refused:
            unknown: HttpResponse = listed.refusal(request, refused)
            return unknown
        form = FilesForm(request.POST or None, request.FILES or None)
        if request.method == "POST":
            bundle = self._bundle(request)
        if request.method == "POST" and form.is_valid():
            Upload.objects.over().delete()
            upload = Upload(person=request.user, bundle=bundle.name)
            upload.pack([(file.name, file) for file in form.cleaned_data["sent"]])
            upload.save()
            return HttpResponseRedirect(self._files_address("dry_run", upload.token))
        context = {
            "form": form if self.may_import(request) else None,
            "tables": self.bundle.tables,
            "bundle": self.bundle.name,
            "exports": [
                (
                    ending.upper(),
                    self._files_address("export", ending) + _query(request),
                )
                for ending in exporting.endings(self.bundle)
            ],
            "filtered": bool(request.GET),
            "most_rows": MOST_ROWS,
            "template_address": self._files_address("template"),
            "title": _("%s as files") % capfirst(str(self.bundle.label)),
        }
        return self._import_page(request, "admin/import.html", context)

    def dry_run_view(self, request: Any, token: str) -> HttpResponse:
        """What the files would do; with a POST they do it."""
        bundle = self._bundle(request)
        upload = Upload.objects.filter(
            pk=token, person=request.user, bundle=bundle.name
        ).first()
        if upload is None:
            raise Http404
        notes = []
        if request.method == "POST":
            try:
                outcome = self._import(request, bundle, upload)
            except importing.Refused as refused:
                notes = [str(p.sentence) for p in refused.outcome.problems if not p.row]
            except importing.Moved:
                notes = [_("The registry changed meanwhile: look at it again.")]
            except OperationalError:
                notes = [str(importing.BUSY)]
            else:
                upload.delete()
                messages.success(request, imported(outcome))
                return HttpResponseRedirect(self._files_address("changelist"))
        try:
            outcome = importing.preview(
                bundle,
                upload.files(),
                directly=rights.writes_directly(request.user),
                most_rows=MOST_ROWS,
            )
        except OperationalError:
            outcome = importing.Outcome(problems=[Problem(importing.BUSY)])
        context = {
            "outcome": outcome,
            "tables": _tables(bundle, outcome),
            "notes": notes,
            "files": [name for name, _file in upload.files()],
            "reason": request.POST.get("reason", ""),
            "reason_required": outcome.shows and settings.REASON_REQUIRED,
            "most_shown": MOST_SHOWN,
            "title": _("What would change"),
            "again": self._files_address("import"),
        }
        return self._import_page(request, "admin/dry_run.html", context)

    def _import(
        self, request: HttpRequest, bundle: Bundle, upload: Upload
    ) -> importing.Outcome:
        return importing.apply(
            bundle,
            upload.files(),
            by=request.user.get_username(),
            reason=request.POST.get("reason", "").strip(),
            directly=rights.writes_directly(request.user),
            expected=request.POST.get("digest", "") or "none",
            most_rows=MOST_ROWS,
        )

    def _bundle(self, request: HttpRequest) -> Bundle:
        if self.bundle is None or not self.may_import(request):
            raise PermissionDenied
        return self.bundle

    def _files_address(self, page: str, *args: str) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}"
        return reverse(name, args=args)

    def _import_page(
        self, request: HttpRequest, template: str, context: dict[str, Any]
    ) -> TemplateResponse:
        everywhere = self.admin_site.each_context(request) | {"opts": self.opts}
        return TemplateResponse(request, template, everywhere | context)


def _query(request: HttpRequest) -> str:
    """The list's own query, on to its export."""
    query = request.GET.urlencode()
    return f"?{query}" if query else ""


def imported(outcome: importing.Outcome) -> str:
    """A sentence: what the import did."""
    total = outcome.total
    return _("%(new)d rows added, %(changed)d changed, %(unchanged)d unchanged.") % {
        "new": total["new"],
        "changed": total["changed"],
        "unchanged": total["unchanged"],
    }


def _tables(bundle: Bundle, outcome: importing.Outcome) -> list[dict[str, Any]]:
    """For each table of the files: its counts, and what would change, row by row."""
    told: dict[str, list[Any]] = defaultdict(list)
    said = tell(row.difference for row in outcome.differences)
    for row, words in zip(outcome.differences, said, strict=True):
        place = outcome.places.get((row.table, row.code), 0)
        told[row.table].append((place, row, words))
    return [
        {
            "table": table,
            "counts": outcome.counts[table.name],
            "rows": sorted(told[table.name], key=lambda line: line[0]),
        }
        for table in bundle.tables
        if table.name in outcome.counts
    ]
