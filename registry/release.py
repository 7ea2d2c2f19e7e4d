"""Which code answers: a name that differs whenever the code does."""

import hashlib
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings

READ = (".py", ".mo", ".tsv")


@cache
def release() -> str:
    """The same on every machine that runs the same code on the same parts."""
    digest = hashlib.sha256()
    for path in (settings.BASE_DIR / "requirements.txt", *_files()):
        name = path.relative_to(settings.BASE_DIR).as_posix()
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{name} {content}\n".encode())
    return digest.hexdigest()[:16]


def _files() -> list[Path]:
    """What the registry's own applications are made of."""
    own = [Path(config.path) for config in apps.get_app_configs()]
    return sorted(
        path
        for folder in own
        if folder.parent == settings.BASE_DIR
        for path in folder.rglob("*")
        if path.suffix in READ
    )
