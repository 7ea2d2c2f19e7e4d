"""/healthz says that the process lives, /readyz whether it can answer."""

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from registry import health, journal

LOST = (
    "programs_program__record_update"
    if connection.vendor == "postgresql"
    else "programs_program__update"
)


@pytest.fixture
def probe():
    """A client as probes are: over HTTP, by the machine's address, new each time."""
    return Client(headers={"Host": "10.1.2.3:8000"})


@pytest.fixture
def nothing_stays(monkeypatch):
    """Every request finds out anew."""
    monkeypatch.setattr(health, "KEPT", 0.0)


@pytest.fixture
def production(settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]
    settings.ALLOWED_HOSTS = ["registry.example"]


def test_a_living_process_answers_without_a_database(probe, production):
    response = probe.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")


def test_a_ready_one_says_so(db, probe, production):
    response = probe.get("/readyz")
    assert response.status_code == 200
    assert response.json()["checks"] == {
        "database": "ok",
        "migrations": "ok",
        "journal": "ok",
        "cache": "ok",
    }


def test_its_answer_is_kept_for_some_seconds(db, probe, django_assert_num_queries):
    probe.get("/readyz")
    with django_assert_num_queries(0):
        probe.get("/readyz")


def test_it_is_nobodys_to_store(db, probe):
    assert probe.get("/readyz")["Cache-Control"] == "no-store"


def test_a_lacking_migration_is_told(db, probe, nothing_stays):
    MigrationRecorder(connection).record_unapplied("registry", "0008_tokens")
    response = probe.get("/readyz")
    assert response.status_code == 503
    assert response["Content-Type"] == "application/problem+json"
    assert "not applied" in response.json()["checks"]["migrations"]


def test_a_newer_database_is_no_obstacle(db, probe, nothing_stays):
    MigrationRecorder(connection).record_applied("registry", "9999_later")
    assert probe.get("/readyz").status_code == 200


def test_a_lacking_trigger_is_told(db, probe, nothing_stays):
    journal.drop([LOST])
    response = probe.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["journal"] == "1 triggers lacking"


def test_a_database_that_fails_is_told_but_not_why(db, probe, nothing_stays):
    def fail(*_asked):
        raise OperationalError("password of registry_app is geheim")

    with connection.execute_wrapper(fail):
        response = probe.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["database"] == "fails"
    assert "geheim" not in response.text


def test_a_cache_that_fails_is_told_and_no_obstacle(db, probe, nothing_stays, settings):
    settings.CACHES = settings.CACHES | {
        "counters": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    response = probe.get("/readyz")
    assert response.status_code == 200
    assert response.json()["checks"]["cache"] == "fails"


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_they_are_only_read(probe, path):
    assert probe.post(path).status_code == 405
