-- The application's role: it reads and writes the registry but can't touch the journal.
--
-- Run after every migration, as the role that owns the tables (it migrates, and nothing
-- else signs in as it):  psql "$OWNER_DATABASE_URL" -v ON_ERROR_STOP=1 -f deploy/roles.sql
-- Then give registry_app a password (\password registry_app) and its URL to the
-- application as DATABASE_URL. The journal is written by triggers that run as the owner.

-- One statement, so that the journal is never open for a moment, nor left so by a failure.
-- To make the role and its settings the owner needs CREATEROLE; once they stand, no more
-- than the tables.
DO $$
DECLARE
  setting text[];
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'registry_app') THEN
    CREATE ROLE registry_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
  END IF;
  EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO registry_app',
                 current_database());
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO registry_app', current_schema());
  EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC, registry_app',
                 current_schema());
  -- Never TRUNCATE, which fires no trigger of a row, nor TRIGGER.
  EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM PUBLIC, registry_app',
                 current_schema());
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I'
                 ' TO registry_app', current_schema());
  -- Else a trigger of its own on a temporary table could call them with forged rows.
  EXECUTE format('REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA %I FROM PUBLIC, registry_app',
                 current_schema());
  -- Search's own, which only read what they are given, and what is frequent.
  GRANT EXECUTE ON FUNCTION search_grams(text), search_frequent()
    TO registry_app;
  -- Read by backups.
  EXECUTE format('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA %I TO registry_app',
                 current_schema());

  REVOKE INSERT, UPDATE, DELETE
    ON registry_change, registry_entry, registry_publicrevision FROM registry_app;
  -- What has been migrated is the owner's business.
  REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM registry_app;
  -- Users are deactivated, never deleted.
  REVOKE DELETE ON registry_user FROM registry_app;

  -- No request holds the database for ever: neither one that costs too much nor one
  -- whose reader stopped reading. Longer work by hand:
  -- PGOPTIONS='-c statement_timeout=0'. Only where it isn't so yet, since an owner who
  -- may not alter roles runs this after every migration.
  FOREACH setting SLICE 1 IN ARRAY ARRAY[
    -- Compiling a search of ten tables takes a hundred times as long as searching.
    ['jit', 'off'],
    -- Of memory and solid disks. At 4, of disks that turn, a page of 50 reads all regions
    -- and all agencies rather than looking up its own.
    ['random_page_cost', '1.1'],
    ['statement_timeout', '5min'],
    ['idle_in_transaction_session_timeout', '10min']] LOOP
    IF NOT EXISTS (
      SELECT FROM pg_db_role_setting JOIN pg_roles AS role ON role.oid = setrole
      WHERE rolname = 'registry_app' AND setdatabase = 0
        AND format('%s=%s', setting[1], setting[2]) = ANY (setconfig)) THEN
      EXECUTE format('ALTER ROLE registry_app SET %I = %L', setting[1], setting[2]);
    END IF;
  END LOOP;
END $$;
