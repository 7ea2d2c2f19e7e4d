"""``ensure_admin``: somebody who can sign in to a new registry."""

import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from registry.models import User


class Command(BaseCommand):
    help = "Create the first administrator, if there is no user; print the password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--username", default="admin")

    def handle(self, **options: Any) -> None:
        if User.objects.exists():
            return
        password = secrets.token_urlsafe(12)
        User.objects.create_superuser(options["username"], password=password)
        self.stdout.write(
            "首位管理员,密码只显示这一次 · First administrator, password shown once:\n"
            f"  {options['username']}  {password}"
        )
