"""What the journal's SQL has in common on both databases.

Trigger names are ``<table>__<what>``. What both databases keep:

* an entry for each row added, changed or deleted, two where its key changes; taking
  the next ``version`` leaves none, nor does what is derived from other columns;
* one change for each transaction, with its revision in commit order and a digest that
  chains it to the one before: sha256 over the earlier digest and the change's own
  facts, then over that and each entry in turn, their parts joined by line feeds (which
  are written as ``\\n`` within free text, a backslash as two);
* the latest public revision of each kind (`PublicRevision`): of changes to a row that
  is no draft, nor owned by one, before or after;
* journal rows refuse UPDATE and DELETE; the code of a record, and of every row that no
  record owns, refuses to change, and to be used again once its row was deleted.
"""

from dataclasses import dataclass

QUIET = "version"


@dataclass(frozen=True)
class Table:
    """A journaled table; ``key`` columns joined by a dot make an entry's key.

    ``hidden`` columns, numbers and what is derived from others, are not kept. The codes
    of a ``guarded`` table never change and are never used again. Whether anybody sees a
    row is told by its own ``publication`` or by that of its ``owner``: the column that
    leads there, and the owner's table. Where there is neither, everybody does.
    """

    name: str
    kind: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    hidden: tuple[str, ...]
    guarded: bool
    owner: tuple[str, str] | None = None


def key_of(table: Table, side: str) -> str:
    """An expression for the key of a row; ``side`` is the row's alias."""
    return " || '.' || ".join(f'{side}."{c}"' for c in table.key)
