"""What production refuses to start on."""

from collections.abc import Mapping
from typing import Any

from registry.environment import Environment


def refuse_unsafe(env: Environment, settings: Mapping[str, Any]) -> None:
    """Note as wrong what must never face the network."""
    key, hosts = settings["SECRET_KEY"], settings["ALLOWED_HOSTS"]
    if settings["DEBUG"]:
        env.refuse("DEBUG is on", "生产环境不得开启", "leave it out in production")
    if not key:
        env.refuse("SECRET_KEY is missing", "须设置", "give 50 random characters")
    elif _is_weak(key):
        env.refuse(
            "SECRET_KEY is shorter than 50 characters or repeats a few",
            "须为至少 50 个随机字符",
            "give 50 random characters or more",
        )
    elif key.startswith("django-insecure-"):
        env.refuse(
            "SECRET_KEY begins with django-insecure-",
            "这是开发用的密钥,须另行生成",
            "that marks a key for development; make another",
        )
    if any(map(_is_weak, settings["SECRET_KEY_FALLBACKS"])):
        env.refuse(
            "SECRET_KEY_FALLBACKS has a key shorter than 50 characters or that"
            " repeats a few",
            "每个密钥须为至少 50 个随机字符,以逗号分隔",
            "give former keys of 50 random characters or more, separated by commas",
        )
    if not env.listed("ALLOWED_HOSTS") or any("*" in host for host in hosts):
        env.refuse(
            "ALLOWED_HOSTS is missing or has a *",
            "须写明域名,以逗号分隔",
            "name the hosts, separated by commas",
        )
    origins = settings["CSRF_TRUSTED_ORIGINS"]
    if not all(o.startswith("https://") and "*" not in o for o in origins):
        env.refuse(
            "CSRF_TRUSTED_ORIGINS has an origin without https:// or with a *",
            "每项须写作 https://主机,不含 *",
            "write each as https://host, without a *",
        )
    if not env.text("DATABASE_URL"):
        env.refuse(
            "DATABASE_URL is missing",
            "须写作 postgres://用户:密码@主机/库名",
            "write postgres://user:password@host/name",
        )
    elif settings["DATABASES"]["default"]["ENGINE"].endswith("sqlite3"):
        env.refuse(
            "DATABASE_URL is SQLite",
            "生产环境使用 PostgreSQL",
            "production takes PostgreSQL, postgres://user:password@host/name",
        )


def _is_weak(key: str) -> bool:
    return len(key) < 50 or len(set(key)) < 5
