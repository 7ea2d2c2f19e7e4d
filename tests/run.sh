#!/usr/bin/env bash
# The whole suite on SQLite, then on PostgreSQL; arguments go to pytest.
#   REQUIRE_POSTGRESQL=1, REQUIRE_BROWSER=1: lacking it is an error, not a remark
set -euo pipefail
cd "$(dirname "$0")/.."

suite=(.venv/bin/python -m pytest -q -n 2 --dist worksteal "$@")
remarks=()

browser=$(command -v "${CHROMIUM:-chromium}" chromium-browser google-chrome | head -n 1 || true)
if [[ -z $browser ]]; then
    remarks+=("未找到 Chromium,浏览器测试未运行。No Chromium was found: the browser tests did NOT run.")
    if [[ ${REQUIRE_BROWSER:-} == 1 ]]; then
        echo "${remarks[*]}" >&2
        exit 1
    fi
fi

echo "== SQLite"
env -u DATABASE_URL "${suite[@]}"

echo "== PostgreSQL"
status=0
tests/with_postgresql.sh "${suite[@]}" || status=$?
if [[ $status == 69 ]]; then
    remarks+=("未找到 PostgreSQL,测试只在 SQLite 上运行。No PostgreSQL was found: the suite ran on SQLite ONLY.")
    if [[ ${REQUIRE_POSTGRESQL:-} != 1 ]]; then
        status=0
    fi
fi

for remark in ${remarks[@]+"${remarks[@]}"}; do
    printf '\n!!! %s\n' "$remark" >&2
done
exit "$status"
