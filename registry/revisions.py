"""Up to which revision the registry has come, as a whole or in what everybody sees.

An answer that reads some kinds of rows stays the same until one of them changes: the
latest of their revisions, with its digest, names the state that it was read from.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.utils import timezone

from registry import journal, prepared
from registry.models import Change, PublicRevision


@dataclass(frozen=True)
class State:
    """A revision and its instant; 0 and None before the first change.

    The digest tells it from a revision of the same number in a registry that was
    restored from an older backup.
    """

    revision: int = 0
    at: datetime | None = None
    digest: str = ""
    # The kinds of rows that it is the state of; None for all, drafts among them.
    kinds: tuple[str, ...] | None = field(default=None, compare=False)

    def told(self) -> dict[str, Any]:
        """What an answer says of it."""
        at = self.at and timezone.localtime(self.at).isoformat()
        return {"revision": self.revision, "at": at}


def latest_of(read: Iterable[type[models.Model]]) -> State:
    """The last change of rows of those models that everybody sees; one query."""
    return _latest(tuple(sorted({journal.kind_of(model) for model in read})))


def latest() -> State:
    """The last change of all, of drafts too; one query."""
    return _latest(None)


def again(state: State) -> State:
    """The state of the same kinds of rows in the database that is read just now."""
    return _latest(state.kinds)


def state_of(revision: int) -> State:
    """That revision's state."""
    return _state(_told(Change.objects.filter(revision=revision)))


def _latest(kinds: tuple[str, ...] | None) -> State:
    # Every answer asks this first, the kept ones nothing else.
    lines = prepared.lines(Change, ("latest", kinds), lambda: _told(_changes(kinds)))
    return _state(lines, kinds)


def _changes(kinds: tuple[str, ...] | None) -> QuerySet[Change]:
    """The change that those kinds of rows were last changed by, before others."""
    if kinds is None:
        return Change.objects.filter(revision__isnull=False).order_by("-revision")
    public = PublicRevision.objects.filter(kind__in=kinds).order_by("-revision")
    return Change.objects.filter(revision=public.values("revision")[:1])


def _told(changes: QuerySet[Change]) -> QuerySet[Any, Any]:
    return changes.values_list("revision", "at", "digest")[:1]


def _state(lines: Iterable[Any], kinds: tuple[str, ...] | None = None) -> State:
    for revision, at, digest in lines:
        return State(revision or 0, at, digest, kinds)
    return State(kinds=kinds)
