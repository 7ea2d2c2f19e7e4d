"""Tokens as they come with requests: whose they are, and when they were last used."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from hmac import compare_digest

from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from knox.crypto import hash_token
from knox.settings import CONSTANTS, knox_settings

from registry.models import Token

logger = logging.getLogger(__name__)

# Last use is known to within so long.
NOTED_EVERY = timedelta(minutes=5)


class Rejected(Exception):
    """A token that opens nothing; says why."""


def read(text: str) -> Token:
    """The working token of that text, with its person; raises `Rejected`.

    Own code beside knox's, which deletes expired tokens while it reads: a write that
    makes a reader wait for SQLite's lock, and takes the token off its person's list.
    """
    prefix = knox_settings.TOKEN_PREFIX
    # PostgreSQL would be asked for the rest, which takes no NUL.
    plain = text.isascii() and text.isprintable()
    if not plain or not text.startswith(prefix):
        raise Rejected(_("A token begins with %s.") % prefix)
    digest = hash_token(text)
    key = text[: CONSTANTS.TOKEN_KEY_LENGTH]
    for token in Token.objects.filter(token_key=key).select_related("user"):
        if compare_digest(digest, token.digest):
            if token.state != Token.State.WORKS:
                raise Rejected(_("This token does not work: %s.") % token.state.label)
            return token
    raise Rejected(_("This token is not known."))


def note_use(token: Token) -> None:
    """Write down that it was used, every few minutes, if nobody has to wait for that.

    Where another writes just then, the next request notes it.
    """
    now = timezone.now()
    if token.last_used_at and now - token.last_used_at < NOTED_EVERY:
        return
    rows = Token.objects.filter(pk=token.pk)
    try:
        with _without_waiting(), transaction.atomic():
            # Where rows can be locked, one that somebody revokes just now is passed by.
            free = rows.select_for_update(skip_locked=True)
            rows.filter(pk__in=list(free.values_list("pk", flat=True))).update(
                last_used_at=now
            )
    except DatabaseError as error:
        logger.info("The last use of a token was not noted: %s", error)


@contextmanager
def _without_waiting() -> Iterator[None]:
    """On SQLite, where one writes at a time: fail at once instead of waiting."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        (before,) = cursor.fetchone()
        cursor.execute("PRAGMA busy_timeout = 0")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {before}")
