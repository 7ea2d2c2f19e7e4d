"""Publishing records and taking them back, and what stands in the way.

Each is one change, whose first statement takes the record's next version: the caller's
record must have been read before, and `Conflict` says that it was changed since.
"""

from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from registry.journal import change
from registry.models import Owned, Publication, Record


class Blocked(Exception):
    """The step would contradict what the registry says; nothing was kept."""

    def __init__(self, sentences: list[str]) -> None:
        self.sentences = sentences
        super().__init__(*sentences)


def publish(*records: Record, by: str, reason: str, path: str = "shell") -> None:
    """Show drafts to everybody; from then on they can only be changed or withdrawn.

    Several may refer to one another. Raises `Blocked` when one lacks a passage or
    refers to what is not published.
    """
    _step(records, Publication.DRAFT, Publication.PUBLISHED, by, reason, path)


def withdraw(*records: Record, by: str, reason: str, path: str = "shell") -> None:
    """Take published records back: their addresses say so from then on.

    Raises `Blocked` while something else that is published refers to one.
    """
    _step(records, Publication.PUBLISHED, Publication.WITHDRAWN, by, reason, path)


def _step(
    records: tuple[Record, ...],
    before: str,
    after: str,
    by: str,
    reason: str,
    path: str,
) -> None:
    with change(by=by, reason=reason, path=path), transaction.atomic():
        # In one order whoever takes it, so that two wait instead of deadlocking.
        for record in sorted(records, key=lambda one: (one._meta.label, one.pk)):
            record.claim()
            record.refresh_from_db()
            if record.publication != before:
                raise Blocked([_not_in_state(record)])
            record.publication = after
            record.save(claimed=True)
        if sentences := [line for one in records for line in obstacles(one)]:
            raise Blocked(sentences)


def obstacles(record: Record) -> list[str]:
    """Sentences, one for each thing that contradicts the record's publication.

    What is published refers only to what is published, and what is published is not
    referred to by nothing-but-drafts: taking a record back needs its readers first.
    """
    if record.publication == Publication.PUBLISHED:
        return [
            *_unpublished_references(record),
            *(line for row in owned(record) for line in _unpublished_references(row)),
            *getattr(record, "lacking", list)(),
        ]
    return _published_readers(record)


def _not_in_state(record: Record) -> str:
    return _("%(code)s is in the state “%(state)s”, which does not allow this.") % {
        "code": record.pk,
        "state": record.get_publication_display(),
    }


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
    for relation in row._meta.many_to_many:
        if _refers_to_record(relation):
            drafts = getattr(row, relation.name).exclude(publication="published")
            found += [
                _("“%(field)s” refers to %(code)s, which is not published.")
                % {"field": relation.verbose_name, "code": target.pk}
                for target in drafts
            ]
    return found


def _published_readers(record: Record) -> list[str]:
    """Published records that refer to it, or own a row or relation that does."""
    found = []
    for relation in record._meta.related_objects:
        model: Any = relation.related_model
        name = relation.field.name
        rows = model._base_manager.filter(**{name: record.pk})
        if issubclass(model, Record):
            codes = rows.filter(publication=Publication.PUBLISHED).values_list("pk")
        elif issubclass(model, Owned) and model.owner != name:
            published = {f"{model.owner}__publication": Publication.PUBLISHED}
            codes = rows.filter(**published).values_list(f"{model.owner}_id")
        else:
            continue
        found += [
            _("%(code)s is published and refers to it.") % {"code": code}
            for (code,) in codes.distinct()[:5]
        ]
    return found


def owned(record: Record) -> list[models.Model]:
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
