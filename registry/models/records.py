"""The bases of every table: coded rows, rows that a record owns, records."""

from datetime import date, timedelta
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from registry import derived, drafts
from registry.fields import (
    OWNED_CODE,
    RECORD_CODE,
    ChoiceField,
    CodeField,
    Instant,
    beginning,
)
from registry.models.journal import Entry


class Publication(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


ANY_STATE = frozenset(Publication.values)
PUBLISHED_ALONE = frozenset([Publication.PUBLISHED.value])


class Conflict(Exception):
    """Somebody else wrote the record after it was read; nothing has been saved."""

    def __init__(self, row: models.Model) -> None:
        super().__init__(f"{row.pk} was changed or removed after it was read.")


class Coded(models.Model):
    """A row whose primary key is its code; ``str()`` gives its name if it has one."""

    class Meta:
        abstract = True

    def __str__(self) -> str:
        name = getattr(self, "name", "") or getattr(self, "title", "")
        if get_language() == "en":
            in_english = getattr(self, "name_en", "") or getattr(self, "title_en", "")
            name = in_english or name
        return name or str(self.pk)

    def save(self, **kwargs: Any) -> None:
        # With its key given, Django would first try to overwrite a row of that code.
        if self._state.adding and not kwargs.get("force_update"):
            kwargs["force_insert"] = True
        names = kwargs.get("update_fields")
        if names is not None:
            kwargs["update_fields"] = derived.with_derived(type(self), names)
        else:
            # Else Django would leave it out where the row was fetched without it.
            for field in derived.fields(type(self)):
                setattr(self, field.name, "")
        super().save(**kwargs)


class Owned(Coded):
    """A row that a record owns: its code is ``<owner code>.<key>``.

    A row without a code gets one on saving from `key`, which reads what the row says;
    a number tells rows that say the same apart.
    """

    code = CodeField(pattern=OWNED_CODE, primary_key=True, blank=True)

    owner: str
    # References that a row is not shown without, where what they lead to is hidden.
    hidden_with: tuple[str, ...] = ()

    class Meta:
        abstract = True

    def save(self, **kwargs: Any) -> None:
        if self.code:
            super().save(**kwargs)
            return
        with transaction.atomic():
            # Else two who add a row of the same key at once would take the same code.
            owner = getattr(self, self.owner)
            owners = type(owner)._base_manager.select_for_update()
            list(owners.filter(pk=owner.pk).values_list("pk"))
            self.code = self.free_code()
            super().save(**kwargs)

    def clean(self) -> None:
        """The code begins with its owner's: the journal finds the row by that."""
        super().clean()
        owner_code = getattr(self, f"{self.owner}_id")
        mine = not self.code or self.code.startswith(f"{owner_code}.")
        if self._state.adding and owner_code and not mine:
            raise ValidationError(_("A row's code begins with that of its record."))

    def key(self) -> str:
        """The last part of the row's code, in lower-case ASCII."""
        raise NotImplementedError

    def free_code(self) -> str:
        owner_code = getattr(self, f"{self.owner}_id")
        first = f"{owner_code}.{self.key()}"
        taken = set(
            type(self)
            ._base_manager.filter(beginning("code", first))
            .values_list("code", flat=True)
        ) | Entry.codes_used(self, first)
        code, number = first, 1
        while code in taken:
            number += 1
            code = f"{first}-{number}"
        return code


def verified_within(on: date, after_days: int | None = None) -> models.Q:
    """Records verified within the period before that day."""
    days = settings.STALE_AFTER_DAYS if after_days is None else after_days
    return models.Q(verified_on__gte=on - timedelta(days=days))


class CodedQuerySet(models.QuerySet):
    """Rows whose derived columns follow ``update()`` too."""

    def update(self, **values: Any) -> int:
        if not derived.touched(self.model, values):
            return super().update(**values)
        with transaction.atomic(using=self.db, savepoint=False):
            # Now, since the rows may not be found by the same filter afterwards.
            keys = list(self.order_by().values_list("pk", flat=True))
            changed = super().update(**values)
            derived.refresh(self.model, keys, self.db)
        return changed


class RecordQuerySet(CodedQuerySet):
    """Records by publication and freshness; ``update()`` counts as an edit of each."""

    def published(self) -> Self:
        return self.filter(publication=Publication.PUBLISHED)

    def standing(self) -> Self:
        """Records that somebody may still change: none that was withdrawn or merged."""
        return self.exclude(publication=Publication.WITHDRAWN)

    def stale(self, on: date, *, after_days: int | None = None) -> Self:
        """Records not verified within the period before that day, or never."""
        return self.exclude(verified_within(on, after_days))

    def update(self, **values: Any) -> int:
        values.setdefault("version", models.F("version") + 1)
        values.setdefault("updated_at", Instant())
        return super().update(**values)


class Record(Coded):
    """A row that analysts edit, publish and verify.

    Saving compares the version that was read with the one in the database and raises
    `Conflict` when another writer came first.
    """

    publication = ChoiceField(
        _("publication"), choices=Publication, default=Publication.DRAFT
    )
    verified_on = models.DateField(
        _("verified on"),
        null=True,
        blank=True,
        help_text=_("The last day on which somebody checked it against its source."),
    )
    created_at = models.DateTimeField(
        _("created"), db_default=Instant(), editable=False
    )
    updated_at = models.DateTimeField(
        pgettext_lazy("instant", "changed"), db_default=Instant(), editable=False
    )
    version = models.PositiveIntegerField(_("version"), db_default=1, editable=False)
    merged_into_id: str | None
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged_from",
        verbose_name=_("merged into"),
    )

    objects = RecordQuerySet.as_manager()

    # Related names of records of their own that are read and edited with this one.
    shown_with: tuple[str, ...] = ()

    class Meta:
        abstract = True

    def save(self, *, claimed: bool = False, **kwargs: Any) -> None:
        """Write the record; ``claimed``: its version was taken in this transaction."""
        if not self._state.adding:
            self.updated_at = timezone.now()
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "updated_at"}
        if self._state.adding or claimed:
            super().save(**kwargs)
            return
        with transaction.atomic():
            self.claim()
            super().save(**kwargs)

    def touch(self) -> None:
        """Say that it changed now, for a change of nothing but rows that it owns.

        After `claim`, which alone changes nothing that anybody sees.
        """
        rows: models.QuerySet[Any] = models.QuerySet(type(self))
        rows.filter(pk=self.pk).update(updated_at=Instant())

    def take_over(self, other: Self) -> None:
        """Keep what the other says besides its rows, when it is merged into this."""

    def claim(self) -> None:
        """Take the next version, the first statement of every write to the record.

        Raises `Conflict` when the version that was read is not the latest.
        """
        # A Django update(), not the queryset's own: the version is set here.
        rows: models.QuerySet[Any] = models.QuerySet(type(self))
        taken = rows.filter(pk=self.pk, version=self.version)
        if not taken.update(version=self.version + 1):
            raise Conflict(self)
        self.version += 1


class CodedRecord(Record):
    """A record with a code of its own: jurisdiction and slug (``640000-ningkedai``)."""

    code = CodeField(pattern=RECORD_CODE, primary_key=True, max_length=80)

    class Meta:
        abstract = True


def visible(model: type[models.Model]) -> models.Q:
    """Rows of the model that whoever asks just now sees: as a rule, those `public`."""
    return models.Q() if drafts.are_seen() else public(model)


def states_seen() -> frozenset[str]:
    """The states in which whoever asks just now sees a record."""
    return ANY_STATE if drafts.are_seen() else PUBLISHED_ALONE


def public(model: type[models.Model]) -> models.Q:
    """Rows of the model that anybody may see: published, and of what is published.

    A row that refers to a record it can't be without is as hidden as that record.
    """
    condition = models.Q()
    if issubclass(model, Record):
        condition &= models.Q(publication=Publication.PUBLISHED)
    for field in model._meta.concrete_fields:
        target = field.related_model
        if not field.null and isinstance(target, type) and issubclass(target, Record):
            condition &= models.Q(**{f"{field.name}__publication": "published"})
    return condition


class OwnedRecord(Owned, Record):
    """A record that belongs to another: ``420100-wuzhengban-2025-67.8.tenor``."""

    class Meta:
        abstract = True
