"""Who signs in."""

from django.contrib.auth.models import AbstractUser
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """Somebody who signs in. Users are deactivated, never deleted."""

    class Meta(AbstractUser.Meta):
        verbose_name = _("user")  # type: ignore[assignment]  # the base's is typed str
        verbose_name_plural = _("users")  # type: ignore[assignment]  # likewise
