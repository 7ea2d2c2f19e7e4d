# Everything that one does with the registry. `make` alone lists it.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PORT ?= 8000
PYTHON ?= python3
PY := .venv/bin/python

# Whoever calls may have settings of another project in the shell.
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV DJANGO_SETTINGS_MODULE
unexport ENVIRONMENT DEBUG SECRET_KEY ALLOWED_HOSTS
LOCALLY := env -u DATABASE_URL

.PHONY: help setup develop run test check translations fixtures bench coverage mutants fmt

help: ## what there is
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 20

# What was installed is noted last, so an interrupted setup is taken up again.
setup: ## .venv and the SQLite database (every other target begins with it)
	@tests/installed.sh run "$(PYTHON)"
	@$(LOCALLY) $(PY) manage.py migrate --noinput --verbosity 0

develop: ## setup, with what the tests and checks need
	@tests/installed.sh develop "$(PYTHON)"
	@$(LOCALLY) $(PY) manage.py migrate --noinput --verbosity 0

run: setup ## the site with the shipped data, on http://127.0.0.1:8000/ (PORT= another)
	@$(LOCALLY) $(PY) manage.py loaddata registry groups --if-empty
	@$(LOCALLY) $(PY) manage.py ensure_admin
	@printf '\n%s\n%s\n%s\n\n' \
	  "首页 Home   http://127.0.0.1:$(PORT)/" \
	  "后台 Admin  http://127.0.0.1:$(PORT)/admin/" \
	  "接口 API    http://127.0.0.1:$(PORT)/api/v1/   (Ctrl-C 停止 stops)"
	@exec $(LOCALLY) $(PY) -m gunicorn registry.wsgi \
	  --bind 127.0.0.1:$(PORT) --threads 8 --log-level warning

test: develop ## the whole suite, on SQLite and on PostgreSQL
	@tests/run.sh

check: develop ## style, types, layers, templates, migrations, fixture, schema, settings, packages
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy .
	.venv/bin/lint-imports
	find registry/templates programs -name '*.html' -print0 | xargs -0r .venv/bin/djade --check
	$(LOCALLY) $(PY) manage.py makemigrations --check --dry-run
	$(LOCALLY) $(PY) manage.py build_fixtures --check
	tests/translations.sh
	$(LOCALLY) $(PY) manage.py spectacular --validate --fail-on-warn --file /dev/null
	ENVIRONMENT=production ALLOWED_HOSTS=registry.example DATABASE_URL=postgres://registry@db.invalid/registry \
	  SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_hex(50))') \
	  $(PY) manage.py check --deploy --fail-level WARNING
	tests/audit.sh "$(PYTHON)"

translations: develop ## collect and compile the texts of both languages
	cd registry && ../$(PY) ../manage.py makemessages --locale zh_Hans --no-location
	cd programs && ../$(PY) ../manage.py makemessages --locale zh_Hans --no-location
	$(PY) manage.py compilemessages --locale zh_Hans --ignore .venv

fixtures: setup ## fixtures/registry.json from seeds/
	@$(LOCALLY) $(PY) manage.py build_fixtures

bench: develop ## the speed table, on servers of its own (LONG=1 the long form, ONLY="lists past")
	@$(LOCALLY) $(PY) benchmarks/run.py $(ONLY) $(if $(LONG),--full)

coverage: develop ## how much of the code the suite runs, on both databases (95% at least)
	@tests/coverage.sh

mutants: develop ## break the code in thirty places: the tests notice 27 at least
	@$(LOCALLY) $(PY) tests/mutants.py

fmt: develop ## format the code and the templates
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .
	find registry/templates programs -name '*.html' -print0 | xargs -0r .venv/bin/djade
