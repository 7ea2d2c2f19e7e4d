#!/usr/bin/env bash
# Branch coverage of the whole suite on SQLite and on PostgreSQL, taken together.
set -euo pipefail
cd "$(dirname "$0")/.."

suite=(.venv/bin/python -m pytest -q -n 2 --dist worksteal --cov --cov-append --cov-report= --cov-fail-under=0 "$@")
# What is measured here takes memory of its own.
suite+=(--deselect tests/programs/api/test_formats.py::test_memory_does_not_grow_with_the_rows)
.venv/bin/coverage erase
env -u DATABASE_URL "${suite[@]}"
tests/with_postgresql.sh "${suite[@]}"
.venv/bin/coverage report
