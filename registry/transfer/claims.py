"""The versions that an import takes: each record's once, before its first write."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from registry import journal, rights
from registry.models import Conflict, Entry, Record
from registry.transfer.references import concrete


class Claims:
    """Records whose next version this transaction has taken, and which of them show.

    ``directly``: whether the writer changes what is published without a review.
    """

    def __init__(self, *, directly: bool) -> None:
        self.directly = directly
        # The version before, None for one that was just added, and the one taken.
        self.taken: dict[tuple[Any, str], tuple[int | None, int]] = {}
        # Records that everybody sees, with the table and row that first wrote to them.
        self.shown: dict[tuple[Any, str], tuple[str, int]] = {}
        self._touched: set[tuple[Any, str]] = set()

    def take(self, record: Record, read: int | None, row: tuple[str, int]) -> None:
        """Take the record's next version before it is written.

        ``read`` is the version that the file was made from, None where it tells none;
        ``row`` the file's table and row. Raises ValidationError where somebody changed
        the record since, or the writer may not.
        """
        key = (concrete(record), str(record.pk))
        if key in self.taken:
            before, record.version = self.taken[key]
            if read is not None and before is not None and read != before:
                raise changed_since(record)
            return
        self._check_rights(record)
        if read is not None:
            record.version = read
        before = record.version
        try:
            record.claim()
        except Conflict as conflict:
            raise changed_since(record) from conflict
        self.taken[key] = (before, record.version)
        if rights.is_shown(record):
            self.shown[key] = row

    def added(self, record: Record) -> None:
        """A record that this transaction made needs no version taken."""
        self.wrote(record)
        self.taken[concrete(record), str(record.pk)] = (None, record.version)

    def wrote(self, record: Record) -> None:
        """The record's own row was written, which leaves its entry in the journal."""
        self._touched.add((concrete(record), str(record.pk)))

    def touch(self, record: Record) -> None:
        """Say once that the record changed, if only rows that it owns were written."""
        key = (concrete(record), str(record.pk))
        if key not in self._touched:
            self._touched.add(key)
            record.touch()

    def _check_rights(self, record: Record) -> None:
        if rights.is_closed(record):
            raise ValidationError(
                _("%(code)s was withdrawn: it can't be changed any more."),
                params={"code": record.pk},
            )
        if rights.is_shown(record) and not self.directly:
            raise ValidationError(
                _(
                    "%(code)s is published, and you change such records by proposals:"
                    " use its form. An import of yours changes drafts only."
                ),
                params={"code": record.pk},
            )


def changed_since(record: Record) -> ValidationError:
    """The error of a file made from an earlier version: who changed it when."""
    kind = journal.kind_of(type(record))
    entries = Entry.objects.filter(kind=kind, key=record.pk).select_related("change")
    last = entries.order_by("-id").first()
    if last is None:
        return ValidationError(
            _("%(code)s has no such version."), params={"code": record.pk}
        )
    return ValidationError(
        _(
            "%(code)s was changed after the file was made, last by %(by)s at %(at)s."
            " Export it again, or make the change in its form."
        ),
        params={
            "code": record.pk,
            "by": last.change.actor or "–",
            "at": date_format(localtime(last.change.at), "Y-m-d H:i"),
        },
    )
