"""Who signed in, failed to, made tokens or gave rights: a line each, without secrets.

Lines of the logger ``registry.security`` have an ``event`` and its facts. What Django
refuses (a form without its token, a strange host, a page that is not allowed) it logs
itself, in ``django.security`` and ``django.request``, with the same request's id.
"""

import logging
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.contrib.auth.signals import (
    user_logged_in,
    user_logged_out,
    user_login_failed,
)
from django.db.models.signals import post_save
from django.http import HttpRequest

from registry import addresses
from registry.models import FailedSignIns, Token, User

logger = logging.getLogger("registry.security")

# Whose pages in the admin are about accounts and rights.
WATCHED = (User, Group, Token, FailedSignIns)


def write(event: str, request: HttpRequest | None = None, **facts: Any) -> None:
    """The line: what happened, from which address, and facts that hold no secret."""
    if request is not None:
        facts["address"] = addresses.client(request)
    # Quoted, so that no fact passes for another, or for another line.
    said = " ".join(f"{name}={value!r}" for name, value in facts.items())
    logger.info("%s %s", event, said, extra={"facts": {"event": event, **facts}})


def _signed_in(request: HttpRequest, user: Any, **_kwargs: Any) -> None:
    write("signed in", request, name=user.get_username())


def _signed_out(request: HttpRequest, user: Any, **_kwargs: Any) -> None:
    if user is not None:
        write("signed out", request, name=user.get_username())


def _failed(credentials: dict[str, Any], request: Any = None, **_kwargs: Any) -> None:
    """A name is told only if somebody has it: people type passwords into its field."""
    name = str(credentials.get("username", ""))
    known = User.objects.filter(username=name).exists()
    write("sign-in failed", request, name=name if known else "(unknown)")


def _token_made(instance: Token, created: bool, **_kwargs: Any) -> None:
    if created:
        write(
            "token made",
            name=instance.user.get_username(),
            token=instance.beginning,
            expires=instance.expiry.isoformat(timespec="seconds"),
        )


def _noted(instance: LogEntry, created: bool, **_kwargs: Any) -> None:
    """What the admin's history says of accounts, groups, rights, tokens, passwords."""
    kind = instance.content_type
    if created and kind is not None and kind.model_class() in WATCHED:
        write(
            "account changed",
            by=instance.user.get_username(),
            kind=kind.model,
            object=instance.object_repr,
            action=instance.get_action_flag_display(),
            change=instance.get_change_message(),
        )


user_logged_in.connect(_signed_in, dispatch_uid="security log: in")
user_logged_out.connect(_signed_out, dispatch_uid="security log: out")
user_login_failed.connect(_failed, dispatch_uid="security log: failed")
post_save.connect(_token_made, sender=Token, dispatch_uid="security log: token")
post_save.connect(_noted, sender=LogEntry, dispatch_uid="security log: admin")
