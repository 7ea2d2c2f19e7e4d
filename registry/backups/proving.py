"""Whether a restored registry can be used: a sign-in and a write, which are undone."""

import secrets
from collections.abc import Iterator
from importlib import import_module

from django.apps import apps
from django.conf import settings
from django.contrib.auth import authenticate
from django.db import DatabaseError, connection
from django.utils import timezone

from registry import journal
from registry.models import Change, Record, User


def findings() -> Iterator[str]:
    """Sentences, in Chinese and English, one for each thing that does not work."""
    try:
        with journal.preview():
            yield from _sign_in()
        author = journal.change(by="restore", reason="", path="restore")
        with author, journal.preview():
            yield from _write()
    except DatabaseError as error:
        yield f"写入失败 · a write failed: {error}"


def _sign_in() -> Iterator[str]:
    """Somebody new, who is gone afterwards: nobody's password is known here."""
    name, password = f"restore-{secrets.token_hex(8)}", secrets.token_urlsafe(16)
    user = User.objects.create_user(name, password=password, is_staff=True)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session["restored"] = True
    session.save()
    if authenticate(username=name, password=password) != user or not session.exists(
        session.session_key
    ):
        yield "无法登录 · nobody can sign in"


def _write() -> Iterator[str]:
    """A record is changed; the journal must give it the next revision."""
    before = Change.objects.filter(revision__isnull=False).count()
    for model in apps.get_models():
        if not issubclass(model, Record) or model._meta.proxy:
            continue
        code = model._base_manager.values_list("pk", flat=True).first()
        if code is None:
            continue
        model._base_manager.filter(pk=code).update(updated_at=timezone.now())
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                # Else the change would be sealed at COMMIT, to which this never comes.
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        written = journal.entries_so_far().filter(change__revision=before + 1)
        if [entry.key for entry in written] != [code]:
            yield "写入未记入日志 · the journal does not keep what is written"
        return
