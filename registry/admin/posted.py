"""What a browser posts of a record's form and its inlines."""

from collections.abc import Iterator
from typing import Any

from django.forms.formsets import DEFAULT_MAX_NUM
from django.http import HttpRequest, QueryDict

BUTTONS = ("_save", "_saveasnew", "_continue", "_addanother", "_merge", "_edit")
# What the form keeps for itself; merged anew.
OWN = ("version_read", "revision_read", "reason", "DELETE", "id")


def whole(text: str | None) -> int:
    """A version or revision as posted; 0, which nothing has, for anything else."""
    plain = text and text.isascii() and text.isdigit() and len(text) < 10
    return int(text) if text and plain else 0


def formsets_of(admin: Any, request: HttpRequest, record: Any) -> Iterator[Any]:
    """The inlines of the record as it stands, unbound."""
    prefixes: dict[str, int] = {}
    for formset_class, inline in admin.get_formsets_with_inlines(request, record):
        prefix = formset_class.get_default_prefix()
        prefixes[prefix] = prefixes.get(prefix, 0) + 1
        if prefixes[prefix] > 1:
            prefix = f"{prefix}-{prefixes[prefix]}"
        queryset = inline.get_queryset(request)
        yield formset_class(instance=record, prefix=prefix, queryset=queryset)


def posted_rows(data: QueryDict, prefix: str) -> int:
    """How many rows of that inline were posted, as Django would take them."""
    total = data.get(f"{prefix}-TOTAL_FORMS", "0")
    plain = total.isascii() and total.isdigit() and len(total) < 6
    return min(int(total), DEFAULT_MAX_NUM * 2) if plain else 0


def has_lost_rows(admin: Any, request: HttpRequest, record: Any) -> bool:
    """Whether a row of the posted form is the record's no more."""
    for formset in formsets_of(admin, request, record):
        standing = {part.instance.pk for part in formset.initial_forms}
        for number in range(posted_rows(request.POST, formset.prefix)):
            code = request.POST.get(f"{formset.prefix}-{number}-code")
            if code and code not in standing:
                return True
    return False
