"""A command whose database fails on the way: told as such, without a traceback."""

import contextlib
from collections.abc import Iterator

from django.core.management.base import CommandError
from django.db import InterfaceError, InternalError, OperationalError


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Raises CommandError, in Chinese and English, where the database fails inside.

    For a command that writes in one transaction: disk full, server gone, lock not had.
    """
    try:
        yield
    except (OperationalError, InterfaceError, InternalError) as error:
        why = " ".join(str(error).split()) or type(error).__name__
        raise CommandError(
            f"数据库出错,写入已全部撤销:{why}。原因排除后请再次运行同一命令:"
            "它会完成,或说明内容已全部在库。\n"
            f"The database failed and all of it was undone: {why}. Run the same command"
            " again once that is mended: it completes, or finds that all is there."
        ) from error
