"""A table with columns of every kind, files of it, and what is said of them."""

import io
import zipfile

from django.utils.translation import override

from registry.transfer import reading
from registry.transfer.tables import Column, Holds, Table, Unreadable

TERMS = Table(
    "terms",
    "条款",
    (
        Column("code", Holds.CODE, "代码", required=True),
        Column("name", Holds.TEXT, "名称", help="印出的名称"),
        Column("region", Holds.CODE, "地区", refers_to="region", digits=6),
        Column("places", Holds.CODES, "适用地区", refers_to="region", digits=6),
        Column(
            "kind", Holds.CHOICE, "类型", choices=(("loan", "贷款"), ("fund", "基金"))
        ),
        Column("value", Holds.NUMBER, "数值"),
        Column("ended", Holds.DATE, "截止"),
        Column("once", Holds.YES_NO, "一次性"),
    ),
)
ROLES = Table(
    "roles",
    "角色",
    (Column("code", Holds.CODE, "代码"), Column("role", Holds.TEXT, "角色")),
)


def read(data, name="terms.csv", tables=(TERMS, ROLES), only=""):
    """The sheets of one file of those bytes (or that text)."""
    raw = data.encode() if isinstance(data, str) else data
    return reading.read([(name, io.BytesIO(raw))], tables, only=only)


def rows(data, **kwargs):
    """The rows of a file with one table."""
    (sheet,) = read(data, **kwargs)
    return list(sheet)


def cell(text, column, heading="code"):
    """How a CSV cell is read, and the sentences about it, in English."""
    quoted = '"' + text.replace('"', '""') + '"'
    (row,) = rows(f"code,{column}\n310000-a,{quoted}\n")
    with override("en"):
        told = [str(problem.sentence) for problem in row.problems]
    return row.cells[column], told


def refused(data, language="en", **kwargs):
    """All that is said of a file that can't be read."""
    try:
        read(data, **kwargs)
    except Unreadable as unreadable:
        with override(language):
            return [str(problem.sentence) for problem in unreadable.problems]
    raise AssertionError("The file was read.")


def zipped(**files):
    """A ZIP of those files; two underscores in a name stand for its point."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "."), data)
    return buffer.getvalue()
