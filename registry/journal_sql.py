"""The journal's SQL: triggers and functions of PostgreSQL, triggers of SQLite.

Trigger names are ``<table>__<what>``. What both databases keep:

* an entry for each row added, changed or deleted; a change of nothing but ``version``,
  ``updated_at`` and what is derived from other columns leaves none;
* one change for each transaction, with its revision in commit order and a digest that
  chains it to the one before: sha256 over the earlier digest and the change's own
  facts, then over that and each entry in turn;
* journal rows refuse UPDATE and DELETE; the code of a record, and of every row that no
  record owns, refuses to change, and to be used again once its row was deleted.
"""

from dataclasses import dataclass

QUIET = ("version", "updated_at")


@dataclass(frozen=True)
class Table:
    """A journaled table; ``key`` columns joined by a dot make an entry's key.

    ``hidden`` columns, numbers and what is derived from others, are not kept. The codes
    of a ``guarded`` table never change and are never used again.
    """

    name: str
    kind: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    hidden: tuple[str, ...]
    guarded: bool


SET_AUTHOR = """
    SELECT set_config('journal.by', %s, true),
           set_config('journal.reason', %s, true),
           set_config('journal.path', %s, true)
"""

POSTGRESQL_TRIGGERS = """
    SELECT tgname, obj_description(oid, 'pg_trigger') FROM pg_trigger
    WHERE NOT tgisinternal AND tgname LIKE '%\\_\\_%'
"""

# The advisory lock is taken at COMMIT only, by the deferred trigger, so that writers of
# different records wait for each other no longer than a commit lasts.
POSTGRESQL_FUNCTIONS = """
CREATE OR REPLACE FUNCTION journal_record() RETURNS trigger LANGUAGE plpgsql
AS $$
DECLARE
  change bigint; line jsonb; key text; quiet text[] := tg_argv[2]::text[];
BEGIN
  IF tg_op = 'UPDATE' AND to_jsonb(new) - quiet = to_jsonb(old) - quiet THEN
    RETURN NULL;
  END IF;
  SELECT id INTO change FROM registry_change
    WHERE transaction = pg_current_xact_id()::text AND revision IS NULL;
  IF change IS NULL THEN
    INSERT INTO registry_change (transaction, at, actor, reason, path, digest)
      VALUES (pg_current_xact_id()::text, clock_timestamp(),
        coalesce(current_setting('journal.by', true), ''),
        coalesce(current_setting('journal.reason', true), ''),
        coalesce(nullif(current_setting('journal.path', true), ''), 'direct'), '')
      RETURNING id INTO change;
  END IF;
  line := to_jsonb(CASE WHEN tg_op = 'DELETE' THEN old ELSE new END)
    - tg_argv[3]::text[];
  SELECT string_agg(line ->> name, '.' ORDER BY place) INTO key
    FROM unnest(tg_argv[1]::text[]) WITH ORDINALITY AS part (name, place);
  INSERT INTO registry_entry (change_id, kind, key, action, row)
    VALUES (change, tg_argv[0], key, left(tg_op, 1), line::text);
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION journal_seal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  number bigint; chain text; line record;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('registry journal'));
  SELECT revision, digest INTO number, chain FROM registry_change
    WHERE revision IS NOT NULL ORDER BY revision DESC LIMIT 1;
  number := coalesce(number, 0) + 1;
  chain := journal_chain(coalesce(chain, ''), number::text,
    to_char(new.at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'),
    new.actor, new.reason, new.path);
  FOR line IN SELECT * FROM registry_entry WHERE change_id = new.id ORDER BY id LOOP
    chain := journal_chain(chain, line.kind, line.key, line.action, line.row);
  END LOOP;
  UPDATE registry_change SET revision = number, digest = chain WHERE id = new.id;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION journal_chain(VARIADIC parts text[]) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT encode(sha256(convert_to(array_to_string(parts, chr(10)), 'UTF8')), 'hex')
$$;

CREATE OR REPLACE FUNCTION journal_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The journal is append-only.';
END $$;

CREATE OR REPLACE FUNCTION journal_open() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
  IF EXISTS (SELECT FROM registry_change
             WHERE id = new.change_id AND revision IS NOT NULL) THEN
    RAISE EXCEPTION 'The journal is append-only: that change is sealed.';
  END IF;
  RETURN new;
END $$;

CREATE OR REPLACE FUNCTION journal_code() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
  IF tg_op = 'UPDATE' THEN
    IF new.code <> old.code THEN
      RAISE EXCEPTION 'A code never changes: %', old.code
        USING ERRCODE = 'integrity_constraint_violation';
    END IF;
  ELSIF EXISTS (SELECT FROM registry_entry
                WHERE kind = tg_argv[0] AND key = new.code AND action = 'D') THEN
    RAISE EXCEPTION 'A code is never reused: %', new.code
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN new;
END $$;
"""


def _array(values: tuple[str, ...]) -> str:
    return "'{" + ",".join(values) + "}'"


def postgresql(tables: list[Table]) -> dict[str, str]:
    """Name → statement of every trigger of PostgreSQL."""
    triggers = {
        "registry_change__seal": "CREATE CONSTRAINT TRIGGER {name}"
        " AFTER INSERT ON registry_change DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION journal_seal()",
        "registry_change__keep_row": "CREATE TRIGGER {name}"
        " BEFORE UPDATE ON registry_change FOR EACH ROW"
        " WHEN (old.revision IS NOT NULL) EXECUTE FUNCTION journal_keep()",
        "registry_change__keep": "CREATE TRIGGER {name}"
        " BEFORE DELETE OR TRUNCATE ON registry_change EXECUTE FUNCTION journal_keep()",
        "registry_entry__keep": "CREATE TRIGGER {name}"
        " BEFORE UPDATE OR DELETE OR TRUNCATE ON registry_entry"
        " EXECUTE FUNCTION journal_keep()",
        "registry_entry__open": "CREATE TRIGGER {name}"
        " BEFORE INSERT ON registry_entry FOR EACH ROW EXECUTE FUNCTION journal_open()",
    }
    for table in tables:
        quiet = tuple(name for name in QUIET if name in table.columns)
        without = (*quiet, *table.hidden)
        triggers[f"{table.name}__record"] = (
            "CREATE TRIGGER {name} AFTER INSERT OR UPDATE OR DELETE"
            f' ON "{table.name}"'
            f" FOR EACH ROW EXECUTE FUNCTION journal_record('{table.kind}',"
            f" {_array(table.key)}, {_array(without)}, {_array(table.hidden)})"
        )
        if table.guarded:
            triggers[f"{table.name}__code"] = (
                f'CREATE TRIGGER {{name}} BEFORE INSERT OR UPDATE ON "{table.name}"'
                f" FOR EACH ROW EXECUTE FUNCTION journal_code('{table.kind}')"
            )
    return {name: sql.replace("{name}", f'"{name}"') for name, sql in triggers.items()}


def sqlite(tables: list[Table]) -> dict[str, str]:
    """Name → statement of every trigger of SQLite.

    Writers come one at a time (IMMEDIATE), so the revision is given at the first write.
    """
    refuse = "SELECT raise(ABORT, 'The journal is append-only.');"
    triggers = {
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
        triggers |= _sqlite_records(table)
        if table.guarded:
            triggers |= _sqlite_code(table)
    return {name: f'CREATE TRIGGER "{name}" {body}' for name, body in triggers.items()}


def _sqlite_records(table: Table) -> dict[str, str]:
    loud = [column for column in table.columns if column not in QUIET]
    changed = " OR ".join(f'old."{c}" IS NOT new."{c}"' for c in loud)
    triggers = {}
    for action, side in (("insert", "new"), ("update", "new"), ("delete", "old")):
        line = ", ".join(f"'{c}', {side}.\"{c}\"" for c in table.columns)
        key = " || '.' || ".join(f'{side}."{c}"' for c in table.key)
        when = f"WHEN {changed} " if action == "update" else ""
        triggers[f"{table.name}__{action}"] = f"""\
AFTER {action.upper()} ON "{table.name}" {when}BEGIN
  INSERT INTO registry_change
    ("transaction", at, actor, reason, path, revision, digest)
    SELECT journal_transaction(), now.at, journal_by(), journal_reason(),
      journal_path(), coalesce(last.revision, 0) + 1,
      SHA256(coalesce(last.digest, '') || char(10) || (coalesce(last.revision, 0) + 1)
        || char(10) || now.at || char(10) || journal_by() || char(10)
        || journal_reason() || char(10) || journal_path())
    FROM (SELECT strftime('%Y-%m-%d %H:%M:%f000', 'now') AS at) AS now
    LEFT JOIN (SELECT revision, digest FROM registry_change
               ORDER BY revision DESC LIMIT 1) AS last ON true
    WHERE NOT EXISTS (SELECT 1 FROM registry_change
                      WHERE "transaction" = journal_transaction());
  INSERT INTO registry_entry (change_id, kind, key, action, row)
    SELECT id, '{table.kind}', {key}, '{action[0].upper()}', json_object({line})
    FROM registry_change WHERE "transaction" = journal_transaction();
END"""
    return triggers


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
