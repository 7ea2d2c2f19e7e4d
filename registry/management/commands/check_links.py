"""``check_links``: ask every address that records give whether it still answers."""

from collections import Counter
from contextlib import closing
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tqdm import tqdm

from registry.links.asking import Asker
from registry.links.checking import answers, due, forget_unused, learn
from registry.models import Link


def at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


class Command(BaseCommand):
    help = (
        "Ask every address that records give, once a day, whether it still answers. A"
        " run that is interrupted keeps what it learned; the next goes on from there."
    )
    # What asks: a test gives one that may call its own server.
    asker = Asker

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--limit",
            type=at_least_one,
            help="Ask so many addresses at most, those first that were never asked.",
        )

    def handle(self, **options: Any) -> None:
        forget_unused()
        waiting = due(timezone.now())
        asked = waiting[: options["limit"]]
        found: Counter[str] = Counter()
        # Quiet where it is no terminal, such as under cron.
        bar = tqdm(total=len(asked), unit="link", disable=None, leave=False)
        try:
            with bar, closing(answers(asked, self.asker().ask)) as come:
                for address, answer in come:
                    link = learn(address, answer, timezone.now())
                    found[link.state] += 1
                    bar.update()
        except KeyboardInterrupt:
            self._say(found, left=len(waiting) - found.total())
            raise CommandError(_("Interrupted; what was learned is kept.")) from None
        self._say(found, left=len(waiting) - found.total())

    def _say(self, found: Counter[str], *, left: int) -> None:
        """One line: how many were asked, how many of them in which state."""
        states = ", ".join(
            f"{state.label} {found[state]}" for state in Link.State if found[state]
        )
        number = found.total()
        line = ngettext(
            "%(number)d link was asked", "%(number)d links were asked", number
        ) % {"number": number}
        line += f": {states}" if states else ""
        line += "; " + _("%(left)d left for later") % {"left": left} if left else ""
        self.stdout.write(line)
