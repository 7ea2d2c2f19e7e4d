"""Environment variables as settings: each checked, all that is wrong said at once.

A variable that is set but empty counts as not given. What is wrong is collected while
the settings are read; `Environment.refuse_wrong` raises it as one message, in Chinese
and English, that names each variable and what is allowed. Secrets are never repeated.
"""

import os
import re
from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

import environ
from django.core.exceptions import ImproperlyConfigured
from redis.connection import parse_url

SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
ON = {"1", "true", "yes", "on"}
OFF = {"0", "false", "no", "off"}
POSTGRESQL = "django.db.backends.postgresql"
DATABASES = {"django.db.backends.sqlite3", POSTGRESQL}


class Rate(NamedTuple):
    """So many requests in a window of so many seconds."""

    quota: int
    window: int


class Environment:
    """What the process was given, read as the type that a setting needs."""

    def __init__(self, given: Mapping[str, str] = os.environ) -> None:
        self.given = given
        self.wrong: list[str] = []

    def text(self, name: str, default: str = "") -> str:
        return self.given.get(name, "").strip() or default

    def listed(self, name: str, default: Collection[str] = ()) -> list[str]:
        """What stands between commas."""
        parts = (part.strip() for part in self.text(name).split(","))
        return [part for part in parts if part] or list(default)

    def one_of(self, name: str, default: str, allowed: Collection[str]) -> str:
        value = self.text(name, default)
        for word in allowed:
            if word.casefold() == value.casefold():
                return word
        words = " or ".join([", ".join([*allowed][:-1]), [*allowed][-1]])
        self.refuse(
            f"{name}={value}", f"只能是 {'、'.join(allowed)} 之一", f"use {words}"
        )
        return default

    def flag(self, name: str, default: bool) -> bool:
        word = self.text(name, "1" if default else "0").lower()
        if word not in ON | OFF:
            self.refuse(f"{name}={word}", "只能是 1 或 0", "use 1 (on) or 0 (off)")
            return default
        return word in ON

    def whole(self, name: str, default: int, *, least: int, most: int) -> int:
        """A whole number of that range."""
        value = self.text(name, str(default))
        plain = value.removeprefix("-")
        if (
            plain.isascii()
            and plain.isdigit()
            and len(plain) < 16
            and least <= int(value) <= most
        ):
            return int(value)
        self.refuse(
            f"{name}={value}",
            f"须为 {least} 至 {most} 的整数",
            f"give a whole number from {least} to {most}",
        )
        return default

    def rate(self, name: str, default: str) -> Rate | None:
        """So many requests in a second, minute, hour or day; None for ``none``."""
        value = self.text(name, default)
        if value.casefold() == "none":
            return None
        found = re.fullmatch(r"([1-9][0-9]{0,8})/(second|minute|hour|day)", value)
        if found:
            return Rate(int(found[1]), SECONDS[found[2]])
        self.refuse(
            f"{name}={value}",
            "须写作 600/hour(second、minute、hour、day),或 none 表示不限",
            "write it as 600/hour (second, minute, hour, day), or none for no limit",
        )
        return self.rate("", default)

    def cache(self, name: str) -> str:
        """A Redis's URL, which may hold a password; empty for local memory."""
        url = self.text(name)
        with suppress(ValueError):
            if not url or parse_url(url):
                return url
        self.refuse(
            f"{name} names no cache",
            "须写作 redis://主机:6379/0",
            "write redis://host:6379/0, rediss:// for TLS, or unix:///path",
        )
        return ""

    def database(self, name: str, default: str) -> dict[str, Any]:
        """Django's settings of a database URL, which may hold a password."""
        try:
            config = environ.Env.db_url_config(self.text(name, default))
        except ValueError:
            config = {}
        if config.get("ENGINE") in DATABASES and config.get("NAME"):
            return config
        self.refuse(
            f"{name} names no database",
            "须写作 postgres://用户:密码@主机/库名 或 sqlite:///路径",
            "write postgres://user:password@host/name or sqlite:///path",
        )
        return environ.Env.db_url_config(default)

    def replicas(self, name: str) -> list[dict[str, Any]]:
        """Django's settings of several PostgreSQL's URLs, which may hold passwords."""
        found = []
        for url in self.listed(name):
            try:
                config = environ.Env.db_url_config(url)
            except ValueError:
                config = {}
            if config.get("ENGINE") == POSTGRESQL and config.get("NAME"):
                found.append(config)
            else:
                self.refuse(
                    f"{name} has one that names no PostgreSQL",
                    "须写作 postgres://用户:密码@主机/库名,以逗号分隔",
                    "write postgres://user:password@host/name, separated by commas",
                )
        return found

    def refuse(self, what: str, chinese: str, english: str) -> None:
        self.wrong.append(f"{what}: {english}. {chinese}。")

    def refuse_wrong(self) -> None:
        """Raise `ImproperlyConfigured` with all that is wrong, if anything is."""
        if self.wrong:
            raise ImproperlyConfigured(
                "环境变量有误,未启动 · Not started, since the environment is wrong:\n"
                + "\n".join(f"  - {sentence}" for sentence in self.wrong)
            )
