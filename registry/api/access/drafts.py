"""``publication=any``: drafts and withdrawn records too, for those who may see them."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions

from registry import drafts, rights
from registry.api import parameters
from registry.api.access.callers import Unknown
from registry.api.parameters import Parameter
from registry.api.problems import Refused
from registry.api.records import Record, Records
from registry.models import Record as Edited

NAME = "publication"


def parameters_of(record: type[Record]) -> list[Parameter]:
    """The parameter, if there are drafts of such records or of those beneath them."""
    parts = [f for f in record.declared().values() if isinstance(f, Records)]
    told: list[Any] = [record, *(part.child for part in parts)]
    if not any(issubclass(one.Meta.model, Edited) for one in told):
        return []
    text = _(
        "any shows drafts and withdrawn records too, each with its publication,"
        " whatever fields are chosen. It needs a token of somebody who sees them in the"
        " admin."
    )
    return [Parameter(NAME, str(text), {"type": "string", "enum": ["any"]})]


def answers_everyone(request: HttpRequest) -> bool:
    """Whether the answer is the same whoever asks, so that caches may keep it."""
    return NAME not in request.GET


def admit(request: Any, asked: dict[str, str]) -> None:
    """Show drafts until the request ends, if it asks for them and the caller may.

    Raises `Unknown` without a token (401), PermissionDenied without the right (403).
    """
    if NAME not in asked:
        return
    parameters.one_of(asked[NAME], parameter=NAME, allowed=["any"])
    if "as_of" in asked:
        detail = gettext("An earlier day shows what was published: leave one out.")
        raise Refused(detail, parameter=NAME)
    person = request.caller.person
    if person is None:
        raise Unknown(gettext("publication=any needs a token."), sent=False)
    if not rights.may_see_drafts(person):
        raise exceptions.PermissionDenied(
            gettext("The person of this token may not see drafts.")
        )
    drafts.show()
