"""``/healthz`` and ``/readyz``: what those ask who start, stop and call servers.

Answered before anything else is looked at: a probe comes over plain HTTP, names the
machine rather than the site, is nobody, and must not be counted.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache import caches
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

from registry import journal
from registry.api import problems
from registry.release import release

logger = logging.getLogger(__name__)

View = Callable[[HttpRequest], HttpResponseBase]
# For so many seconds a process answers what it found last.
KEPT = 3.0
# A standby that nobody promoted takes no writes.
READS_ONLY = {"postgresql": "SELECT pg_is_in_recovery()", "sqlite": "SELECT 0"}


def answer_probes(view: View) -> View:
    """Middleware: the two addresses, for GET and HEAD; all others are the site's."""
    readiness = Readiness()

    def answer(request: HttpRequest) -> HttpResponseBase:
        if request.path_info not in {"/healthz", "/readyz"}:
            return view(request)
        if request.method not in {"GET", "HEAD"}:
            response: HttpResponse = HttpResponse(status=405, headers={"Allow": "GET"})
        elif request.path_info == "/healthz":
            response = HttpResponse("ok", content_type="text/plain")
        else:
            response = readiness.answer()
        response["Cache-Control"] = "no-store"
        return response

    return answer


class Readiness:
    """Whether this process can answer requests, asked anew after some seconds."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}
        self.until = 0.0

    def answer(self) -> HttpResponse:
        """Status 200, or 503 with what is amiss; of nothing more than that it is."""
        if time.monotonic() >= self.until:
            self.found = checks()
            self.until = time.monotonic() + KEPT
        told: dict[str, Any] = {"release": release(), "checks": self.found}
        # Without a cache all is answered, only slower.
        needed = {name: how for name, how in self.found.items() if name != "cache"}
        if all(how == "ok" for how in needed.values()):
            return JsonResponse({"status": "ready"} | told)
        return JsonResponse(
            {
                "type": "about:blank",
                "title": "尚不能应答请求 · Not ready to answer requests",
                "status": 503,
                "detail": "; ".join(f"{n}: {how}" for n, how in needed.items()),
            }
            | told,
            status=503,
            content_type=problems.CONTENT_TYPE,
            headers={"Retry-After": "5"},
        )


def checks() -> dict[str, str]:
    """``ok`` or what is amiss: database, its migrations, the journal, the cache.

    Why is in the log, which not everybody reads.
    """
    found = dict.fromkeys(("database", "migrations", "journal"), "unknown")
    try:
        with connection.cursor() as cursor:
            cursor.execute(READS_ONLY[connection.vendor])
            found["database"] = "reads only" if cursor.fetchone()[0] else "ok"
            found["migrations"] = _told(_pending(), "not applied")
            found["journal"] = _told(len(journal.missing()), "triggers lacking")
    except DatabaseError as error:
        logger.error("Not ready, since the database fails: %s", error)
        if found["database"] == "unknown":
            found["database"] = "fails"
    return found | {"cache": _cache()}


def _told(number: int, what: str) -> str:
    return f"{number} {what}" if number else "ok"


def _pending() -> int:
    """Migrations that the database has not seen; newer ones may be there."""
    loader = MigrationLoader(connection)
    return len(loader.graph.nodes.keys() - loader.applied_migrations.keys())


def _cache() -> str:
    # Each backend has its own errors.
    try:
        caches["counters"].get("readiness")
    except Exception as error:
        logger.error("The cache fails: %s", error)
        return "fails"
    return "ok"
