"""What is wrong with a table's headings; all of it at once."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from registry.transfer.csv_files import Outline
from registry.transfer.sentences import listed, nearest, said, shown
from registry.transfer.tables import Problem, Table
from registry.transfer.worksheets import letters

# Rows are known by it, where they don't get it from what they say; what else a new row
# needs is asked of that row.
KEY = "code"


def problems_of(outline: Outline, table: Table, file: str) -> list[Problem]:
    """Unknown, doubled, lacking and empty headings, each with what would be right."""
    return [
        Problem(sentence, file, table.name, 1, column)
        for column, sentence in _wrong(outline, table)
    ]


def _wrong(outline: Outline, table: Table) -> Iterator[tuple[str, Any]]:
    given = [heading for heading in outline.headings if heading]
    if not given:
        yield "", said(_("The first row has no headings."))
        return
    for name, times in Counter(given).items():
        if name not in table.names:
            yield shown(name), _unknown(name, table)
        elif times > 1:
            yield name, said(_("The column “%(name)s” stands there twice."), name=name)
    if KEY in table.names and table.column(KEY).required and KEY not in given:
        yield (
            KEY,
            said(
                _("The column “%(name)s” is lacking, by which rows are known."),
                name=KEY,
            ),
        )
    for place, row in sorted(outline.stray.items()):
        yield (
            "",
            said(
                _(
                    "Column %(column)s has no heading but cells, the first in row "
                    "%(row)d."
                ),
                column=letters(place),
                row=row,
            ),
        )


def _unknown(name: str, table: Table) -> Any:
    known = [column.name for column in table.columns]
    near = _labelled(table).get(name) or nearest(name.lower(), known)
    if near:
        return said(
            _(
                "There is no column “%(name)s”; is “%(near)s” meant? Allowed: "
                "%(known)s."
            ),
            name=shown(name),
            near=near,
            known=listed(known),
        )
    return said(
        _("There is no column “%(name)s”. Allowed: %(known)s."),
        name=shown(name),
        known=listed(known),
    )


def _labelled(table: Table) -> dict[str, str]:
    """Names of columns by their labels in both languages."""
    found: dict[str, str] = {}
    for language in ("zh-hans", "en"):
        with override(language):
            found |= {str(column.label): column.name for column in table.columns}
    return found
