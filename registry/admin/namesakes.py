"""Other records of the same name, pointed out before one is saved."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from registry.admin.links import change_address
from registry.pinyin import normalised
from registry.search import alike, everything

MOST = 10


def namesakes(
    model: type[Model], paths: list[str], names: list[str], *, but: str = ""
) -> list[Any]:
    """Records of which a name, in one of the columns, is one of these.

    Width, case, blanks and punctuation tell no names apart. At most ten, by code.
    """
    rows: Any = (model._meta.concrete_model or model)._base_manager
    found: dict[str, Any] = {}
    for name in names:
        wanted = normalised(name)
        if not wanted:
            continue
        for row in alike(rows.exclude(pk=but), name, paths, among=everything):
            if wanted in _names(row, paths):
                found[row.pk] = row
    return [found[code] for code in sorted(found)][:MOST]


def _names(row: Any, paths: list[str]) -> set[str]:
    """Every name of the row, without what tells none apart."""
    values = type(row)._base_manager.filter(pk=row.pk).values_list(*paths)
    return {normalised(name) for names in values for name in names if name}


def told(record: Any) -> dict[str, str]:
    """A record as the notice shows it: code, name, place, address."""
    return {
        "code": record.pk,
        "name": str(record),
        "place": str(getattr(record, "region", "") or ""),
        "address": change_address(record),
    }


def notice(records: list[Any]) -> ValidationError:
    """Says which records have the name, and that saving again saves this one too."""
    lines = format_html_join(
        "",
        '<li><a href="{address}" target="_blank" rel="noopener">{name}</a>'
        " {place} <code>{code}</code></li>",
        (told(record) for record in records),
    )
    question = _(
        "There are records of this name already. Nothing was saved yet: if this is"
        " another one, save again."
    )
    message: SafeString = format_html(
        '{}<ul class="namesakes">{}</ul>', question, lines
    )
    return ValidationError(message, code="namesakes")
