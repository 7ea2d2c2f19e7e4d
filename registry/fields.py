"""Columns of the registry: text in code-point order, codes, partial dates, amounts.

Those that somebody fills check themselves in the database too, so that raw writes
can't get past it.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Now
from django.db.models.query_utils import DeferredAttribute
from django.utils.encoding import force_str
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from registry import dates, pinyin

RECORD_CODE = r"^[0-9]{6}(-[a-z0-9]+)+$"
REGION_CODE = r"^[0-9]{6}(-[a-z0-9]+)*$"
OWNED_CODE = r"^[0-9]{6}(-[a-z0-9]+)*(\.[a-z0-9][a-z0-9_-]*)+$"
TERM_CODE = r"^[a-z0-9]+([._-][a-z0-9]+)*$"

SIGNIFICANT_DIGITS = 15


class Instant(Now):
    """The database's own clock, on SQLite with six decimals.

    SQLite compares instants as text, so that one written by Python and one written by
    the database must have the same form.
    """

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = "STRFTIME('%%%%Y-%%%%m-%%%%d %%%%H:%%%%M:%%%%f000', 'NOW')"
        return self.as_sql(compiler, connection, template=template, **extra)


class CodePointText(models.CharField):
    """Text that sorts and compares by code point on both databases.

    SQLite does so by itself; PostgreSQL gets the C collation, since others pass over
    hyphens and would put ``310000-a`` outside the range of ``31``.
    """

    def db_parameters(self, connection: Any) -> Any:
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


class NameField(CodePointText):
    """A name or title, at most 200 characters."""

    def __init__(self, verbose_name: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 200)
        super().__init__(verbose_name, **kwargs)


def beginning(column: str, first: str) -> models.Q:
    """Rows whose code in that column begins so: a range, for which an index serves.

    A tilde comes after all that a code can have; ``startswith`` scans on SQLite.
    """
    return models.Q(**{f"{column}__gte": first, f"{column}__lt": f"{first}~"})


class CodeField(CodePointText):
    """The code of a row: its primary key, given once and never reused."""

    def __init__(self, *, pattern: str, **kwargs: Any) -> None:
        self.pattern = pattern
        kwargs.setdefault("verbose_name", _("code"))
        kwargs.setdefault("max_length", 200)
        super().__init__(**kwargs)
        self.validators = [
            *self.validators,
            RegexValidator(
                pattern,
                format_lazy(
                    _("A code is lower-case letters, digits and hyphens: {pattern}"),
                    pattern=pattern,
                ),
            ),
        ]

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "pattern": self.pattern}

    def db_check(self, connection: Any) -> str:
        column = connection.ops.quote_name(self.column)
        if connection.vendor == "postgresql":
            return f"{column} ~ '{self.pattern}'"
        return f"{column} NOT GLOB '*[^a-z0-9._-]*' AND {column} <> ''"


class ChoiceField(CodePointText):
    """One value of a closed list; the database refuses any other."""

    # Choices are part of the column's check, so a migration has to rewrite it, on
    # PostgreSQL with `registry.column_checks`.
    non_db_attrs = tuple(
        name for name in models.CharField.non_db_attrs if name != "choices"
    )

    def __init__(self, verbose_name: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 40)
        super().__init__(verbose_name, **kwargs)

    def contribute_to_class(
        self, cls: Any, name: str, *args: Any, **kwargs: Any
    ) -> Any:
        """Rows get a ``get_…_display`` that looks one label up.

        Django's translates all labels of the list for every row, which took half the
        time of a file of rows.
        """
        shown = f"get_{name}_display"
        if shown not in cls.__dict__:

            def label(row: models.Model) -> Any:
                value = getattr(row, self.attname)
                return force_str(
                    dict(self.flatchoices).get(value, value), strings_only=True
                )

            setattr(cls, shown, label)
        super().contribute_to_class(cls, name, *args, **kwargs)

    def db_check(self, connection: Any) -> str:
        values = [str(value) for value, _label in self.flatchoices]
        if self.blank:
            values = ["", *(value for value in values if value)]
        listed = ", ".join(f"'{value}'" for value in values)
        return f"{connection.ops.quote_name(self.column)} IN ({listed})"


class PartialDateField(CodePointText):
    """A date known to the year, month or day: ``2024``, ``2024-04``, ``2024-04-01``.

    Empty text means not stated. Plain text order sorts; see `registry.dates` for the
    bounds that ranges compare with.
    """

    PATTERN = r"^([0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?)?$"
    # Of that form, but of no calendar; and the years of a 29 February.
    NO_DAY = "^0000|-02-3|-(04|06|09|11)-31"
    LEAP = "([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)"

    def __init__(self, verbose_name: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 10)
        kwargs.setdefault("blank", True)
        super().__init__(verbose_name, **kwargs)

    def clean(self, value: Any, model_instance: Any) -> str:
        if not value:
            return ""
        try:
            return dates.parse(value)
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def db_check(self, connection: Any) -> str:
        column = connection.ops.quote_name(self.column)
        if connection.vendor == "postgresql":
            return (
                f"{column} ~ '{self.PATTERN}' AND {column} !~ '{self.NO_DAY}' AND"
                f" ({column} !~ '-02-29' OR {column} ~ '^{self.LEAP}-02-29')"
            )
        year = "[0-9][0-9][0-9][0-9]"
        months = [f"{year}-{month}" for month in ("0[1-9]", "1[0-2]")]
        days = [
            f"{m}-{day}" for m in months for day in ("0[1-9]", "[12][0-9]", "3[01]")
        ]
        shapes = "".join(
            f" OR {column} GLOB '{shape}'" for shape in (year, *months, *days)
        )
        return (
            f"({column} = ''{shapes}) AND {column} NOT GLOB '0000*'"
            f" AND (length({column}) < 10 OR date({column}, '+0 days') = {column})"
        )

    def formfield(self, **kwargs: Any) -> Any:
        kwargs.setdefault("help_text", _("2024, 2024-04 or 2024-04-01"))
        return super().formfield(**kwargs)


class AmountField(models.DecimalField):
    """An exact value: at most 15 significant digits, six of them after the point.

    SQLite keeps decimals as 64-bit floats, which carry 15 digits, and with any number
    of places, while PostgreSQL rounds to six; a `Decimal` or text of more is refused on
    both, so that a value never depends on where it is kept.
    """

    def __init__(self, verbose_name: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 21)
        kwargs.setdefault("decimal_places", 6)
        super().__init__(verbose_name, **kwargs)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if isinstance(value, Decimal | str):
            exact = self.to_python(value)
            refuse_imprecise(exact)
            self.run_validators(exact.normalize())
        return super().get_db_prep_save(value, connection)

    def clean(self, value: Any, model_instance: Any) -> Any:
        cleaned = super().clean(value, model_instance)
        if cleaned is not None:
            refuse_imprecise(cleaned)
        return cleaned


def refuse_imprecise(value: Decimal) -> None:
    """Raise ValidationError for a value that one of the databases would round."""
    digits = "".join(map(str, value.as_tuple().digits)).strip("0")
    if len(digits) > SIGNIFICANT_DIGITS:
        raise ValidationError(
            _("%(value)s has more than %(most)d significant digits."),
            code="imprecise",
            params={"value": value, "most": SIGNIFICANT_DIGITS},
        )


class Sound(DeferredAttribute):
    """Reads as what the row's names sound like now, whatever was fetched or set."""

    field: "PinyinField"

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        return self if instance is None else self.field.of_row(instance)

    def __set__(self, instance: Any, value: Any) -> None:
        # Django takes a column that is not in here for one that was not fetched.
        instance.__dict__[self.field.attname] = value


class PinyinField(models.TextField):
    """How the row's names in the columns ``of`` are typed: ``ningkedai nkd``.

    Derived: every save, bulk or raw ones too, writes it anew. What passes by the
    instances (raw SQL, a plain ``update()``) is caught up on by `registry.derived`.
    Neither the journal nor fixtures and forms have it.
    """

    descriptor_class = Sound

    def __init__(
        self, verbose_name: Any = None, *, of: Iterable[str], **kwargs: Any
    ) -> None:
        self.of = tuple(of)
        fixed = {"editable": False, "blank": True, "serialize": False, "db_default": ""}
        super().__init__(verbose_name, **{**kwargs, **fixed})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("editable", "blank", "serialize", "db_default"):
            kwargs.pop(fixed)
        return name, path, args, {**kwargs, "of": list(self.of)}

    def sound(self, names: Iterable[str]) -> str:
        """What belongs in the column beside those names."""
        found = " ".join(pinyin.readings(name) for name in names)
        return " ".join(dict.fromkeys(found.split()))

    def of_row(self, row: models.Model) -> str:
        return self.sound(getattr(row, name) for name in self.of)

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        # Not the base's, so that update_or_create() knows of it.
        return self.of_row(model_instance)


def is_derived(field: models.Field) -> bool:
    """Whether the column only repeats what others of its row say."""
    return isinstance(field, models.GeneratedField | PinyinField)
