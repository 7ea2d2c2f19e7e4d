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

# Of a statement's rows at once: a trigger for each row would cost a load most of its
# time. Transition tables have old and new rows in the same order, and no other tie.
_CHANGED = """
        SELECT number, to_jsonb(after.line) AS line, to_jsonb(before.line) AS before
        FROM (SELECT a AS line, row_number() OVER () AS number FROM added AS a) AS after
        JOIN (SELECT g AS line, row_number() OVER () AS number FROM gone AS g) AS before
          USING (number)"""

FUNCTIONS = """
CREATE OR REPLACE FUNCTION journal_record() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  change bigint; wrote boolean; shows boolean;
  -- A key has one column, or two.
  keys text[] := tg_argv[1]; quiet text[] := tg_argv[2]; hidden text[] := tg_argv[3];
  told text := coalesce(current_setting('journal.public', true), '');
BEGIN
  -- A statement may have found no row, or changed nothing that is kept.
  IF tg_op = 'INSERT' THEN
    wrote := EXISTS (SELECT FROM added);
  ELSIF tg_op = 'DELETE' THEN
    wrote := EXISTS (SELECT FROM gone);
  ELSE
    wrote := EXISTS (SELECT FROM ({changed}) AS row
      WHERE line - quiet <> before - quiet);
  END IF;
  IF NOT wrote THEN
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
  IF tg_op = 'INSERT' THEN
    INSERT INTO registry_entry (change_id, kind, key, action, row)
      SELECT change, tg_argv[0], concat_ws('.', line ->> keys[1], line ->> keys[2]),
        'I', (line - hidden)::text
      FROM (SELECT to_jsonb(a) AS line FROM added AS a) AS row;
  ELSIF tg_op = 'DELETE' THEN
    INSERT INTO registry_entry (change_id, kind, key, action, row)
      SELECT change, tg_argv[0], concat_ws('.', line ->> keys[1], line ->> keys[2]),
        'D', (line - hidden)::text
      FROM (SELECT to_jsonb(g) AS line FROM gone AS g) AS row;
  ELSE
    -- A row whose key changes goes from one place to another: all go before any comes.
    INSERT INTO registry_entry (change_id, kind, key, action, row)
      SELECT change, tg_argv[0], told.key, told.action, (told.line - hidden)::text
      FROM (SELECT number, before, line,
          concat_ws('.', before ->> keys[1], before ->> keys[2]) AS former,
          concat_ws('.', line ->> keys[1], line ->> keys[2]) AS present
        FROM ({changed}) AS pair WHERE line - quiet <> before - quiet) AS row,
      LATERAL (VALUES
        (1, 'D', former, before),
        (2, CASE WHEN former = present THEN 'U' ELSE 'I' END, present, row.line)
      ) AS told (place, action, key, line)
      WHERE place = 2 OR former <> present ORDER BY place, number;
  END IF;
  -- For journal_seal: once for each kind, since loads have very many rows.
  IF tg_argv[0] = ANY (string_to_array(told, ',')) THEN
    RETURN NULL;
  END IF;
  IF tg_op = 'INSERT' THEN
    shows := EXISTS (SELECT FROM added AS a
      WHERE journal_seen(to_jsonb(a), tg_argv[4], tg_argv[5]));
  ELSIF tg_op = 'DELETE' THEN
    shows := EXISTS (SELECT FROM gone AS g
      WHERE journal_seen(to_jsonb(g), tg_argv[4], tg_argv[5]));
  ELSE
    shows := EXISTS (SELECT FROM ({changed}) AS row
      WHERE line - quiet <> before - quiet
        AND (journal_seen(before, tg_argv[4], tg_argv[5])
          OR journal_seen(line, tg_argv[4], tg_argv[5])));
  END IF;
  IF shows THEN
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
  -- As journal_chain, whose call would take longer than the digest.
  FOR line IN SELECT kind, key, action, row FROM registry_entry
    WHERE change_id = new.id ORDER BY id
  LOOP
    chain := encode(sha256(convert_to(chain || chr(10) || line.kind || chr(10)
      || line.key || chr(10) || line.action || chr(10) || line.row, 'UTF8')), 'hex');
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
  IF EXISTS (SELECT FROM registry_change WHERE revision IS NOT NULL
             AND id IN (SELECT change_id FROM added)) THEN
    RAISE EXCEPTION 'The journal is append-only: that change is sealed.';
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION journal_code() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  code text;
BEGIN
  IF tg_op = 'UPDATE' THEN
    RAISE EXCEPTION 'A code never changes: %', old.code
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  -- Row by row through the index, however many rows the planner expects.
  SELECT a.code INTO code FROM added AS a, LATERAL (
    SELECT FROM registry_entry
    WHERE kind = tg_argv[0] AND key = a.code AND action = 'D' LIMIT 1) AS deleted
    LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'A code is never reused: %', code
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$;
""".replace("{changed}", _CHANGED)

# What a trigger sees of its statement, by the events that it can be for.
_SEEN = {
    "insert": "NEW TABLE AS added",
    "update": "OLD TABLE AS gone NEW TABLE AS added",
    "delete": "OLD TABLE AS gone",
}
# Of earlier releases: triggers of each row, under names without an event.
FORMER = ("__record", "__code")


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
        "registry_entry__open": "CREATE TRIGGER {name} AFTER INSERT ON registry_entry"
        " REFERENCING NEW TABLE AS added EXECUTE FUNCTION journal_open()",
    }
    for table in tables:
        quiet = (QUIET,) * (QUIET in table.columns)
        without = (*quiet, *table.hidden)
        column, owner = table.owner or ("", "")
        for event, rows in _SEEN.items():
            found[f"{table.name}__record_{event}"] = (
                f'CREATE TRIGGER {{name}} AFTER {event.upper()} ON "{table.name}"'
                f" REFERENCING {rows} EXECUTE FUNCTION journal_record('{table.kind}',"
                f" {_array(table.key)}, {_array(without)}, {_array(table.hidden)},"
                f" '{column}', '{owner}')"
            )
        if table.guarded:
            found[f"{table.name}__code_insert"] = (
                f'CREATE TRIGGER {{name}} AFTER INSERT ON "{table.name}" REFERENCING'
                " NEW TABLE AS added"
                f" EXECUTE FUNCTION journal_code('{table.kind}')"
            )
            found[f"{table.name}__code_update"] = (
                f'CREATE TRIGGER {{name}} BEFORE UPDATE ON "{table.name}" FOR EACH ROW'
                " WHEN (old.code IS DISTINCT FROM new.code)"
                f" EXECUTE FUNCTION journal_code('{table.kind}')"
            )
    return {name: sql.replace("{name}", f'"{name}"') for name, sql in found.items()}


def line(table: Table, side: str) -> str:
    """An expression for a row as entries keep it; ``side`` is the row's alias."""
    return f"(to_jsonb({side}) - {_array(table.hidden)}::text[])::text"
