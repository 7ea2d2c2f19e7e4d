"""The base of every record's admin: journaled, versioned, published knowingly."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.forms import HiddenInput, Textarea
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

from registry import journal, publication
from registry.admin import filters
from registry.admin.forms import RecordForm, field_for
from registry.models import Conflict, Publication, Record


class Refused(Exception):
    """The record as saved would contradict its publication; nothing was kept."""

    def __init__(self, sentences: list[str]) -> None:
        self.sentences = sentences
        super().__init__(*sentences)


class TypedFields:
    """Form fields for quantities and partial dates; texts as small areas."""

    formfield_overrides: Any = {
        models.TextField: {"widget": Textarea(attrs={"rows": 2, "cols": 40})},
        models.URLField: {"assume_scheme": "https"},
    }

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        return field_for(db_field) or super().formfield_for_dbfield(  # type: ignore[misc]  # of the admin beside it
            db_field, request, **kwargs
        )


class OwnedInline(TypedFields, admin.TabularInline):
    """Rows of a record, in their own order, with their code given by themselves."""

    form = RecordForm
    extra = 0
    show_change_link = True

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_delete_permission(request, obj)
        # A record is deleted on its own page, where its version and state are checked.
        return allowed and not issubclass(self.model, Record)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        names = [n for n in super().get_fields(request, obj) if n != "reason"]
        hidden = ["code"] + ["version_read"] * issubclass(self.model, Record)
        return names + [name for name in hidden if name not in names]

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.primary_key:
            # Django's template shows a key only if the database makes it.
            field.widget = HiddenInput()
        return field


class RecordAdmin(TypedFields, admin.ModelAdmin):
    """A journaled table. Every request that writes is one change, with its reason."""

    form = RecordForm
    save_on_top = True
    list_per_page = 50
    show_full_result_count = False
    api_name = ""
    # The template of a page to read a record on, with what belongs to it.
    page_template = ""

    def page(self, record: Any) -> dict[str, Any]:
        """What the record's page shows."""
        raise NotImplementedError

    def page_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        record = self.get_object(request, unquote(object_id))
        if record is None:
            raise Http404
        if not self.has_view_permission(request, record):
            raise PermissionDenied
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "original": record,
            "title": str(record),
            "api_name": self.api_name,
        }
        return TemplateResponse(
            request, self.page_template, context | self.page(record)
        )

    def get_urls(self) -> list[Any]:
        if not self.page_template:
            return super().get_urls()
        name = f"{self.opts.app_label}_{self.opts.model_name}_page"
        view = self.admin_site.admin_view(self.page_view)
        return [path("<path:object_id>/page/", view, name=name), *super().get_urls()]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        extra_context = (extra_context or {}) | {
            "api_name": self.api_name,
            "has_page": bool(self.page_template),
        }
        view = super().changeform_view
        if request.method != "POST":
            return view(request, object_id, form_url, extra_context)
        # A refusal undoes the transaction; the form is then shown again, saying why.
        for _attempt in range(2):
            try:
                with self.journaled(request):
                    return view(request, object_id, form_url, extra_context)
            except Conflict:
                continue
            except Refused as refused:
                request.refusals = refused.sentences  # type: ignore[attr-defined]  # for get_form
        return view(request, object_id, form_url, extra_context)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        if request.method != "POST":
            return super().changelist_view(request, extra_context)
        with self.journaled(request):
            return super().changelist_view(request, extra_context)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> Any:
        if request.method != "POST":
            return super().delete_view(request, object_id, extra_context)
        with self.journaled(request):
            return super().delete_view(request, object_id, extra_context)

    def journaled(self, request: HttpRequest) -> Any:
        return journal.change(
            by=request.user.get_username(),
            reason=request.POST.get("reason", ""),
            path="admin",
        )

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, *args, **kwargs)
        form.refusals = getattr(request, "refusals", [])
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = list(super().get_fieldsets(request, obj))
        named = {name for _title, part in fieldsets for name in flat(part["fields"])}
        last = [name for name in ("version_read", "reason") if name not in named]
        return [*fieldsets, (None, {"fields": last})] if last else fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fixed = list(super().get_readonly_fields(request, obj))
        return ["code", *fixed] if obj else fixed

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        form.claimed = False
        if not change or set(form.changed_data) - {"reason", "version_read"}:
            obj.save()
            form.claimed = True

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Any, change: bool
    ) -> None:
        owned = any(formset.has_changed() for formset in formsets)
        if owned and not form.claimed and isinstance(form.instance, Record):
            form.instance.claim()
        super().save_related(request, form, formsets, change)
        changed = [
            part.instance
            for formset in formsets
            for part in formset.forms
            if part.has_changed() and part not in formset.deleted_forms
        ]
        sentences = [
            sentence
            for record in [form.instance, *changed]
            if isinstance(record, Record)
            for sentence in publication.obstacles(record)
        ]
        if sentences:
            raise Refused(sentences)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_delete_permission(request, obj)
        if isinstance(obj, Record):
            # Once published, never deleted: a record is withdrawn.
            return allowed and obj.publication == Publication.DRAFT
        return allowed and not (obj and _is_used(obj))

    def get_actions(self, request: HttpRequest) -> Any:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


class EditedAdmin(RecordAdmin):
    """A record with publication: drafts can be deleted, what was published can't."""

    def get_list_filter(self, request: HttpRequest) -> Any:
        own = super().get_list_filter(request)
        return [*own, "publication", *filters.upkeep(self.model)]


def _is_used(row: models.Model) -> bool:
    """Whether a row of another table refers to it, or is related to it."""
    return any(
        relation.related_model._base_manager.filter(
            **{relation.field.name: row.pk}
        ).exists()
        for relation in row._meta.related_objects
    )


def flat(fields: Any) -> list[str]:
    """Names in a fieldset, those that share a line included."""
    names: list[str] = []
    for name in fields:
        names += [name] if isinstance(name, str) else list(name)
    return names


PUBLICATION: Any = (_("Publication"), {"fields": [("publication", "verified_on")]})
