"""Whether drafts and withdrawn records are seen by whoever asks just now.

Nobody sees them unless the API has made sure that the caller may (``publication=any``).
That holds until the answer has gone out, streams included, and never for the next
request of the thread.
"""

from contextvars import ContextVar
from typing import Any

from django.core.signals import request_finished, request_started

_seen: ContextVar[bool] = ContextVar("drafts_seen", default=False)


def show() -> None:
    """From here on, until the request ends, drafts are seen."""
    _seen.set(True)


def are_seen() -> bool:
    return _seen.get()


def hide(**_kwargs: Any) -> None:
    """Nobody sees drafts any more."""
    _seen.set(False)


# At the end, and should an answer be dropped without one, when the next begins.
request_started.connect(hide, dispatch_uid="drafts at the start")
request_finished.connect(hide, dispatch_uid="drafts at the end")
