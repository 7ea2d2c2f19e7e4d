"""The journal's SQL for SQLite: triggers, which call what `registry.scribe` gives."""

from registry.journal_sql import QUIET, Table, key_of

TRANSACTION = "SELECT journal_transaction()"

TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"


def triggers(tables: list[Table]) -> dict[str, str]:
    """Name → statement of every trigger of SQLite.

    Writers come one at a time (IMMEDIATE), so the revision is given at the first write.
    """
    refuse = "SELECT raise(ABORT, 'The journal is append-only.');"
    found = {
        "registry_entry__chain": "AFTER INSERT ON registry_entry BEGIN"
        " UPDATE registry_change SET digest = SHA256(digest || char(10) || new.kind ||"
        " char(10) || new.key || char(10) || new.action || char(10) || new.row)"
        " WHERE id = new.change_id; END",
        "registry_entry__open": "BEFORE INSERT ON registry_entry WHEN (SELECT"
        ' "transaction" FROM registry_change WHERE id = new.change_id)'
        f" IS NOT journal_transaction() BEGIN {refuse} END",
        "registry_change__keep_row": "BEFORE UPDATE ON registry_change"
        f' WHEN old."transaction" IS NOT journal_transaction() BEGIN {refuse} END',
        "registry_change__keep": f"BEFORE DELETE ON registry_change BEGIN {refuse} END",
        "registry_entry__keep": f"BEFORE DELETE ON registry_entry BEGIN {refuse} END",
        "registry_entry__keep_row": "BEFORE UPDATE ON registry_entry"
        f" BEGIN {refuse} END",
    }
    for table in tables:
        found |= _sqlite_records(table)
        if table.guarded:
            found |= _sqlite_code(table)
    return {name: f'CREATE TRIGGER "{name}" {body}' for name, body in found.items()}


def _sqlite_records(table: Table) -> dict[str, str]:
    loud = [column for column in table.columns if column != QUIET]
    changed = " OR ".join(f'old."{c}" IS NOT new."{c}"' for c in loud)
    found = {}
    for action, side in (("insert", "new"), ("update", "new"), ("delete", "old")):
        when = f"WHEN {changed} " if action == "update" else ""
        found[f"{table.name}__{action}"] = f"""\
AFTER {action.upper()} ON "{table.name}" {when}BEGIN
  INSERT INTO registry_change
    ("transaction", at, actor, reason, path, revision, digest)
    SELECT journal_transaction(), now.at, journal_by(), journal_reason(),
      journal_path(), coalesce(last.revision, 0) + 1,
      SHA256(coalesce(last.digest, '') || char(10) || (coalesce(last.revision, 0) + 1)
        || char(10) || now.at || char(10) || {_text("journal_by()")} || char(10)
        || {_text("journal_reason()")} || char(10) || {_text("journal_path()")})
    FROM (SELECT strftime('%Y-%m-%d %H:%M:%f000', 'now') AS at) AS now
    LEFT JOIN (SELECT revision, digest FROM registry_change
               ORDER BY revision DESC LIMIT 1) AS last ON true
    WHERE NOT EXISTS (SELECT 1 FROM registry_change
                      WHERE "transaction" = journal_transaction());
{_moved(table, action)}\
  INSERT INTO registry_entry (change_id, kind, key, action, row)
    SELECT id, '{table.kind}', {key_of(table, side)}, {_action(table, action)},
      {line(table, side)}
    FROM registry_change WHERE "transaction" = journal_transaction();
  INSERT INTO registry_publicrevision (kind, revision)
    SELECT '{table.kind}', revision FROM registry_change
    WHERE "transaction" = journal_transaction() AND {_seen(table, action)}
    ON CONFLICT (kind) DO UPDATE SET revision = excluded.revision
      WHERE revision <> excluded.revision;
END"""
    return found


def _action(table: Table, action: str) -> str:
    """What an entry calls it; a row whose key changes comes anew."""
    if action != "update" or table.guarded:
        return f"'{action[0].upper()}'"
    same = f"{key_of(table, 'old')} = {key_of(table, 'new')}"
    return f"CASE WHEN {same} THEN 'U' ELSE 'I' END"


def _moved(table: Table, action: str) -> str:
    """The entry of the key that an update takes from its row."""
    if action != "update" or table.guarded:
        return ""
    key = key_of(table, "old")
    return f"""\
  INSERT INTO registry_entry (change_id, kind, key, action, row)
    SELECT id, '{table.kind}', {key}, 'D', {line(table, "old")}
    FROM registry_change WHERE "transaction" = journal_transaction()
      AND {key} <> {key_of(table, "new")};
"""


def _seen(table: Table, action: str) -> str:
    """A condition: everybody sees the row, or saw it before."""
    sides = {"insert": ["new"], "update": ["old", "new"], "delete": ["old"]}[action]
    if table.owner:
        column, owner = table.owner
        publication = f'(SELECT publication FROM "{owner}" WHERE code = %s."{column}")'
    elif "publication" in table.columns:
        publication = "%s.publication"
    else:
        return "true"
    parts = (f"{publication % side} IS NOT 'draft'" for side in sides)
    return f"({' OR '.join(parts)})"


def line(table: Table, side: str) -> str:
    """An expression for a row as entries keep it; ``side`` is the row's alias."""
    parts = ", ".join(f"'{c}', {side}.\"{c}\"" for c in table.columns)
    return f"json_object({parts})"


def _text(free: str) -> str:
    """What PostgreSQL's ``journal_text`` gives, for SQLite."""
    return (
        f"replace(replace({free}, char(92), char(92) || char(92)),"
        " char(10), char(92) || 'n')"
    )


def _sqlite_code(table: Table) -> dict[str, str]:
    return {
        f"{table.name}__code_insert": f'BEFORE INSERT ON "{table.name}"'
        " WHEN EXISTS (SELECT 1 FROM registry_entry"
        f" WHERE kind = '{table.kind}' AND key = new.code AND action = 'D')"
        " BEGIN SELECT raise(ABORT, 'A code is never reused.'); END",
        f"{table.name}__code_update": f'BEFORE UPDATE OF code ON "{table.name}"'
        " WHEN new.code <> old.code"
        " BEGIN SELECT raise(ABORT, 'A code never changes.'); END",
    }
