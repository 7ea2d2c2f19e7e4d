"""The base of every record's admin: journaled, versioned, published knowingly."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.forms import HiddenInput
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

from registry import past, rights
from registry.admin import filters
from registry.admin.downloads import Downloads
from registry.admin.exports import ExportPages
from registry.admin.forms import RecordForm, field_for
from registry.admin.history import HistoryPages
from registry.admin.imports import ImportPages
from registry.admin.links import Linked
from registry.admin.lists import Lists
from registry.admin.saving import SavingPages
from registry.admin.verifying import VerifyingPages
from registry.models import Publication, Record


class TypedFields:
    """Form fields for quantities and partial dates; texts as small areas."""

    formfield_overrides: Any = {
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

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fixed = super().get_readonly_fields(request, obj)
        return [*fixed, "publication"] if issubclass(self.model, Record) else fixed

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        own = ("reason", "revision_read")
        names = [n for n in super().get_fields(request, obj) if n not in own]
        hidden = ["code"] + ["version_read"] * issubclass(self.model, Record)
        return names + [name for name in hidden if name not in names]

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.primary_key:
            # Django's template shows a key only if the database makes it.
            field.widget = HiddenInput()
        return field


class RecordAdmin(Linked, Downloads, Lists, TypedFields, HistoryPages, SavingPages):
    """A journaled table. Every request that writes is one change, with its reason."""

    form = RecordForm
    save_on_top = True
    list_per_page = 50
    show_full_result_count = False
    change_form_template = "admin/record_form.html"
    delete_confirmation_template = "admin/record_delete.html"
    search_help_text: ClassVar[Any] = _(
        "Every word stands somewhere in it; names by pinyin too: ningkedai or nkd."
    )

    def page(self, record: Any) -> dict[str, Any]:
        """What the record's page shows."""
        raise NotImplementedError

    def page_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        record = self.readable(request, object_id)
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

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, *args, **kwargs)
        form.refusals = getattr(request, "refusals", {})
        form.revision = past.latest_revision()
        form.takes_version = False
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = list(super().get_fieldsets(request, obj))
        named = {name for _title, part in fieldsets for name in flat(part["fields"])}
        own = ("version_read", "revision_read", "reason")
        last = [name for name in own if name not in named]
        return [*fieldsets, (None, {"fields": last})] if last else fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fixed = list(super().get_readonly_fields(request, obj))
        # Publishing is a step with a page of its own.
        fixed += ["publication"] * issubclass(self.model, Record)
        return ["code", *fixed] if obj else fixed

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not rights.is_closed(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_delete_permission(request, obj)
        if isinstance(obj, Record):
            # Once published, never deleted: a record is withdrawn.
            draft = obj.publication == Publication.DRAFT
            return allowed and draft and not _is_told_of(obj)
        return allowed and not (obj and _is_used(obj))

    def get_actions(self, request: HttpRequest) -> Any:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


class EditedAdmin(ImportPages, ExportPages, VerifyingPages, RecordAdmin):
    """A record with publication: drafts can be deleted, what was published can't."""

    def get_list_filter(self, request: HttpRequest) -> Any:
        own = super().get_list_filter(request)
        return [*own, "publication", *filters.upkeep(self.model)]


def _is_told_of(record: Record) -> bool:
    """Whether deleting it would empty a column of somebody else's row."""
    return any(
        relation.on_delete is models.SET_NULL
        and relation.related_model._base_manager.filter(
            **{relation.field.name: record.pk}
        ).exists()
        for relation in record._meta.related_objects
    )


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
