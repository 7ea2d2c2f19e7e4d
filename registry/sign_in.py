"""How often one may try to sign in, exactly, whoever else tries at the same time.

An attempt is counted *before* its password is looked at, in a transaction of its own
with the counters' rows locked, so of any number that come at once only as many are
looked at as the limit allows. Success takes the count back.

Counted are failures of a name from one address, of the name from anywhere, and of the
address with whatever names. A name that does not exist counts like one that does. What
is refused is not counted, so a pause ends when it said it would. A browser that a name
once signed in from (it has a signed cookie) is counted by itself: no attacker elsewhere
can shut it out. Others are shut out only by somebody who has SIGN_IN_ATTEMPTS_NAME /
SIGN_IN_ATTEMPTS addresses to try from.

Own code, since django-axes counts after the password was looked at (its issue 592:
a burst gets through), lengthens a pause with each refusal unless told otherwise, knows
no browsers and has no Chinese.
"""

import logging
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.crypto import get_random_string

from registry import addresses
from registry.models import FailedSignIns

logger = logging.getLogger(__name__)

Kind = FailedSignIns.Kind
# The name under which it is signed; the cookie has settings.COOKIE_PREFIX before it.
BROWSER_COOKIE = "known_browser"
BROWSER_COOKIE_AGE = timedelta(days=180)


class TooMany(Exception):
    """Refused without looking at the password; `until` says how long."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


@dataclass(frozen=True)
class Attempt:
    """One attempt that was counted; `succeeded` takes it back."""

    counters: tuple[tuple[str, str], ...]

    def succeeded(self) -> None:
        """Forget the name's failures, and of the address's this one.

        Not all of the address's, else whoever has an account could try other names
        without end by signing in to it now and then.
        """
        with transaction.atomic():
            for kind, subject in self.counters:
                row = FailedSignIns.objects.filter(kind=kind, subject=subject)
                if kind == Kind.ADDRESS:
                    row.filter(attempts__gt=0).update(attempts=F("attempts") - 1)
                else:
                    row.delete()
        forget_what_is_over()


def limit(kind: str) -> int:
    """How many failures of that kind there may be before a pause."""
    return {
        Kind.NAME: settings.SIGN_IN_ATTEMPTS_NAME,
        Kind.ADDRESS: settings.SIGN_IN_ATTEMPTS_ADDRESS,
    }.get(Kind(kind), settings.SIGN_IN_ATTEMPTS)


def begin(request: HttpRequest, name: str) -> Attempt:
    """Count an attempt with that name; raises `TooMany` if there were enough."""
    address = addresses.client(request)
    counters = tuple(sorted(_counters(request, name, address)))
    now = timezone.now()
    try:
        with transaction.atomic():
            _count(counters, address, now)
    except TooMany as refused:
        # Not the name: people type passwords into its field.
        logger.warning("Sign-in refused until %s for %s", refused.until, address)
        raise
    return Attempt(counters)


def key(name: str) -> str:
    """What counters call a name: however it is written, it is one to guess at."""
    return unicodedata.normalize("NFKC", name).casefold()[:150]


def _counters(
    request: HttpRequest, name: str, address: str
) -> Iterable[tuple[str, str]]:
    if browser := known_browser(request, name):
        yield Kind.BROWSER, f"{key(name)} {browser}"
        return
    yield Kind.NAME, key(name)
    if address:
        yield Kind.PAIR, f"{key(name)} {address}"
        yield Kind.ADDRESS, address


def _count(counters: tuple[tuple[str, str], ...], address: str, now: datetime) -> None:
    pause = timedelta(minutes=settings.SIGN_IN_PAUSE)
    # Makes the rows that lack and locks all, in one order so that none waits in a ring.
    FailedSignIns.objects.bulk_create(
        [
            FailedSignIns(
                kind=kind, subject=subject, until=now, last_at=now, last_from=address
            )
            for kind, subject in counters
        ],
        update_conflicts=True,
        unique_fields=["kind", "subject"],
        update_fields=["last_at", "last_from"],
    )
    rows = [
        FailedSignIns.objects.get(kind=kind, subject=subject)
        for kind, subject in counters
    ]
    pauses = [row.until for row in rows if row.until > now and is_full(row)]
    if pauses:
        raise TooMany(max(pauses))
    for row in rows:
        row.attempts = row.attempts + 1 if row.until > now else 1
        row.until = now + pause
        row.save(update_fields=["attempts", "until"])


def is_full(row: FailedSignIns) -> bool:
    return row.attempts >= limit(row.kind)


def forget_what_is_over() -> int:
    """Remove counts that no longer count, but those that somebody else has in hand.

    At most 500; gives how many.
    """
    over = FailedSignIns.objects.filter(until__lte=timezone.now())
    with transaction.atomic():
        free = over.select_for_update(skip_locked=True).values_list("pk", flat=True)
        return FailedSignIns.objects.filter(pk__in=list(free[:500])).delete()[0]


def known_browser(request: HttpRequest, name: str) -> str:
    """The number of the browser, if that very name signed in from it before."""
    try:
        known, number = signing.loads(
            request.COOKIES.get(_cookie_name(), ""),
            salt=BROWSER_COOKIE,
            max_age=BROWSER_COOKIE_AGE,
        )
    except (signing.BadSignature, ValueError):
        return ""
    return number if known == name else ""


def remember_browser(response: HttpResponseBase, name: str) -> None:
    """Give the browser its number, after the name has signed in from it."""
    response.set_cookie(
        _cookie_name(),
        signing.dumps([name, get_random_string(22)], salt=BROWSER_COOKIE),
        max_age=BROWSER_COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _cookie_name() -> str:
    return f"{settings.COOKIE_PREFIX}{BROWSER_COOKIE}"
