"""``flush``: empty the database, journal included."""

from typing import Any

from django.core.management.commands import flush
from django.db import connections

from registry import journal


class Command(flush.Command):
    help = "Remove ALL rows from the database, the journal's and the users' included."

    def handle(self, **options: Any) -> None:
        using = options["database"]
        if options["interactive"]:
            name = connections[using].settings_dict["NAME"]
            self.stdout.write(
                f"将永久清空数据库 {name}:全部记录、用户,以及修改日志"
                "(何人因何修改了什么,只有日志记载)。\n"
                f"This empties the database {name} for good: the records, the users,"
                " and the journal, the only account of who changed what and why."
            )
            if input("输入 yes 继续 · Type yes to go on: ") != "yes":
                self.stdout.write("未作任何删除。Nothing was removed.")
                return
        with journal.unlocked(using):
            super().handle(**{**options, "interactive": False})
