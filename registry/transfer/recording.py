"""How a row of a file is written: its record's version first, and whole or not."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from registry.models import Owned, Record
from registry.transfer import kept
from registry.transfer.claims import Claims
from registry.transfer.columns import owner_of
from registry.transfer.loading import Loaded
from registry.transfer.tables import Table


class Recording:
    """For a resource: writes the rows that it has read and checked."""

    model: Any
    table: Table
    claims: Claims
    loaded: Loaded
    many: list[str]
    # Codes of rows without one in the file: none of them is given twice.
    repeated: set[str]

    def changed(self, instance: Any) -> list[str]:
        """Names of the columns that the row would change."""
        raise NotImplementedError

    def save_instance(
        self, instance: Any, is_create: bool, row: Any, **kwargs: Any
    ) -> None:
        """Take the version, then write; a row that is refused leaves nothing.

        The database checks the constraints; only for a row that it refuses are they
        asked one by one, each with a query, for the sentence.
        """
        try:
            self._save(instance, is_create, (self.table.name, kwargs["row_number"]))
        except IntegrityError:
            if is_create and self.model._base_manager.filter(pk=instance.pk).exists():
                sentence = _("%(code)s was added meanwhile, by somebody else.")
                wrong = ValidationError(sentence, params={"code": instance.pk})
                raise ValidationError({"code": wrong}) from None
            instance.validate_unique(exclude={"code"})
            instance.validate_constraints(exclude={"code"})
            raise
        if isinstance(instance, Owned) and not row.get("code", "").strip():
            self.repeated.add(instance.pk)

    def _save(self, instance: Any, is_create: bool, at: tuple[str, int]) -> None:
        with transaction.atomic():
            record = instance
            if owner_of(self.model):
                record = self._owner(instance)
            if record is instance and is_create:
                instance.save()
                self.claims.added(instance)
            elif isinstance(record, Record):
                self.claims.take(record, instance.version_read, at)
                self._write(instance, record)
            for name, codes in instance.related.items():
                getattr(instance, name).set(codes)
            mine = self.model._default_manager.filter(pk=instance.pk)
            if self.model._meta.proxy and not mine.exists():
                raise kept.of_another_list(instance, self.table)

    def _owner(self, instance: Any) -> Any:
        owner_code = getattr(instance, f"{self.model.owner}_id")
        if owner_code not in self.loaded.owners:
            model: Any = owner_of(self.model)
            self.loaded.owners[owner_code] = model._base_manager.get(pk=owner_code)
        return self.loaded.owners[owner_code]

    def _write(self, instance: Any, record: Record) -> None:
        own = set(self.changed(instance)) - set(self.many)
        if record is not instance:
            instance.save()
            self.claims.touch(record)
        elif own:
            instance.save(claimed=True)
            self.claims.wrote(record)
        else:
            self.claims.touch(record)

    def save_m2m(self, obj: Any, row: Any, **kwargs: Any) -> None:
        """Nothing: relations are written with the row, or not at all."""
