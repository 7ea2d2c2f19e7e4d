"""Proposals: what was filled in, kept until a second person decides on it."""

import json
from typing import Any

from django.contrib.admin.options import IS_POPUP_VAR, TO_FIELD_VAR
from django.http import QueryDict

from registry.admin.posted import BUTTONS, whole
from registry.history import State
from registry.models import Proposal

# What belongs to the page that the form was filled in on.
UNKEPT = ("csrfmiddlewaretoken", "revision_seen", IS_POPUP_VAR, TO_FIELD_VAR, *BUTTONS)


def kind_of(model: Any, site: Any) -> str:
    """What proposals call records of that model: the table's own, if it has an admin.

    A fund is changed as the program that it is, so that it may become another.
    """
    concrete = model._meta.concrete_model
    return str((concrete if site.is_registered(concrete) else model)._meta.label_lower)


def propose_change(
    kind: str, code: str, data: QueryDict, before: State, after: State, *, by: str
) -> Proposal:
    """Keep a filled-in form, and the rows that it would change on both sides."""
    posted = {
        name: values
        for name, values in data.lists()
        if name not in UNKEPT and not name.startswith("choice:")
    }
    return Proposal.objects.create(
        kind=kind,
        key=code,
        version=whole(data.get("version_read")),
        step=Proposal.Step.CHANGE,
        data={"form": posted} | _difference(before, after),
        reason=data.get("reason", "").strip(),
        proposed_by=by,
    )


def propose_step(
    kind: str,
    record: Any,
    step: str,
    *,
    others: list[Any],
    into: Any,
    by: str,
    reason: str,
) -> Proposal:
    """Keep a step of publication: its record, what goes with it, where it merges."""
    return Proposal.objects.create(
        kind=kind,
        key=record.pk,
        version=record.version,
        step=step,
        data={
            "with": [[one._meta.label_lower, one.pk, one.version] for one in others],
            "into": [into.pk, into.version] if into else None,
        },
        reason=reason,
        proposed_by=by,
    )


def _difference(before: State, after: State) -> dict[str, Any]:
    """The rows that differ, as JSON takes them: [kind, key, row] on either side."""
    keys = [key for key in before | after if before.get(key) != after.get(key)]
    sides = {"before": before, "after": after}
    return {
        name: [
            [*key, json.loads(json.dumps(side[key], default=str))]
            for key in keys
            if key in side
        ]
        for name, side in sides.items()
    }


def states(proposal: Proposal) -> tuple[State, State]:
    """Both sides of a proposed change, as `registry.history` compares them."""
    before, after = (
        {(kind, key): row for kind, key, row in proposal.data.get(name, [])}
        for name in ("before", "after")
    )
    return before, after
