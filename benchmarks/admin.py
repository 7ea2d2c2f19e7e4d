"""Every list of the admin and its slow pages, on the database of DATABASE_URL.

Prints JSON: page → median milliseconds and statements. Run it on a registry of 1,000
programs and on one of 100,000 (benchmarks/registries.py), and compare.
"""

import json
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote as quoted

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
django.setup()

from django.contrib import admin  # noqa: E402
from django.contrib.admin.utils import quote  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Count  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext, override_settings  # noqa: E402
from django.urls import reverse  # noqa: E402

from registry.models import Entry, User  # noqa: E402

WORD = "银行"


def pages() -> dict[str, str]:
    """Name → address: each list, its last page, and what else is slow."""
    found = {"first page": reverse("admin:index"), "tracker": reverse("admin:tracker")}
    for model in admin.site._registry:
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        address = reverse(f"admin:{name}_changelist")
        found |= {name: address, f"{name}, last page": f"{address}?p=last"}
    found["matrix"] = reverse("admin:matrix")
    for section in ("stale", "expiring", "evidence", "links"):
        found[f"queue {section}"] = reverse("admin:freshness", args=[section])
    choices = "?app_label=programs&model_name=programrole&field_name=agency&term="
    found["choices"] = reverse("admin:autocomplete") + choices
    found["choices of a word"] = found["choices"] + quoted(WORD)
    changed = Entry.objects.filter(kind="program").order_by()
    often = changed.values("key").annotate(n=Count("pk")).order_by("-n", "key").first()
    if often:
        there = reverse("admin:programs_program_history", args=[quote(often["key"])])
        found[f"history of {often['n']} changes"] = there
    return found


def figures(rounds: int = 5) -> dict[str, Any]:
    """Page → its median in milliseconds, and its statements."""
    user, _new = User.objects.get_or_create(
        username="benchmarks", is_staff=True, is_superuser=True
    )
    browser = Client()
    browser.force_login(user)
    found = {}
    for name, address in pages().items():
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(address).status_code == 200, address
        connection.force_debug_cursor = False
        took = []
        for _round in range(rounds):
            begin = time.perf_counter()
            browser.get(address)
            took.append(1000 * (time.perf_counter() - begin))
        found[name] = {"ms": round(statistics.median(took)), "queries": len(queries)}
    return found


if __name__ == "__main__":
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        print(json.dumps(figures(), ensure_ascii=False, indent=1))
