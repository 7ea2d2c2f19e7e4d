"""``dump_registry``: this environment's records as a fixture."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from programs import fixtures


class Command(BaseCommand):
    help = "Write every record as loaddata reads it, the same bytes for the same rows."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--output", type=Path, help="A file; else standard output.")

    def handle(self, **options: Any) -> None:
        text = fixtures.dumped()
        if options["output"]:
            options["output"].write_text(text, "utf-8")
        else:
            sys.stdout.write(text)
