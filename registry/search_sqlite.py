"""The index of search on SQLite: FTS5 over the grams of each searched row.

Triggers keep it. They cut texts by a function of this process, like the journal's, so
that a program that lacks it can't write to the tables at all. Rows of the index are
numbered in a table of their own, since VACUUM may number those of the registry anew.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.backends.signals import connection_created

from registry import grams
from registry.folding import foldings

CREATE = (
    "CREATE TABLE registry_searched (id INTEGER PRIMARY KEY, kind TEXT NOT NULL,"
    " key TEXT NOT NULL, UNIQUE (kind, key))",
    # Signs outside ASCII are parts of words for this tokenizer, and no gram has others.
    "CREATE VIRTUAL TABLE registry_grams USING"
    " fts5(grams, content='', detail=none, tokenize='ascii')",
)
REMOVE = ("DROP TABLE registry_grams", "DROP TABLE registry_searched")
EMPTY = (
    "INSERT INTO registry_grams (registry_grams) VALUES ('delete-all')",
    "DELETE FROM registry_searched",
)

# Keys of the rows of a table that have all the grams.
FOUND = (
    "SELECT searched.key FROM registry_grams CROSS JOIN registry_searched AS searched"
    " ON searched.id = registry_grams.rowid"
    " WHERE registry_grams MATCH %s AND searched.kind = %s"
)


def asked(wanted: Iterable[str]) -> str:
    """What FTS5 is asked for, to find all of the grams."""
    return " ".join(f'"{gram}"' for gram in wanted)


def triggers(table: str, key: str, columns: Sequence[str]) -> dict[str, str]:
    """Name → statement of the triggers that keep the index of a table.

    They name the characters that fold, so that they are others when those are.
    """
    old, new = (_text(columns, side) for side in ("old", "new"))
    row = f"kind = '{table}' AND key"
    forget = (
        "INSERT INTO registry_grams (registry_grams, rowid, grams)"
        f" SELECT 'delete', id, search_cut({old}) FROM registry_searched"
        f' WHERE {row} = old."{key}"'
    )
    note = (
        "INSERT INTO registry_grams (rowid, grams) SELECT id, search_cut({0})"
        f' FROM registry_searched WHERE {row} = new."{key}"'
    ).format(new)
    changed = " OR ".join(
        f'old."{column}" IS NOT new."{column}"'
        for column in dict.fromkeys((key, *columns))
    )
    begin = f"BEGIN /* {_characters()} */"
    bodies = {
        "insert": f'AFTER INSERT ON "{table}" {begin}'
        " INSERT INTO registry_searched (kind, key)"
        f" VALUES ('{table}', new.\"{key}\"); {note}; END",
        "update": f'AFTER UPDATE ON "{table}" WHEN {changed} {begin} {forget};'
        f' UPDATE registry_searched SET key = new."{key}" WHERE {row} = old."{key}";'
        f" {note}; END",
        "delete": f'AFTER DELETE ON "{table}" {begin} {forget};'
        f' DELETE FROM registry_searched WHERE {row} = old."{key}"; END',
    }
    return {
        (name := f"{table}__search_{action}"): f'CREATE TRIGGER "{name}" {body}'
        for action, body in bodies.items()
    }


def rows(table: str, key: str, columns: Sequence[str]) -> str:
    """A query for the kind, key and grams of every row of a table."""
    return (
        f"SELECT '{table}' AS kind, \"{key}\" AS key,"
        f' search_cut({_text(columns, "source")}) AS grams FROM "{table}" AS source'
    )


def fill(table: str, key: str, columns: Sequence[str]) -> list[str]:
    """The statements that note every row of a table in an empty index."""
    return [
        f"INSERT INTO registry_searched (kind, key) SELECT '{table}', \"{key}\""
        f' FROM "{table}"',
        f"INSERT INTO registry_grams (rowid, grams) SELECT id, grams"
        f" FROM ({rows(table, key, columns)}) JOIN registry_searched USING (kind, key)",
    ]


def differs(cursor: Any, every_row: str) -> bool:
    """Whether the index is another than the rows give, cut into a second one."""
    cursor.execute(
        "CREATE VIRTUAL TABLE temp.search_again USING"
        " fts5(grams, content='', detail=none, tokenize='ascii')"
    )
    for name, table in (
        ("said", "main, registry_grams"),
        ("cut", "temp, search_again"),
    ):
        cursor.execute(
            f"CREATE VIRTUAL TABLE temp.search_{name} USING fts5vocab({table}, row)"
        )
    try:
        cursor.execute(
            f"WITH texts AS ({every_row}) SELECT (SELECT count(*) FROM texts) <>"
            " (SELECT count(*) FROM registry_searched)"
        )
        (differ,) = cursor.fetchone()
        cursor.execute(
            "INSERT INTO temp.search_again (rowid, grams) SELECT id, texts.grams"
            f" FROM ({every_row}) AS texts JOIN registry_searched USING (kind, key)"
        )
        for one, other in (("said", "cut"), ("cut", "said")):
            cursor.execute(
                f"SELECT EXISTS (SELECT term, doc FROM temp.search_{one}"
                f" EXCEPT SELECT term, doc FROM temp.search_{other})"
            )
            differ = differ or cursor.fetchone()[0]
        return bool(differ)
    finally:
        for name in ("said", "cut", "again"):
            cursor.execute(f"DROP TABLE temp.search_{name}")


def _text(columns: Sequence[str], side: str) -> str:
    return " || ' ' || ".join(f'{side}."{column}"' for column in columns)


def _characters() -> str:
    """A digest of what folds to what, which follows Python's Unicode, and is common."""
    told = (sorted(foldings().items()), sorted(grams.COMMON))
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def _cut(text: str) -> str:
    return " ".join(sorted(grams.cut(text)))


def _on_connection(connection: Any, **_kwargs: Any) -> None:
    if connection.vendor == "sqlite":
        connection.connection.create_function("search_cut", 1, _cut, deterministic=True)


connection_created.connect(_on_connection, dispatch_uid="search")
