"""People, and the journal of what they changed (read-only)."""

import json
from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from registry.admin.lists import Lists
from registry.models import Change, Entry, User


@admin.register(User)
class People(Lists, UserAdmin):
    """Users are deactivated, never deleted: the journal names them."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


admin.site.unregister(Group)


@admin.register(Group)
class Groups(Lists, GroupAdmin):
    """Who may do what, by group."""


class ReadOnly:
    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class EntryInline(ReadOnly, admin.TabularInline):
    model = Entry
    fields = ["action", "kind", "key", "content"]
    readonly_fields = ["content"]
    extra = 0
    max_num = 0

    @admin.display(description=_("as it was left"))
    def content(self, entry: Entry) -> SafeString:
        return content_of(entry)


def content_of(entry: Entry) -> SafeString:
    """The row's columns that say something, as a list."""
    said = {
        name: value
        for name, value in json.loads(entry.row).items()
        if value not in ("", None)
    }
    lines = format_html_join("", "<dt>{}</dt><dd>{}</dd>", said.items())
    return format_html("<dl class=row>{}</dl>", lines)


@admin.register(Change)
class Changes(Lists, ReadOnly, admin.ModelAdmin):
    """One transaction each: who, when, why, on which way."""

    list_display = ["revision", "at", "actor", "path", "reason", "rows"]
    list_display_links = ["revision", "at"]
    list_filter = ["at"]
    search_fields = ["actor", "reason", "path", "entries__key"]
    search_help_text = _("By person, reason, path, or the code of a row.")
    fields = ["revision", "at", "actor", "path", "reason", "digest"]
    inlines = [EntryInline]
    ordering = ["-id"]
    show_full_result_count = False

    @admin.display(description=_("rows"))
    def rows(self, change: Change) -> str:
        keys = list(change.entries.values_list("key", flat=True)[:4])
        return ", ".join(keys[:3]) + (" …" if len(keys) > 3 else "")


@admin.register(Entry)
class Entries(Lists, ReadOnly, admin.ModelAdmin):
    """One row each, as a change left it."""

    list_display = ["id", "key", "kind", "action", "who", "when", "why"]
    list_select_related = ["change"]
    search_fields = ["key"]
    search_help_text = _("By code.")
    fields = ["change", "kind", "key", "action", "content"]
    readonly_fields = ["content"]
    ordering = ["-id"]
    show_full_result_count = False

    @admin.display(description=_("as it was left"))
    def content(self, entry: Entry) -> SafeString:
        return content_of(entry)

    @admin.display(description=_("by"))
    def who(self, entry: Entry) -> str:
        return entry.change.actor

    @admin.display(description=_("at"))
    def when(self, entry: Entry) -> Any:
        return entry.change.at

    @admin.display(description=_("reason"))
    def why(self, entry: Entry) -> str:
        return entry.change.reason
