"""What stands in the way of publishing a record, or of taking it back."""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from registry.models import Owned, Publication, Record


def obstacles(record: Record) -> list[str]:
    """Sentences, one for each thing that contradicts the record's publication.

    What is published refers only to what is published, and what is published is not
    referred to by nothing-but-drafts: taking a record back needs its readers first.
    """
    if record.publication == Publication.PUBLISHED:
        return [
            *_unpublished_references(record),
            *(line for row in _owned(record) for line in _unpublished_references(row)),
            *getattr(record, "lacking", list)(),
        ]
    return _published_readers(record)


def _unpublished_references(row: models.Model) -> list[str]:
    found = []
    for field in row._meta.concrete_fields:
        if not _refers_to_record(field) or field.value_from_object(row) is None:
            continue
        target = getattr(row, field.name)
        if target.pk != row.pk and target.publication != Publication.PUBLISHED:
            found.append(
                _("“%(field)s” refers to %(code)s, which is not published.")
                % {"field": field.verbose_name, "code": target.pk}
            )
    return found


def _published_readers(record: Record) -> list[str]:
    found = []
    for relation in record._meta.related_objects:
        model = relation.related_model
        if not issubclass(model, Record) or relation.many_to_many:
            continue
        readers = model._base_manager.filter(
            **{relation.field.name: record.pk}, publication=Publication.PUBLISHED
        )
        found += [
            _("%(code)s is published and refers to it.") % {"code": code}
            for code in readers.values_list("pk", flat=True)[:5]
        ]
    return found


def _owned(record: Record) -> list[models.Model]:
    """Rows that the record owns and that are no records of their own."""
    rows: list[models.Model] = []
    for relation in record._meta.related_objects:
        model: Any = relation.related_model
        own = issubclass(model, Owned) and not issubclass(model, Record)
        if own and model.owner == relation.field.name:
            rows += model._base_manager.filter(**{relation.field.name: record.pk})
    return rows


def _refers_to_record(field: models.Field) -> bool:
    target = field.related_model
    return isinstance(target, type) and issubclass(target, Record)
