"""``handbook``: the handbook of some programs as a PDF or HTML file, of any size."""

from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import override

from programs.handbook import asking, files, reading
from programs.handbook.parts import Handbook
from programs.models import Program, Region
from registry.printing import PrintingError

LONGEST = 1800


def _file(text: str) -> Path:
    path = Path(text)
    if path.suffix not in (".pdf", ".html"):
        raise ArgumentTypeError("以 .pdf 或 .html 结尾 · end it in .pdf or .html")
    return path


def _field(name: str) -> Any:
    return Program._meta.get_field(name)


class Command(BaseCommand):
    help = "Write the handbook of the programs that the options leave, to a file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=_file, help="FILE.pdf or FILE.html")
        parser.add_argument("--region", help="Code of a place; all in it, too.")
        for name in ("kind", "lifecycle"):
            values = [value for value, _label in _field(name).flatchoices]
            parser.add_argument(f"--{name}", nargs="+", choices=values)
        parser.add_argument("--codes", nargs="+", metavar="CODE")
        parser.add_argument("--title")
        parser.add_argument("--drafts", action="store_true", help="Drafts too, marked.")
        parser.add_argument(
            "--language",
            choices=[code for code, _name in settings.LANGUAGES],
            default=settings.LANGUAGE_CODE,
        )

    def handle(self, **options: Any) -> None:
        with override(options["language"]):
            made = self._read(options)
            if options["file"].suffix == ".html":
                content = files.html(made).encode()
            else:
                try:
                    content = files.pdf(made, seconds=LONGEST)
                except PrintingError as error:
                    raise CommandError(str(error)) from error
        try:
            options["file"].write_bytes(content)
        except OSError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            _("%(count)d programs in %(file)s.")
            % {"count": len(made.entries), "file": options["file"]}
        )

    def _read(self, options: dict[str, Any]) -> Handbook:
        programs, place = Program.objects.all(), None
        chosen = []
        if code := options["region"]:
            place = Region.objects.filter(pk=code).first()
            if place is None:
                raise CommandError(_("There is no region %s.") % code)
            programs = programs.within(code)
            chosen.append((_("region"), str(place)))
        for name in ("kind", "lifecycle"):
            if values := options[name]:
                labels = dict(_field(name).flatchoices)
                programs = programs.filter(**{f"{name}__in": values})
                said = "、".join(str(labels[value]) for value in values)
                chosen.append((str(_field(name).verbose_name), said))
        if codes := options["codes"]:
            found = set(programs.filter(pk__in=codes).values_list("pk", flat=True))
            if unknown := sorted(set(codes) - found):
                raise CommandError(asking.no_such(unknown))
            programs = programs.filter(pk__in=codes)
        title = asking.default_title(place)
        if options["title"] is not None:
            try:
                title = asking.checked_title(options["title"])
            except ValueError as error:
                raise CommandError(str(error)) from error
        return reading.read(
            programs, title=title, chosen=chosen, drafts=options["drafts"]
        )
