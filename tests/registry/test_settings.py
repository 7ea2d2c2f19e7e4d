"""Settings come from the environment; production refuses what is unsafe."""

import os
import re
import runpy
import subprocess
import sys
from unittest import mock

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

SAFE = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "".join(map(str, range(100))),
    "ALLOWED_HOSTS": "registry.example",
    # Never connected to.
    "DATABASE_URL": "postgres://registry@db.invalid/registry",
}


def python(*arguments, **environment):
    """Run Python in an environment that has those variables and no other."""
    given = {"PATH": os.environ["PATH"], **environment}
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, env=given, cwd=settings.BASE_DIR, capture_output=True, text=True
    )


def manage(*arguments, **environment):
    return python("manage.py", *arguments, **environment)


def test_nothing_has_to_be_set():
    assert manage("check").returncode == 0


def test_production_with_safe_values_passes_djangos_deployment_checks():
    done = manage("check", "--deploy", "--fail-level", "WARNING", **SAFE)
    assert done.returncode == 0, done.stderr


def test_a_server_is_loaded_and_set_apart_from_the_collector_before_a_request():
    code = (
        "import gc, sys, registry.wsgi;"
        "print('programs.api.urls' in sys.modules, gc.get_freeze_count() > 100_000)"
    )
    done = python("-c", code)
    assert done.stdout.split() == ["True", "True"], done.stderr


def read(**environment):
    """The settings, as a process with those variables and no other reads them."""
    given = {"PATH": os.environ["PATH"], **environment}
    with mock.patch.dict(os.environ, given, clear=True):
        return runpy.run_path(str(settings.BASE_DIR / "registry" / "settings.py"))


def said(**environment):
    """What stands in the way of starting with those variables."""
    with pytest.raises(ImproperlyConfigured, match="环境变量有误") as refused:
        read(**environment)
    return str(refused.value)


def test_a_process_does_not_start_and_says_why():
    done = manage("check", **SAFE | {"DEBUG": "1"})
    assert done.returncode != 0
    assert "DEBUG is on" in done.stderr


@pytest.mark.parametrize(
    ("unsafe", "sentence"),
    [
        ({"DEBUG": "1"}, "DEBUG is on"),
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing"),
        ({"SECRET_KEY": "short"}, "shorter than 50"),
        ({"SECRET_KEY": "a" * 60}, "repeats a few"),
        ({"SECRET_KEY_FALLBACKS": f"{'ab3-x' * 12},short"}, "SECRET_KEY_FALLBACKS"),
        ({"SECRET_KEY": "django-insecure-" + SAFE["SECRET_KEY"]}, "django-insecure-"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS is missing"),
        ({"ALLOWED_HOSTS": " , "}, "ALLOWED_HOSTS is missing"),
        ({"ALLOWED_HOSTS": "*"}, "has a *"),
        ({"ALLOWED_HOSTS": "a.example,*.b.example"}, "has a *"),
        ({"CSRF_TRUSTED_ORIGINS": "http://a.example"}, "without https://"),
        ({"CSRF_TRUSTED_ORIGINS": "https://*.a.example"}, "with a *"),
        ({"CSRF_TRUSTED_ORIGINS": "*"}, "CSRF_TRUSTED_ORIGINS"),
        ({"DATABASE_URL": ""}, "DATABASE_URL is missing"),
        ({"DATABASE_URL": "sqlite:///:memory:"}, "DATABASE_URL is SQLite"),
    ],
)
def test_production_refuses(unsafe, sentence):
    assert sentence in said(**SAFE | unsafe)


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL"])
def test_production_needs(name):
    rest = {key: value for key, value in SAFE.items() if key != name}
    assert f"{name} is missing" in said(**rest)


def test_production_takes_further_origins_over_https():
    origin = "https://a.example:8443"
    found = read(**SAFE, CSRF_TRUSTED_ORIGINS=origin)
    assert found["CSRF_TRUSTED_ORIGINS"] == [origin]


@pytest.mark.parametrize("probe", ["healthz", "readyz"])
def test_production_leads_no_probe_on_to_https(probe):
    exempt = read(**SAFE)["SECURE_REDIRECT_EXEMPT"]
    assert any(re.search(pattern, probe) for pattern in exempt)


@pytest.mark.parametrize("word", ["produktion", ""])
def test_an_unknown_environment_is_refused(word):
    assert "use development or production" in said(ENVIRONMENT=word)


@pytest.mark.filterwarnings("ignore:Engine not recognized")
@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("STALE_AFTER_DAYS", "abc", "whole number from 0 to 36500"),
        ("STALE_AFTER_DAYS", "-1", "whole number from 0 to 36500"),
        ("STALE_AFTER_DAYS", "1.5", "whole number from 0 to 36500"),
        ("STALE_AFTER_DAYS", "9" * 5000, "whole number from 0 to 36500"),
        ("CONN_MAX_AGE", "none", "whole number from 0"),
        ("SECURE_HSTS_SECONDS", "1y", "whole number from 0"),
        ("TRUSTED_PROXIES", "-1", "whole number from 0 to 10"),
        ("SIGN_IN_ATTEMPTS", "0", "whole number from 1"),
        ("SESSION_HOURS", "0", "whole number from 1"),
        ("SESSION_HOURS", "169", "whole number from 1 to 168"),
        ("DEBUG", "ture", "1 (on) or 0 (off)"),
        ("SECURE_SSL_REDIRECT", "enabled", "1 (on) or 0 (off)"),
        ("API_RATE_ANONYMOUS", "600", "600/hour"),
        ("API_RATE_TOKEN", "0/hour", "none for no limit"),
        ("API_RATE_EXPORT", "6/week", "second, minute, hour, day"),
        ("API_ANONYMOUS", "maybe", "1 (on) or 0 (off)"),
        ("API_TOKEN_DAYS", "0", "whole number from 1 to 3650"),
        ("CACHE_URL", "memcached://host", "redis://host:6379/0"),
        ("CACHE_URL", "redis://host:port/0", "redis://host:6379/0"),
        ("LOG_LEVEL", "loud", "DEBUG, INFO, WARNING or ERROR"),
        ("DATABASE_URL", "registry", "postgres://user:password@host/name"),
        ("DATABASE_URL", "mysql://a@b/c", "postgres://user:password@host/name"),
        ("DATABASE_URL", "postgres://a@b:port/c", "postgres://user:password@host/name"),
        ("DATABASE_URL", "postgres://a@b", "postgres://user:password@host/name"),
        ("REPLICA_URLS", "sqlite:///a,postgres://a@b/c", "names no PostgreSQL"),
        ("REPLICA_URLS", "postgres://a@b/c", "only PostgreSQL has replicas"),
    ],
)
def test_a_wrong_value_is_refused_with_its_name_and_what_is_allowed(
    name, value, allowed
):
    sentence = said(**{name: value})
    assert name in sentence
    assert allowed in sentence


def test_all_that_is_wrong_is_said_at_once():
    sentence = said(STALE_AFTER_DAYS="abc", DEBUG="ture", LOG_LEVEL="loud")
    names = ["STALE_AFTER_DAYS", "DEBUG", "LOG_LEVEL"]
    assert [name for name in names if f"- {name}=" in sentence] == names


def test_what_is_wrong_and_what_is_unsafe_are_said_together():
    sentence = said(**SAFE | {"SECRET_KEY": "short", "STALE_AFTER_DAYS": "abc"})
    assert "SECRET_KEY" in sentence
    assert "STALE_AFTER_DAYS" in sentence


def test_it_is_said_in_chinese_too():
    assert "须为 0 至 36500 的整数" in said(STALE_AFTER_DAYS="abc")


@pytest.mark.parametrize(
    "secret",
    [
        {"SECRET_KEY": "geheim"},
        {"DATABASE_URL": "mysql://registry:geheim@db.invalid/registry"},
        {"DATABASE_URL": "postgres://registry:geheim@db.invalid:port/registry"},
        {"REPLICA_URLS": "postgres://registry:geheim@db.invalid:port/registry"},
        {"CACHE_URL": "redis://:geheim@cache.invalid:port/0"},
    ],
)
def test_a_refusal_repeats_no_secret(secret):
    assert "geheim" not in said(**SAFE | secret)


@pytest.mark.parametrize(
    "name", ["DATABASE_URL", "STALE_AFTER_DAYS", "SECRET_KEY", "ALLOWED_HOSTS", "DEBUG"]
)
def test_an_empty_value_counts_as_not_given(name):
    given, found = read(), read(**{name: ""})
    assert {n: found[n] for n in found if n.isupper()} == {
        n: given[n] for n in given if n.isupper()
    }


def test_a_key_may_begin_with_any_character():
    key = "$" + SAFE["SECRET_KEY"]
    assert read(**SAFE | {"SECRET_KEY": key})["SECRET_KEY"] == key


@pytest.mark.parametrize(
    ("given", "rate"), [("7/minute", (7, 60)), ("1/day", (1, 86_400)), ("none", None)]
)
def test_a_rate_of_the_api(given, rate):
    assert read(API_RATE_TOKEN=given)["API_RATES"]["token"] == rate


def test_replicas_stand_beside_the_primary():
    replicas = "postgres://a@one.example/c,postgres://a@two.example/c"
    found = read(DATABASE_URL="postgres://a@b/c", REPLICA_URLS=replicas)["DATABASES"]
    hosts = {alias: database["HOST"] for alias, database in found.items()}
    assert hosts == {
        "default": "b",
        "replica1": "one.example",
        "replica2": "two.example",
    }


def test_a_redis_serves_answers_and_counters_apart():
    found = read(CACHE_URL="redis://cache.example:6379/0")["CACHES"]
    prefixes = {alias: cache["KEY_PREFIX"] for alias, cache in found.items()}
    assert prefixes == {"default": "answers", "counters": "counters"}


def test_every_variable_that_is_read_is_documented():
    source = (settings.BASE_DIR / "registry" / "settings.py").read_text()
    documented = (settings.BASE_DIR / "docs" / "settings.md").read_text()
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', source))
    assert set(re.findall(r"^\| `([A-Z_]+)`", documented, re.MULTILINE)) == read
