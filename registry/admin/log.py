"""The log of all changes, read-only: by person, path, kind of row and region."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry import journal
from registry.admin.distinct import different
from registry.admin.lists import Chosen, Lists
from registry.admin.telling import path_label
from registry.models import Change, Entry

MOST_KEYS = 4
MOST_ENTRIES = 100


class ReadOnly:
    """An admin in which nothing is written."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ByPerson(Chosen):
    title = _("person")
    parameter_name = "actor"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, name) for name in different(Change, "actor") if name]

    def queryset(self, request: Any, queryset: Any) -> Any:
        return queryset.filter(actor=self.value()) if self.value() else queryset


class ByPath(Chosen):
    title = _("path")
    parameter_name = "path"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        # Proposals have a path each: proposal/12.
        paths = different(Change, "path", but="proposal/")
        first = [path.partition("/")[0] for path in paths]
        if Change.objects.filter(path__startswith="proposal/").exists():
            first.append("proposal")
        return [(path, path_label(path)) for path in sorted({*first})]

    def queryset(self, request: Any, queryset: Any) -> Any:
        path = self.value()
        if not path:
            return queryset
        return queryset.filter(path=path) | queryset.filter(path__startswith=f"{path}/")


class ByKind(Chosen):
    title = _("kind of row")
    parameter_name = "kind"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            (journal.kind_of(model), model._meta.verbose_name)
            for model in journal.journaled()
            if not model._meta.auto_created
        ]

    def queryset(self, request: Any, queryset: Any) -> Any:
        if not self.value():
            return queryset
        return queryset.filter(_with_entry(kind=self.value()))


class ByRegion(Chosen):
    """By the first two digits of codes, which name the province (GB/T 2260)."""

    title = _("province")
    parameter_name = "province"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return [(code, name) for code, name in model_admin.admin_site.provinces()]

    def queryset(self, request: Any, queryset: Any) -> Any:
        code = self.value()
        if not code:
            return queryset
        following = code[:-1] + chr(ord(code[-1]) + 1)
        return queryset.filter(_with_entry(key__gte=code, key__lt=following))


def _with_entry(**condition: Any) -> Exists:
    """Changes with such an entry."""
    return Exists(Entry.objects.filter(change=OuterRef("pk"), **condition))


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

    list_display = ["revision", "at", "actor", "way", "reason", "rows"]
    list_display_links = ["revision", "at"]
    list_filter = ["at", ByPerson, ByPath, ByKind, ByRegion]
    search_fields = ["actor", "reason", "path", "entries__key"]
    search_help_text = _("By person, reason, path, or the code of a row.")
    fields = ["revision", "at", "actor", "way", "reason", "digest", "left"]
    readonly_fields = ["way", "left"]
    ordering = ["-id"]
    show_full_result_count = False

    @admin.display(description=_("path"), ordering="path")
    def way(self, change: Change) -> str:
        return path_label(change.path)

    @admin.display(description=_("as it was left"))
    def left(self, change: Change) -> SafeString:
        """The first rows of the change, and the way to all of them."""
        entries = list(change.entries.order_by("id")[: MOST_ENTRIES + 1])
        shown = format_html_join(
            "",
            "<tr><td>{}</td><td>{}</td><th scope=row><code>{}</code></th><td>{}</td>"
            "</tr>",
            (
                (e.get_action_display(), e.kind, e.key, content_of(e))
                for e in entries[:MOST_ENTRIES]
            ),
        )
        table = format_html("<table class=entries><tbody>{}</tbody></table>", shown)
        if len(entries) <= MOST_ENTRIES:
            return table
        address = reverse("admin:registry_entry_changelist")
        return format_html(
            '{}<p><a href="{}?change__id__exact={}">{}</a></p>',
            table,
            address,
            change.pk,
            gettext("All %d rows") % change.entries.count(),
        )

    def get_queryset(self, request: HttpRequest) -> Any:
        """Each with the codes of its first rows, as the index has them: unsorted."""
        keys = Entry.objects.filter(change=OuterRef("pk")).order_by().values("key")
        some = {f"key_{n}": Subquery(keys[n : n + 1]) for n in range(MOST_KEYS)}
        return super().get_queryset(request).annotate(**some)

    @admin.display(description=_("rows"))
    def rows(self, change: Any) -> str:
        found = [getattr(change, f"key_{n}") for n in range(MOST_KEYS)]
        keys = [key for key in found if key is not None]
        return ", ".join([*keys[:-1], "…"] if len(keys) == MOST_KEYS else keys)


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
