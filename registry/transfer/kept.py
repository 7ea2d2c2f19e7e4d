"""What a file may not change: a row's code, record, list, publication and version."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from registry.models import Owned, Record
from registry.transfer.loading import Loaded
from registry.transfer.tables import Table

_VERSION = re.compile("[0-9]{1,9}")


def version_read(row: dict[str, str]) -> int | None:
    """The version that the row was exported at; None where it tells none."""
    version = row.get("version", "").strip()
    return int(version) if _VERSION.fullmatch(version) else None


def errors(
    instance: Any, row: dict[str, str], loaded: Loaded, table: Table
) -> dict[str, ValidationError]:
    """Column → what is wrong, once the instance says what the row does."""
    found = {
        "publication": _publication(instance, row, table),
        "version": _version(instance, row),
        "code": _code(instance, loaded, table),
    }
    owner = getattr(type(instance), "owner", "")
    if owner and not instance._state.adding:
        found[owner] = _owner(instance, owner)
    return {column: error for column, error in found.items() if error}


def of_another_list(instance: Any, table: Table) -> ValidationError:
    """The error of a row that belongs to another list of the same kind of rows."""
    return ValidationError(
        _("%(code)s does not belong to the list “%(list)s”."),
        params={"code": instance.pk, "list": table.label},
    )


def _publication(
    instance: Any, row: dict[str, str], table: Table
) -> ValidationError | None:
    said = row.get("publication", "").strip()
    stands = getattr(instance, "publication", "")
    if not said or said == stands or "publication" not in table.names:
        return None
    sentence = _("A file doesn't publish or withdraw: this is %(state)s.")
    if instance._state.adding:
        sentence = _("A new row begins as a draft: leave this cell empty.")
    return ValidationError(sentence, params={"state": stands})


def _version(instance: Any, row: dict[str, str]) -> ValidationError | None:
    version = row.get("version", "").strip()
    if version and not _VERSION.fullmatch(version):
        return ValidationError(
            _("“%(text)s” is no version. Leave this column as it was exported."),
            params={"text": version[:60]},
        )
    if version and instance._state.adding and instance.pk and _is_record(instance):
        return ValidationError(
            _(
                "It has a version, but no record has the code %(code)s: codes never"
                " change. In a new row leave the version empty."
            ),
            params={"code": instance.pk},
        )
    return None


def _code(instance: Any, loaded: Loaded, table: Table) -> ValidationError | None:
    if instance._state.adding and instance.pk in loaded.used:
        return ValidationError(_("This code was used before; codes never are."))
    if instance.pk in loaded.others:
        return of_another_list(instance, table)
    return None


def _owner(instance: Any, owner: str) -> ValidationError | None:
    before = instance.before.get(f"{owner}_id", "")
    if not before or before == getattr(instance, f"{owner}_id"):
        return None
    return ValidationError(
        _("A row stays with its record: %(code)s belongs to %(owner)s."),
        params={"code": instance.pk, "owner": before},
    )


def _is_record(instance: Any) -> bool:
    """Whether the row's version is its own."""
    return isinstance(instance, Record) or not isinstance(instance, Owned)
