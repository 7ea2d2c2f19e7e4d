"""Where the rows of an answer are read: from a replica, if it is as the primary is.

The primary says which state an answer is of (`registry.revisions`), with replicas as
without. If the answer then has to be made, a replica makes it within one snapshot, in
which the very same state must be found first; one that is behind or ahead, or fails,
gives way to the primary at once. So every answer is what the primary would have given:
a writer sees what was just written, and nobody goes backwards between two replicas.
"""

import logging
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import FileResponse, HttpResponseBase

from registry import journal, replicas, revisions
from registry.revisions import State

logger = logging.getLogger(__name__)

FAILURES = (OperationalError, InterfaceError)


def made(state: State, make: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """What ``make`` makes of rows in that state, which the primary was found in."""
    aliases = replicas.aliases()
    # Each in turn, so that they share the work.
    for alias in random.sample(aliases, len(aliases)):
        if replicas.OUTAGES[alias].is_on():
            continue
        try:
            found = _made_from(alias, state, make)
        except FAILURES as error:
            _pause(alias, error)
        except DatabaseError as error:
            # Perhaps it lacks a migration still that the primary has, which no state
            # tells. What was wrong with the request fails on the primary too.
            logger.warning("The primary answers instead of %s: %s", alias, error)
        else:
            if found is not None:
                return found
    return make()


def _made_from(
    alias: str, state: State, make: Callable[[], HttpResponseBase]
) -> HttpResponseBase | None:
    """The answer, read from that replica; None if it is in another state."""
    with ExitStack() as view, replicas.reading_from(alias):
        with replicas.checking():
            view.enter_context(journal.reading())
            if revisions.again(state) != state:
                return None
        answer: Any = make()
        # Files were read when they were written.
        if answer.streaming and not isinstance(answer, FileResponse):
            parts = iter(answer.streaming_content)
            answer.streaming_content = Parts(parts, alias, view.pop_all())
        return answer


class Parts:
    """A stream's parts, read from that replica within a snapshot that ends with them.

    Django closes it when the answer is closed, whole or cut off.
    """

    def __init__(self, parts: Iterator[bytes], alias: str, view: ExitStack) -> None:
        self._parts = parts
        self._alias = alias
        self._view = view

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        with replicas.reading_from(self._alias):
            try:
                return next(self._parts)
            except StopIteration:
                raise
            except BaseException as error:
                self._view.__exit__(type(error), error, error.__traceback__)
                if isinstance(error, FAILURES):
                    _pause(self._alias, error)
                raise

    def close(self) -> None:
        self._view.close()


def _pause(alias: str, error: Exception) -> None:
    replicas.OUTAGES[alias].begin()
    logger.warning(
        "Nothing is read from %s for a while, since it fails: %s", alias, error
    )
