"""The fixture: every record as ``loaddata`` reads it, byte for byte the same each time.

One object a line, in loading order, each table by code; empty columns are left out.
"""

import json
from pathlib import Path
from typing import Any

from django.conf import settings

from programs import rows as plain_rows
from programs import sheets
from programs.models import TABLES
from programs.rows import Rows
from registry import journal

SEEDS = settings.BASE_DIR / "seeds"
FIXTURE = settings.BASE_DIR / "fixtures" / "registry.json"


def text_of(rows: Rows) -> str:
    """The rows as a fixture."""
    lines = []
    for model in TABLES:
        fields = plain_rows.columns(model)
        related = {
            field.name: _by_owner(rows, field) for field in plain_rows.relations(model)
        }
        for code in sorted(rows[journal.kind_of(model)]):
            row = rows[journal.kind_of(model)][code]
            said = {
                fields[name].name: value
                for name, value in row.items()
                if value not in ("", None)
            }
            for name, codes in related.items():
                if code in codes:
                    said[name] = codes[code]
            line = {"model": model._meta.label_lower, "pk": code, "fields": said}
            lines.append(json.dumps(line, ensure_ascii=False))
    return "[\n" + ",\n".join(lines) + "\n]\n"


def _by_owner(rows: Rows, field: Any) -> dict[str, list[str]]:
    """Owner → sorted codes of one many-to-many relation."""
    found: dict[str, list[str]] = {}
    owner, target = (
        f"{field.m2m_field_name()}_id",
        f"{field.m2m_reverse_field_name()}_id",
    )
    for _key, row in sorted(rows[journal.kind_of(field.remote_field.through)].items()):
        found.setdefault(row[owner], []).append(row[target])
    return found


def built(folder: Path = SEEDS) -> str:
    """The fixture that the sheets in that folder make."""
    return text_of(sheets.read(folder).rows)


def dumped() -> str:
    """The fixture of this environment's registry as it stands."""
    return text_of(plain_rows.of_database())
