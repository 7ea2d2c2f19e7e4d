"""``loaddata``: journaled, all or nothing, and into an empty registry only.

Rows of the registry go the way of `registry.loads`; groups and the like that of Django.
"""

import contextlib
import getpass
import os
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from django.core import serializers
from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import loaddata

from registry import fixture_files, interrupted, journal
from registry.bulk import Refused
from registry.loads import Load


class Command(loaddata.Command):
    help = (
        "Load fixtures into an empty registry. A registry in use is refused, unless it"
        " says already what they say; then nothing is written."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--by", default=getpass.getuser(), help="Whose name the journal gives."
        )
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="Load nothing, instead of failing, where the registry has rows.",
        )

    def handle(self, *fixture_labels: str, **options: Any) -> None:
        using = options["database"]
        reason = " ".join(("loaddata", *map(str, fixture_labels)))
        with (
            interrupted.told(),
            journal.change(by=options["by"], reason=reason, path="loaddata"),
        ):
            # The groups hold no record, so that a registry in use takes them.
            filled = (
                "" if labels_of(fixture_labels) <= {"groups"} else filled_table(using)
            )
            if filled and options["if_empty"]:
                return
            self.filled = filled
            super().handle(*fixture_labels, **options)

    def loaddata(self, fixture_labels: Iterable[str]) -> None:
        """Gather the rows of all fixtures, then write them or see that they stand."""
        labels = list(fixture_labels)
        self.left = len(labels)
        self.load = Load(self.using, anew=not self.filled)
        super().loaddata(labels)

    def load_label(self, fixture_label: str) -> None:
        for path, _folder, _name in self.find_fixtures(fixture_label):
            _stem, form, packing = self.parse_name(os.path.basename(path))
            if form != "json":
                super().load_label(fixture_label)
                break
            opened, mode = self.compression_formats[packing]  # type: ignore[misc]  # of two
            with contextlib.closing(opened(path, mode)) as file:
                self._gather(file, path)
        self.left -= 1
        if not self.left:
            self._write()

    def save_obj(self, obj: Any) -> bool:
        """Django's own, for what is none of the registry's rows."""
        if type(obj.object) in journal.journaled():
            raise CommandError(
                "登记库的记录只能从 JSON 文件装载。\n"
                "Rows of the registry are loaded from JSON only."
            )
        return bool(super().save_obj(obj))

    def _gather(self, file: IO[Any], path: str) -> None:
        """Put the file's rows beside their tables, and save what is none of them."""
        self.fixture_count += 1
        before = self.fixture_object_count
        try:
            for told in fixture_files.objects(file):
                self.fixture_object_count += 1
                if self.load.takes(told):
                    self.loaded_object_count += self._gathered(told)
                else:
                    self.loaded_object_count += self._saved(told)
        except fixture_files.NotAFixture as error:
            raise CommandError(
                f"{path} 不是 JSON 列表,没有写入任何内容:{error}\n"
                f"{path} is no list in JSON, and nothing was written: {error}"
            ) from error
        except Refused as refused:
            raise refusal(refused) from refused
        if self.fixture_object_count == before:
            raise CommandError(f"{path} 没有对象。\n{path} has no object.")

    def _gathered(self, told: dict[str, Any]) -> bool:
        model = self.load.models[told["model"]]
        if (
            model in self.excluded_models
            or model._meta.app_config in self.excluded_apps
        ):
            return False
        self.load.add(told, lenient=self.ignore)
        return True

    def _saved(self, told: Any) -> int:
        options = {"using": self.using, "ignorenonexistent": self.ignore}
        return sum(
            self.save_obj(found)
            for found in serializers.deserialize(
                "python", [told], handle_forward_references=True, **options
            )
        )

    def _write(self) -> None:
        try:
            if not self.filled:
                self.load.write()
            elif not self.load.stands():
                raise CommandError(
                    "登记库不是空库,装载会覆盖已有记录,因此没有写入任何内容。"
                    "更新使用中的登记库请用 seed;确要清空请先用 flush。\n"
                    "The registry is not empty and loading would overwrite records, so"
                    " nothing was written. To bring a registry in use up to date, use"
                    f" seed; to empty it first, use flush. ({self.filled})"
                )
            elif self.load.rows:
                self.loaded_object_count -= self.load.rows
                if self.verbosity:
                    self.stdout.write(
                        "记录已全部在库,没有写入。All records are there already; none"
                        " was written."
                    )
        except Refused as refused:
            raise refusal(refused) from refused


def refusal(refused: Refused) -> CommandError:
    """Which object can't be loaded, and why, in both languages."""
    what = f"{refused.model._meta.label_lower} {refused.code}"
    return CommandError(
        f"第 {refused.number} 个对象({what})不能装载,没有写入任何内容:{refused.why}\n"
        f"Object {refused.number} ({what}) can't be loaded, and nothing was written:"
        f" {refused.why}"
    )


def labels_of(fixtures: Iterable[str]) -> set[str]:
    """The names of the fixtures, without folder and ending."""
    return {Path(str(label)).stem for label in fixtures}


def filled_table(using: str) -> str:
    """The first journaled table that has a row; empty text where none has."""
    for model in journal.journaled():
        if model._base_manager.using(using).exists():
            return model._meta.db_table
    return ""
