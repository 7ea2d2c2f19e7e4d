"""Tokens, with which programs ask the API in a person's name."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken, get_digest_token
from knox.settings import CONSTANTS


class TokenQuerySet(models.QuerySet["Token"]):
    """Tokens by whether they still work."""

    def working(self, at: datetime | None = None) -> "TokenQuerySet":
        """Tokens that open the API, unless their people are deactivated."""
        return self.filter(
            revoked_at=None,
            expiry__gt=at or timezone.now(),
            sessions_ended=models.F("user__sessions_ended"),
        )


class Token(AbstractAuthToken):
    """A secret of which only the hash is kept: it is seen once, when it is made.

    Its beginning (`token_key`) tells tokens apart. It stays in the list when it works
    no more, so that one sees for how long it was in use.
    """

    class State(models.TextChoices):
        WORKS = "works", _("works")
        EXPIRED = "expired", _("expired")
        REVOKED = "revoked", _("revoked")
        ENDED = "ended", _("its person was deactivated")

    id = models.BigAutoField(primary_key=True)
    digest = models.CharField(max_length=CONSTANTS.DIGEST_LENGTH, unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("person"),
    )
    name = models.CharField(
        _("name"), max_length=100, help_text=_("What it is for: a program, a machine.")
    )
    created = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    expiry = models.DateTimeField(_("expires"), editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    # As the person's was: deactivation ends tokens as it ends sessions, for good.
    sessions_ended = models.PositiveIntegerField(editable=False)

    objects = TokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-created", "-id"]
        # Who may do what follows from whose it is (registry.admin.tokens).
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.name} ({self.beginning}…)"

    @classmethod
    def make(cls, *, user: Any, name: str, days: int) -> tuple["Token", str]:
        """A new token of that person for so many days, and its text, kept nowhere."""
        token = cls(user=user, name=name)
        plain = token.draw(days)
        token.save()
        return token, plain

    def draw(self, days: int) -> str:
        """Take a new secret, which is returned; not saved yet."""
        self.digest, plain = get_digest_token()
        self.token_key = plain[: CONSTANTS.TOKEN_KEY_LENGTH]
        self.expiry = timezone.now() + timedelta(days=days)
        self.sessions_ended = self.user.sessions_ended
        return plain

    @property
    def beginning(self) -> str:
        """As much of the token as tells which it is, and does not help to guess it."""
        return self.token_key[:8]

    @property
    def state(self) -> "Token.State":
        if self.revoked_at is not None:
            return self.State.REVOKED
        if self.expiry <= timezone.now():
            return self.State.EXPIRED
        if not self.user.is_active or self.sessions_ended != self.user.sessions_ended:
            return self.State.ENDED
        return self.State.WORKS
