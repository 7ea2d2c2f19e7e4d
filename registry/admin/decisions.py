"""Deciding on a proposal: once, and with the records that it was made for."""

from typing import Any

from django.apps import apps
from django.utils import timezone
from django.utils.translation import gettext

from registry.admin.publishing import Step
from registry.models import Proposal

State = Proposal.State


class Undecided(Exception):
    """The proposal can't be carried out; sentences say why. Nothing was kept."""

    def __init__(self, sentences: list[str]) -> None:
        self.sentences = sentences
        super().__init__(*sentences)


def record_of(proposal: Proposal) -> Any:
    """The record as it stands, None when it is gone."""
    model: Any = apps.get_model(proposal.kind)
    return model._base_manager.filter(pk=proposal.key).first()


def decided(proposal: Proposal, state: str, *, by: str, remark: str) -> bool:
    """Close an open proposal; False when somebody else did."""
    still_open = Proposal.objects.filter(pk=proposal.pk, state=State.OPEN)
    return bool(
        still_open.update(
            state=state, decided_by=by, decided_at=timezone.now(), remark=remark
        )
    )


def step_of(proposal: Proposal) -> Step:
    """The step, with its records at the versions that it was proposed for.

    Raises `Undecided` where one of them is gone.
    """
    record = _at_version(proposal.kind, proposal.key, proposal.version)
    others = [
        _at_version(kind, code, version)
        for kind, code, version in proposal.data.get("with", [])
    ]
    into = proposal.data.get("into")
    target = _at_version(proposal.kind, *into) if into else None
    return Step(proposal.step, [record], others, target)


def _at_version(kind: str, code: str, version: int) -> Any:
    model: Any = apps.get_model(kind)
    found = model._base_manager.filter(pk=code).first()
    if found is None:
        raise Undecided([gettext("%s was deleted since.") % code])
    found.version = version
    return found
