"""Change lists of the admin at 100,000 rows against 1,000."""

import json
import os
import subprocess
import sys
from contextlib import ExitStack

from benchmarks.cluster import PROJECT
from benchmarks.house import House
from benchmarks.load import Asked
from benchmarks.results import Figure, Told, compared, milliseconds
from benchmarks.servers import PRODUCTION, REGISTRY

SIDE = REGISTRY | {"ENVIRONMENT": "development"}
SIZES = (1_000, 100_000)
SIGN_IN = """
from django.test import Client
from registry.models import User
user, _new = User.objects.get_or_create(
    username="benchmarks", is_staff=True, is_superuser=True, is_active=True
)
browser = Client(SERVER_NAME="127.0.0.1")
browser.force_login(user)
print(browser.cookies["sessionid"].value)
"""
PAGES = {
    "programs": "/admin/programs/program/",
    "programs, second page": "/admin/programs/program/?p=2",
    "programs of a province": "/admin/programs/program/?in=410000",
    "passages": "/admin/programs/passage/",
    "agencies": "/admin/programs/agency/",
    "documents": "/admin/programs/document/",
    "first page": "/admin/",
    "autocomplete": "/admin/autocomplete/?app_label=programs&model_name=programrole"
    "&field_name=agency&term=" + "%E9%93%B6%E8%A1%8C",
}
HOW = [
    "Pages of the admin for an administrator who is signed in, over registries of 1,000"
    " and of 100,000 programs; one request of one process with two connections.",
    "The figure asked is that of change lists; the others are told. Queries are"
    " constant: tests/registry/admin and tests/programs/admin count them.",
]


def signed_in(address: str) -> dict[str, str]:
    """The header of a browser that is signed in there."""
    environment = os.environ | PRODUCTION | SIDE | {"DATABASE_URL": address}
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", SIGN_IN],
        env=environment, cwd=PROJECT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return {"Cookie": f"sessionid={done.stdout.split()[-1]}"}


def measure(house: House) -> Told:
    told = Told("admin", "python benchmarks/run.py admin", HOW)
    with ExitStack() as stack:
        sides = {}
        for size in SIZES:
            made = house.cluster.made(size)
            name = stack.enter_context(house.cluster.copy(made, f"admin_{size}"))
            address = house.cluster.address(name)
            sides[size] = (
                stack.enter_context(house.serving(SIDE, address)), signed_in(address)
            )  # fmt: skip
        for page, path in PAGES.items():
            for server, cookie in sides.values():
                status, _headers, body = server.get(path, **cookie)
                assert status == 200, (path, status, body[:300])
                if page == "autocomplete":
                    assert json.loads(body)["results"]
            found = house.in_turns(
                {
                    f"{size:,}": house.time(side[0], [Asked(path, side[1])])
                    for size, side in sides.items()
                },
                3,
            )
            small, large = found
            ratio, spread = compared(found[large], found[small])
            medians = {size: milliseconds(values) for size, values in found.items()}
            counted = page not in ("first page", "autocomplete")
            told.figures.append(
                Figure(
                    f"admin, {page}, at {large}",
                    f"at most 1.5 × {small}" if counted else "told only",
                    ratio, ratio <= 1.5 or not counted, spread, medians,
                )
            )  # fmt: skip
    return told
