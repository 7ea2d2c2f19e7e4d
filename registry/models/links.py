"""What the link checker knows of an address on the web."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from registry.fields import ChoiceField, CodePointText


class Link(models.Model):
    """An address that records give, and what it answered last (see `registry.links`).

    Kept beside the records and not journaled: nothing in a record follows from it.
    """

    class State(models.TextChoices):
        DEAD = "dead", pgettext_lazy("link", "dead")
        FAILING = "failing", pgettext_lazy("link", "failing")
        MOVED = "moved", pgettext_lazy("link", "moved for good")
        REFUSED = "refused", pgettext_lazy("link", "not called")
        UNSURE = "unsure", pgettext_lazy("link", "cannot tell")
        ALIVE = "alive", pgettext_lazy("link", "answers")

    class Problem(models.TextChoices):
        NO_HOST = "no_host", _("there is no such host")
        CONNECTION = "connection", _("no connection")
        TIMEOUT = "timeout", _("no answer in time")
        PROTOCOL = "protocol", _("no HTTP answer")
        REDIRECTS = "redirects", _("too many redirects")
        CERTIFICATE = "certificate", _("its certificate is not trusted")
        OFFLINE = "offline", _("this server had no network")
        PRIVATE = "private", _("leads to a private address")
        PORT = "port", _("leads to a port that is not called")
        SCHEME = "scheme", _("leads to something else than http and https")
        CREDENTIALS = "credentials", _("holds a user name or password")
        MALFORMED = "malformed", _("is no address")

    address = CodePointText(_("link"), max_length=500, unique=True)
    state = ChoiceField(_("state"), choices=State)
    status = models.PositiveSmallIntegerField(_("HTTP status"), null=True)
    problem = ChoiceField(_("problem"), choices=Problem, blank=True)
    target = models.TextField(_("moved to"), blank=True)
    checked_at = models.DateTimeField(_("checked at"))
    ask_again_at = models.DateTimeField(_("not to be asked before"), null=True)
    # Days in Beijing on which it failed since it answered last.
    failed_days = models.PositiveSmallIntegerField(_("days of failure"), default=0)
    failing_since = models.DateField(_("failing since"), null=True)
    last_failed_on = models.DateField(_("last failed on"), null=True)

    class Meta:
        verbose_name = pgettext_lazy("address", "link")
        verbose_name_plural = pgettext_lazy("addresses", "links")
        ordering = ["address"]
        # Seen with the records that give them, by whoever may see those.
        default_permissions = ()
        indexes = [models.Index(fields=["state", "address"], name="link_by_state")]

    def __str__(self) -> str:
        return self.address

    @property
    def said(self) -> str:
        """What it answered last: the HTTP status, or what went wrong."""
        return str(self.get_problem_display() or self.status or "")
