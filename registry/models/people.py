"""Somebody who signs in, and the failed attempts to."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """Somebody who signs in. Users are deactivated, never deleted."""

    # Every save of a deactivated user counts it up, so that no session from before
    # comes back to life when the user is activated again.
    sessions_ended = models.PositiveIntegerField(default=0, editable=False)

    class Meta(AbstractUser.Meta):
        verbose_name = _("user")  # type: ignore[assignment]  # the base's is typed str
        verbose_name_plural = _("users")  # type: ignore[assignment]  # likewise

    def save(self, **kwargs: Any) -> None:
        if not self.is_active:
            self.sessions_ended += 1
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "sessions_ended"}
        super().save(**kwargs)

    def clean(self) -> None:
        super().clean()
        if self.pk and not (self.is_active and self.is_staff and self.is_superuser):
            self.refuse_to_be_the_last()

    def refuse_to_be_the_last(self) -> None:
        """Raise `ValidationError` if there is no other active administrator.

        Inside a transaction the others stay as they are until its end, so that two
        administrators can't take the right from each other at once.
        """
        with transaction.atomic():
            found = self.administrators().select_for_update().order_by("pk")
            administrators = list(found.values_list("pk", flat=True))
        if administrators == [self.pk]:
            raise ValidationError(
                gettext(
                    "%(name)s is the last active administrator and has to stay active,"
                    " staff and superuser. Make another administrator first."
                )
                % {"name": self.get_username()},
                code="last_administrator",
            )

    @classmethod
    def administrators(cls) -> models.QuerySet["User"]:
        """Those who can sign in to the admin and do anything there."""
        return cls._base_manager.filter(
            is_active=True, is_staff=True, is_superuser=True
        )

    def get_session_auth_hash(self) -> str:
        """What a session must have: changes with the password and on deactivation."""
        return self._with_end(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        yield from map(self._with_end, super().get_session_auth_fallback_hash())

    def _with_end(self, session_hash: str) -> str:
        return f"{session_hash}-{self.sessions_ended}"


@receiver(pre_delete, sender=User, dispatch_uid="users stay")
def _refuse_deletion(instance: User, **_kwargs: Any) -> None:
    """Journal and history name users; deleting one would take their history along."""
    raise models.ProtectedError(
        gettext("Users are deactivated, never deleted."), {instance}
    )


class FailedSignIns(models.Model):
    """Failed attempts to sign in, counted by one thing, until they count no more."""

    class Kind(models.TextChoices):
        PAIR = "pair", _("user name at an address")
        NAME = "name", _("user name")
        ADDRESS = "address", _("network address")
        BROWSER = "browser", _("browser that the user signed in from")

    kind = models.CharField(_("counted by"), max_length=10, choices=Kind)
    subject = models.CharField(_("user name or address"), max_length=250)
    attempts = models.PositiveIntegerField(_("failed attempts"), default=0)
    until = models.DateTimeField(_("counts until"), db_index=True)
    last_at = models.DateTimeField(_("last attempt"))
    last_from = models.CharField(_("last address"), max_length=50)

    class Meta:
        verbose_name = _("failed sign-ins")
        verbose_name_plural = _("failed sign-ins")
        ordering = ["-last_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"], name="failed_sign_ins_of"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.subject}"
