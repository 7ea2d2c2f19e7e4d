"""What stands in deploy/ and docs/operating.md agrees with the code."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands, load_command_class

ROOT = Path(settings.BASE_DIR)
DEPLOY = ROOT / "deploy"
DOCUMENTED = set(
    re.findall(
        r"^\| `([A-Z_]+)`", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE
    )
)
# libpq's, or of the scripts themselves.
OTHERS = {"PGPASSWORD", "APP_PASSWORD"}
OPERATING = (ROOT / "docs" / "operating.md").read_text()
SERVICES = ["registry.service", "registry-nightly.service"]


def text(name):
    return (DEPLOY / name).read_text()


def compose():
    return yaml.safe_load(text("compose.yaml"))


def unit(name):
    read = RawConfigParser(strict=False)
    read.optionxform = str
    read.read_string(text(name))
    return read


def known(names):
    return {name.removesuffix("_FILE") for name in names} <= DOCUMENTED | OTHERS


def test_the_example_of_an_environment_names_settings_only():
    assert known(re.findall(r"^([A-Z_]+)=", text("registry.env.example"), re.M))


@pytest.mark.parametrize("service", ["web", "migrate", "nightly"])
def test_compose_gives_the_application_settings_only(service):
    assert known(compose()["services"][service]["environment"])


def test_compose_holds_no_secret():
    for service in compose()["services"].values():
        for name, value in service.get("environment", {}).items():
            named = "PASSWORD" in name or "SECRET" in name
            assert not named or (name.endswith("_FILE") and value[:5] == "/run/")


def test_only_the_owner_has_the_owners_password():
    has = {
        name
        for name, service in compose()["services"].items()
        if "owner_password" in service.get("secrets", [])
    }
    assert has == {"db", "migrate"}


def test_only_the_proxy_is_reached_from_outside():
    services = compose()["services"]
    assert [name for name in services if "ports" in services[name]] == ["proxy"]


@pytest.mark.parametrize("service", ["web", "migrate", "nightly"])
def test_the_application_can_write_nowhere_and_has_no_rights(service):
    found = compose()["services"][service]
    assert found["read_only"] is True
    assert found["cap_drop"] == ["ALL"]


def test_image_and_unit_serve_alike():
    [line] = re.findall(r"^CMD \[(.*)\]$", text("Containerfile"), re.M)
    image = re.findall(r'"([^"]*)"', line)
    served = shlex.split(unit("registry.service")["Service"]["ExecStart"])
    assert [part.replace("0.0.0.0", "127.0.0.1") for part in image[1:]] == served[1:]  # noqa: S104


def test_image_has_all_that_the_code_imports_from_the_project():
    copied = set(re.findall(r"^COPY (\w+) \w+$", text("Containerfile"), re.M))
    assert copied == {"deploy", "fixtures", "seeds", "registry", "programs"}


def test_image_runs_as_nobody_special():
    assert re.search(r"^USER 10001:10001$", text("Containerfile"), re.M)


@pytest.mark.parametrize("name", SERVICES)
def test_units_are_hardened(name):
    service = unit(name)["Service"]
    assert service["NoNewPrivileges"] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert service["User"] == "registry"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
@pytest.mark.parametrize("name", SERVICES)
def test_systemd_takes_the_units(name, tmp_path):
    here = text(name).replace("/srv/registry/.venv/bin/python", sys.executable)
    (tmp_path / name).write_text(here)
    done = subprocess.run(
        ["systemd-analyze", "verify", tmp_path / name], capture_output=True, text=True
    )
    assert [line for line in done.stderr.splitlines() if name in line] == []


def test_secrets_come_from_files(tmp_path):
    (tmp_path / "key").write_text("$geheim 'x'\n")
    done = subprocess.run(
        [DEPLOY / "with-secrets", "env"],
        env={"PATH": os.environ["PATH"], "SECRET_KEY_FILE": str(tmp_path / "key")},
        capture_output=True,
        text=True,
    )
    lines = done.stdout.splitlines()
    assert "SECRET_KEY=$geheim 'x'" in lines
    assert not any(line.startswith("SECRET_KEY_FILE") for line in lines)


def test_a_secret_that_can_not_be_read_stops_the_start(tmp_path):
    done = subprocess.run(
        [DEPLOY / "with-secrets", "echo", "started"],
        env={"PATH": os.environ["PATH"], "SECRET_KEY_FILE": str(tmp_path / "none")},
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0
    assert "started" not in done.stdout


def test_every_command_of_the_page_is_one():
    said = re.findall(r"manage\.py ([a-z_]+)((?: --[a-z-]+)*)", OPERATING)
    assert {"backup", "restore", "migrate", "nightly"} <= {name for name, _ in said}
    apps = get_commands()
    for name, options in said:
        app = apps[name]
        command = app if not isinstance(app, str) else load_command_class(app, name)
        known_options = command.create_parser("manage.py", name)._option_string_actions
        assert set(options.split()) <= set(known_options), name


def test_every_file_of_the_page_is_there():
    for path in set(re.findall(r"\bdeploy/[\w./-]*\w", OPERATING)):
        made_by_it = path.startswith(("deploy/secrets", "deploy/.env"))
        assert made_by_it or (ROOT / path).exists(), path


def test_every_setting_of_the_page_is_one():
    named = set(re.findall(r"`([A-Z]+_[A-Z_]+)`", OPERATING))
    assert named <= DOCUMENTED
