#!/usr/bin/env bash
# Run a command with DATABASE_URL of a private PostgreSQL cluster that ends with it:
#   tests/with_postgresql.sh COMMAND...
# A DATABASE_URL that is set already is used as it is. Exit 69: no PostgreSQL here.
set -euo pipefail

if [[ "${DATABASE_URL:-}" == postgres* ]]; then
    exec "$@"
fi

for bin in "${PG_BIN:-}" /usr/lib/postgresql/*/bin /opt/homebrew/opt/postgresql*/bin \
    /usr/local/pgsql/bin "$(dirname "$(command -v initdb || echo /none/initdb)")"; do
    [[ -x "$bin/initdb" && -x "$bin/pg_ctl" ]] && PG_BIN=$bin
done
if [[ ! -x "${PG_BIN:-}/initdb" ]]; then
    exit 69
fi

cluster=$(mktemp -d "${TMPDIR:-/tmp}/registry-pg.XXXXXX")
# PostgreSQL refuses to run as root.
as=()
if [[ $(id -u) == 0 ]]; then
    chown postgres "$cluster"
    as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
fi
stop() {
    (cd "$cluster" && "${as[@]}" "$PG_BIN/pg_ctl" -D "$cluster/data" -m immediate stop) >/dev/null 2>&1 || true
    rm -rf "$cluster"
}
trap stop EXIT
cd_back=$PWD
cd "$cluster"
"${as[@]}" "$PG_BIN/initdb" -D "$cluster/data" -U registry --auth=trust \
    --encoding=UTF8 --locale=C.UTF-8 >"$cluster/log" 2>&1 || { cat "$cluster/log"; exit 1; }
# No TCP port and no durability: only this run talks to it, through its own folder.
"${as[@]}" "$PG_BIN/pg_ctl" -D "$cluster/data" -w -l "$cluster/server.log" \
    -o "-c listen_addresses='' -k $cluster -c fsync=off -c full_page_writes=off -c max_connections=60" \
    start >/dev/null || { cat "$cluster/server.log"; exit 1; }
cd "$cd_back"
DATABASE_URL="postgres://registry@/$cluster/postgres" "$@"
