"""How log records are written: each with its request's id, in production as JSON.

Needs no settings, so that gunicorn can use it before Django is set up.
"""

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

# The id of the request that is being answered; empty between requests.
request_id: ContextVar[str] = ContextVar("request_id", default="")


class WithRequestId(logging.Filter):
    """Gives every record the id of the request in which it was written, else ``-``."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get() or "-"
        return True


class Structured(logging.Formatter):
    """One JSON object a line: time, level, logger, id, message, then its own facts.

    Facts are what the caller gave as ``extra={"facts": {…}}``.
    """

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC)
        said: dict[str, Any] = {
            "time": at.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "id": getattr(record, "request_id", "-"),
            "message": record.getMessage(),
        } | getattr(record, "facts", {})
        if record.exc_info:
            said["traceback"] = self.formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=False, default=str)


def configuration(*, level: str, structured: bool, requests: bool) -> dict[str, Any]:
    """Django's LOGGING: everything to standard error, from that level.

    Requests are one JSON line each; without `requests`, only those that failed.
    """

    def handler(formatter: str) -> dict[str, Any]:
        return {
            "class": "logging.StreamHandler",
            "filters": ["request_id"],
            "formatter": formatter,
        }

    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request_id": {"()": WithRequestId}},
        "formatters": {
            "structured": {"()": Structured},
            "plain": {"format": "%(levelname)s %(name)s [%(request_id)s] %(message)s"},
        },
        "handlers": {
            "console": handler("structured" if structured else "plain"),
            "requests": handler("structured"),
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "registry.requests": {
                "handlers": ["requests"],
                "level": level if requests else "ERROR",
                "propagate": False,
            },
            # What happens to accounts is told as requests are, in the form of the rest.
            "registry.security": {"level": "INFO" if requests else "WARNING"},
        },
    }
