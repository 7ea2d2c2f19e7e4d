"""Sessions in the database that end when unused, and after a working day anyway."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends import db
from django.http import HttpRequest
from django.utils import timezone

STARTED = "_started"


class SessionStore(db.SessionStore):
    """Django's, whose row ends with the idle time and is moved on while it is used.

    The move is one UPDATE in a minute at most and touches no data, so that pages opened
    side by side neither wait for one another nor overwrite what the other kept.
    """

    def _get_session_from_db(self) -> Any:
        row = super()._get_session_from_db()  # type: ignore[misc]  # the stubs leave it out
        if row is None:
            return None
        now = timezone.now()
        data = self.decode(row.session_data)
        if SESSION_KEY in data and _end(data) <= now:
            row.delete()
            self._session_key = None
            return None
        expires = _expiry(data, now)
        if expires - row.expire_date > timedelta(minutes=1):
            self.model.objects.filter(pk=row.pk).update(expire_date=expires)
        return row

    def get_expiry_date(self, **kwargs: Any) -> datetime:
        return _expiry(dict(self.items()), timezone.now())


def _end(data: Mapping[str, Any]) -> datetime:
    """When it is over however much it is used; long ago if nothing says it began."""
    started = datetime.fromtimestamp(data.get(STARTED, 0), UTC)
    return started + timedelta(hours=settings.SESSION_HOURS)


def _expiry(data: Mapping[str, Any], now: datetime) -> datetime:
    unused = now + timedelta(minutes=settings.SESSION_IDLE_MINUTES)
    return min(unused, _end(data)) if STARTED in data else unused


def _begin(request: HttpRequest, **_kwargs: Any) -> None:
    """Note when somebody signed in; a key used before gives way to a new one."""
    if STARTED in request.session:
        request.session.cycle_key()
    request.session[STARTED] = timezone.now().timestamp()
    SessionStore.clear_expired()


user_logged_in.connect(_begin, dispatch_uid="session begins")
