"""Settings come from the environment; production refuses what is unsafe."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings

SAFE = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "".join(map(str, range(100))),
    "ALLOWED_HOSTS": "registry.example",
    "DATABASE_URL": "sqlite:///:memory:",
}


def manage(*arguments, **environment):
    """Run manage.py in an environment that has those variables and no other."""
    given = {"PATH": os.environ["PATH"], **environment}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(
        command, env=given, cwd=settings.BASE_DIR, capture_output=True, text=True
    )


def test_nothing_has_to_be_set():
    assert manage("check").returncode == 0


def test_production_with_safe_values_passes_djangos_deployment_checks():
    done = manage("check", "--deploy", "--fail-level", "WARNING", **SAFE)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("unsafe", "said"),
    [
        ({"DEBUG": "1"}, "DEBUG is on"),
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing"),
        ({"SECRET_KEY": "short"}, "shorter than 50"),
        ({"SECRET_KEY": "a" * 60}, "SECRET_KEY is missing"),
        ({"ALLOWED_HOSTS": "*"}, "has a *"),
        ({"ALLOWED_HOSTS": "a.example,*.b.example"}, "has a *"),
    ],
)
def test_production_refuses(unsafe, said):
    done = manage("check", **SAFE | unsafe)
    assert done.returncode != 0
    assert said in done.stderr


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL"])
def test_production_needs(name):
    rest = {key: value for key, value in SAFE.items() if key != name}
    done = manage("check", **rest)
    assert done.returncode != 0
    assert f"{name} is missing" in done.stderr


def test_an_unknown_environment_is_refused():
    done = manage("check", ENVIRONMENT="produktion")
    assert "use development or production" in done.stderr


def test_every_variable_that_is_read_is_documented():
    source = (settings.BASE_DIR / "registry" / "settings.py").read_text()
    documented = (settings.BASE_DIR / "docs" / "settings.md").read_text()
    read = set(re.findall(r'env(?:\.\w+)?\(\s*"([A-Z_]+)"', source))
    assert set(re.findall(r"^\| `([A-Z_]+)`", documented, re.MULTILINE)) == read
