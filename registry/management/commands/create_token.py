"""``create_token``: a token for the API, where nobody opens the admin."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from registry.models import Token, User


class Command(BaseCommand):
    help = "Make a token of a user for the API, and print it: nothing else keeps it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", required=True, help="What it is for.")
        parser.add_argument(
            "--days", type=int, default=min(90, settings.API_TOKEN_DAYS)
        )

    def handle(self, *, username: str, name: str, days: int, **_options: Any) -> None:
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            raise CommandError(_("There is no active user “%s”.") % username)
        if not 1 <= days <= settings.API_TOKEN_DAYS:
            allowed = {"most": settings.API_TOKEN_DAYS}
            raise CommandError(_("A token lasts 1 to %(most)d days.") % allowed)
        if not 1 <= len(name.strip()) <= 100:
            raise CommandError(_("A token's name has 1 to 100 characters."))
        token, plain = Token.make(user=user, name=name.strip(), days=days)
        until = {"until": f"{token.expiry:%Y-%m-%d}"}
        self.stderr.write(_("Shown only now; it works until %(until)s.") % until)
        self.stdout.write(plain)
