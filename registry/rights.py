"""Who may write what in which state (docs/editing.md has the table, tests hold it)."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet

from registry.models import Publication, Record, User

PUBLISH = "registry.publish_records"


def may_publish(person: Any) -> bool:
    """Whether the person decides on what is published: a reviewer."""
    return bool(person.has_perm(PUBLISH))


def writes_directly(person: Any) -> bool:
    """Whether the person changes what is published without another's review."""
    return may_publish(person) and not settings.FOUR_EYES


def may_see_drafts(person: Any) -> bool:
    """Whether the person sees records of every kind in the admin, drafts among them."""
    kinds = [
        model._meta
        for model in apps.get_models()
        if issubclass(model, Record) and not model._meta.proxy
    ]
    return person.is_staff and all(
        any(
            person.has_perm(f"{kind.app_label}.{get_permission_codename(may, kind)}")
            for may in ("view", "change")
        )
        for kind in kinds
    )


def lacking(person: Any) -> QuerySet[Permission]:
    """The permissions that the person has not: nobody gives those to anybody."""
    if person.is_superuser:
        return Permission.objects.none()
    own = Permission.objects.filter(Q(user=person) | Q(group__user=person))
    return Permission.objects.exclude(pk__in=own)


def above(person: Any) -> QuerySet[User]:
    """Users who may do what the person may not, deactivated ones included.

    Whoever signed in as one of them, or asked with a token of theirs, would have rights
    that nobody gave.
    """
    if person.is_superuser:
        return User.objects.none()
    more = lacking(person)
    return User.objects.filter(
        Q(is_superuser=True)
        | Q(pk__in=User.objects.filter(user_permissions__in=more).values("pk"))
        | Q(pk__in=User.objects.filter(groups__permissions__in=more).values("pk"))
    )


def is_shown(record: Any) -> bool:
    """Whether everybody sees the row: published, or of a table that has no drafts."""
    return getattr(record, "publication", Publication.PUBLISHED) != Publication.DRAFT


def is_closed(record: Any) -> bool:
    """Whether nobody changes the record any more: it was withdrawn or merged."""
    return isinstance(record, Record) and record.publication == Publication.WITHDRAWN


def needs_reason(record: Any) -> bool:
    """Whether a change of the row has to say why."""
    return settings.REASON_REQUIRED and is_shown(record)
