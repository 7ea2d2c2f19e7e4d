"""The journal's SQL for PostgreSQL: its functions, and a trigger for each table."""

from registry.journal_sql import QUIET, Table

SET_AUTHOR = """
    SELECT set_config('journal.by', %s, true),
           set_config('journal.reason', %s, true),
           set_config('journal.path', %s, true)
"""

TRANSACTION = "SELECT pg_current_xact_id()::text"

TRIGGERS = """
    SELECT tgname, obj_description(oid, 'pg_trigger') FROM pg_trigger
    WHERE NOT tgisinternal AND tgname LIKE '%\\_\\_%'
"""

# The advisory lock is taken at COMMIT only, by the deferred trigger, so that writers of
# different records wait for each other no longer than a commit lasts.
#
# The functions run as their owner, so that the application's role needs no right to the
# journal's tables (deploy/roles.sql), on the search path of `SAFE_PATH`, so that it
# can't put temporary tables of the same name before them.
SAFE_PATH = "SELECT set_config('search_path', current_schema() || ', pg_temp', true)"

FUNCTIONS = """
CREATE OR REPLACE FUNCTION journal_record() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  change bigint; line jsonb; key text; quiet text[] := tg_argv[2]::text[];
  told text := coalesce(current_setting('journal.public', true), '');
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
  -- For journal_seal: once for each kind, since loads have very many rows.
  IF tg_argv[0] <> ALL (string_to_array(told, ','))
    AND (journal_seen(to_jsonb(old), tg_argv[4], tg_argv[5])
      OR journal_seen(to_jsonb(new), tg_argv[4], tg_argv[5]))
  THEN
    PERFORM set_config('journal.public', told || ',' || tg_argv[0], true);
  END IF;
  RETURN NULL;
END $$;

-- Whether everybody sees the row: by its own publication or that of its owner.
CREATE OR REPLACE FUNCTION journal_seen(line jsonb, owner_column text, owner text)
RETURNS boolean LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  publication text := line ->> 'publication';
BEGIN
  IF line IS NULL THEN
    RETURN false;
  END IF;
  IF owner <> '' THEN
    EXECUTE format('SELECT publication FROM %I WHERE code = $1', owner)
      INTO publication USING line ->> owner_column;
  END IF;
  RETURN publication IS DISTINCT FROM 'draft';
END $$;

CREATE OR REPLACE FUNCTION journal_seal() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  number bigint; chain text; line record; stamp timestamptz;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('registry journal'));
  SELECT revision, digest, at INTO number, chain, stamp FROM registry_change
    WHERE revision IS NOT NULL ORDER BY revision DESC LIMIT 1;
  number := coalesce(number, 0) + 1;
  -- When it is committed, so that times rise with revisions and a day that is over
  -- gets no change any more.
  stamp := greatest(stamp, clock_timestamp());
  chain := journal_chain(coalesce(chain, ''), number::text,
    to_char(stamp AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'),
    journal_text(new.actor), journal_text(new.reason), journal_text(new.path));
  FOR line IN SELECT * FROM registry_entry WHERE change_id = new.id ORDER BY id LOOP
    chain := journal_chain(chain, line.kind, line.key, line.action, line.row);
  END LOOP;
  UPDATE registry_change SET revision = number, digest = chain, at = stamp
    WHERE id = new.id;
  INSERT INTO registry_publicrevision (kind, revision)
    SELECT kind, number
    FROM unnest(string_to_array(current_setting('journal.public', true), ',')) AS kind
    WHERE kind <> ''
    ON CONFLICT (kind) DO UPDATE SET revision = excluded.revision;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION journal_chain(VARIADIC parts text[]) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT encode(sha256(convert_to(array_to_string(parts, chr(10)), 'UTF8')), 'hex')
$$;

CREATE OR REPLACE FUNCTION journal_text(free text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT replace(replace(free, chr(92), chr(92) || chr(92)), chr(10), chr(92) || 'n')
$$;

CREATE OR REPLACE FUNCTION journal_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The journal is append-only.';
END $$;

CREATE OR REPLACE FUNCTION journal_open() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  IF EXISTS (SELECT FROM registry_change
             WHERE id = new.change_id AND revision IS NOT NULL) THEN
    RAISE EXCEPTION 'The journal is append-only: that change is sealed.';
  END IF;
  RETURN new;
END $$;

CREATE OR REPLACE FUNCTION journal_code() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path FROM CURRENT AS $$
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


def triggers(tables: list[Table]) -> dict[str, str]:
    """Name → statement of every trigger of PostgreSQL."""
    found = {
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
        quiet = (QUIET,) * (QUIET in table.columns)
        without = (*quiet, *table.hidden)
        column, owner = table.owner or ("", "")
        found[f"{table.name}__record"] = (
            "CREATE TRIGGER {name} AFTER INSERT OR UPDATE OR DELETE"
            f' ON "{table.name}"'
            f" FOR EACH ROW EXECUTE FUNCTION journal_record('{table.kind}',"
            f" {_array(table.key)}, {_array(without)}, {_array(table.hidden)},"
            f" '{column}', '{owner}')"
        )
        if table.guarded:
            found[f"{table.name}__code"] = (
                f'CREATE TRIGGER {{name}} BEFORE INSERT OR UPDATE ON "{table.name}"'
                f" FOR EACH ROW EXECUTE FUNCTION journal_code('{table.kind}')"
            )
    return {name: sql.replace("{name}", f'"{name}"') for name, sql in found.items()}


def line(table: Table, side: str) -> str:
    """An expression for a row as entries keep it; ``side`` is the row's alias."""
    return f"(to_jsonb({side}) - {_array(table.hidden)}::text[])::text"
