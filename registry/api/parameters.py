"""The parameters of a route: one table that checks, hints and documents.

Nothing is passed over: what is not in the table, has no value, is given twice or can't
be understood is refused by name, with what is allowed.
"""

from collections.abc import Callable, Iterable
from copy import copy, deepcopy
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import django_filters
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.request import Request

from registry.api.dimensions import Dimension, by_filter
from registry.api.filters import Coded, Modifier, Unreadable
from registry.api.problems import Refused
from registry.models import visible

LONGEST_VALUE = 6000
# The schema of a comma list.
NAMES = {"type": "array", "items": {"type": "string"}}


@dataclass(frozen=True)
class Parameter:
    """A parameter that a route understands, as the schema tells it.

    The example is a value that answers on the shipped data, where it has an effect only
    beside another parameter together with ``beside``, ``name=value`` of that one.
    """

    name: str
    description: str
    schema: dict[str, Any]
    example: str = ""
    beside: str = ""


class Filters(django_filters.FilterSet):
    """The filters of a resource; every one has ``schema()`` and a label.

    Of the rows they filter those that whoever asks sees, and know no values but theirs.
    Only those that are asked for are set up, of the dozens that a resource can have.
    """

    def __init__(self, data: dict[str, str], rows: Any) -> None:
        self.data, self._rows = data, rows
        self.filters = {name: copy(self.base_filters[name]) for name in data}
        for filter_ in self.filters.values():
            filter_.parent = self

    @cached_property
    def queryset(self) -> Any:
        """What is filtered; put together only where no query of it is kept."""
        return self._rows.filter(visible(self._rows.model))

    @classmethod
    def parameters(cls) -> list[Parameter]:
        return [
            Parameter(
                name,
                str(filter_.label),
                filter_.schema(),
                filter_.example,
                cls._beside(filter_),
            )
            for name, filter_ in cls.base_filters.items()
        ]

    @classmethod
    def _beside(cls, filter_: Any) -> str:
        """What a filter that only modifies others needs with it."""
        if not isinstance(filter_, Modifier):
            return ""
        other = min(filter_.of)
        return f"{other}={cls.base_filters[other].example}"

    @classmethod
    def dimensions(cls) -> list[Dimension]:
        """What ``group_by`` can part the rows by: every plain filter, and years."""
        return [
            dimension
            for name, filter_ in cls.base_filters.items()
            if (dimension := by_filter(name, filter_)) is not None
        ]

    @classmethod
    def get_filters(cls) -> dict[str, Any]:
        """The declared filters, and ``<name>__not`` for each that takes codes."""
        filters = {}
        for name, filter_ in super().get_filters().items():
            if name.endswith("__not"):
                # A base's, of a filter that may be another one here.
                continue
            filters[name] = filter_
            if isinstance(filter_, Coded) and not isinstance(filter_, Modifier):
                filters[f"{name}__not"] = all_but = deepcopy(filter_)
                all_but.exclude = True
                all_but.label = format_lazy(
                    "{} {}", filter_.label, gettext_lazy("All but these.")
                )
        return filters

    def check(self) -> None:
        """Read the values; raises `Refused` for one that can't be read.

        A range in which nothing can lie is refused, and what modifies no parameter.
        """
        self.cleaned = {name: self._clean(name) for name in self.data}
        for name in self.cleaned:
            self._check_effect(name)

    def apply(self) -> Any:
        """The filtered queryset; raises as `check` does."""
        self.check()
        (whole,) = self._filtered(
            lambda filter_, rows, value: [filter_.filter(rows, value)]
        )
        return whole

    def parts(self) -> list[Any]:
        """The same rows, once checked, as querysets that have none in common.

        Where a filter means “this or that”, each of the two may have its index. They
        follow from the values and from whether drafts are seen, never from the day or
        from what the registry holds: `Parts` keeps their queries.
        """
        return self._filtered(lambda filter_, rows, value: filter_.parts(rows, value))

    def _filtered(self, filtered: Callable[[Any, Any, Any], list[Any]]) -> list[Any]:
        found = [self.queryset]
        for name, value in self.cleaned.items():
            found = [
                part
                for rows in found
                for part in filtered(self.filters[name], rows, value)
            ]
        return found

    def _check_effect(self, name: str) -> None:
        filter_ = self.filters[name]
        if isinstance(filter_, Modifier) and not filter_.of & self.data.keys():
            others = _(" or ").join(f"“{other}”" for other in sorted(filter_.of))
            raise Refused(
                _("“%(parameter)s” has no effect without %(others)s.")
                % {"parameter": name, "others": others},
                parameter=name,
            )
        column, _sep, lookup = name.rpartition("__")
        for other in ("lte", "lt") if lookup in ("gte", "gt") else ():
            high = self.cleaned.get(f"{column}__{other}")
            if high is None:
                continue
            strict = lookup == "gt" or other == "lt"
            if filter_.is_beyond(self.cleaned[name], high, strict=strict):
                raise Refused(
                    _("Nothing lies between “%(low)s” and “%(high)s”.")
                    % {"low": self.data[name], "high": self.data[f"{column}__{other}"]},
                    parameter=name,
                )

    def _clean(self, name: str) -> Any:
        try:
            return self.filters[name].field.clean(self.data[name])
        except Unreadable as error:
            raise Refused(
                str(error), parameter=name, allowed=error.allowed, given=error.given
            ) from error


def also(more: dict[str, django_filters.Filter]) -> Callable[[type], type]:
    """Class decorator: a set of filters with these, made by a function, as well."""

    def add(filters: Any) -> Any:
        filters.base_filters = filters.base_filters | more
        filters.declared_filters = filters.base_filters
        return filters

    return add


def check(
    request: Request,
    allowed: list[Parameter],
    *,
    without_effect: Iterable[Parameter] = (),
) -> dict[str, str]:
    """The request's parameters by name, each known, given once and not empty.

    ``without_effect``: those of the route that may have none beside the others.
    """
    names = {parameter.name for parameter in allowed}
    elsewhere = {parameter.name for parameter in without_effect} - names
    asked = {}
    for name, values in request.query_params.lists():
        if name in elsewhere:
            detail = _("“%s” has no effect on what is asked here.") % name
            raise Refused(detail, parameter=name, allowed=names)
        if name not in names:
            detail = _("There is no parameter “%s” on this route.") % name[:100]
            raise Refused(detail, parameter=name[:100], allowed=names, given=name)
        if len(values) > 1:
            raise Refused(
                _("“%s” is given more than once. Several values go into one, by comma.")
                % name,
                parameter=name,
            )
        asked[name] = values[0]
        _check_text(name, values[0])
    return asked


def _check_text(name: str, value: str) -> None:
    if not value.strip():
        raise Refused(_("“%s” is empty.") % name, parameter=name)
    if "\x00" in value:
        raise Refused(_("“%s” holds a NUL character.") % name, parameter=name)
    if len(value) > LONGEST_VALUE:
        raise Refused(
            _("“%(name)s” is longer than %(most)d characters.")
            % {"name": name, "most": LONGEST_VALUE},
            parameter=name,
        )


def listed(value: str, *, parameter: str, allowed: list[str]) -> list[str]:
    """A comma list of names, every one of them allowed."""
    names = value.split(",")
    for name in names:
        if name not in allowed:
            raise Refused(
                _("“%(name)s” is no value of %(parameter)s.")
                % {"name": name, "parameter": parameter},
                parameter=parameter,
                allowed=allowed,
                given=name,
            )
    if len(set(names)) < len(names):
        detail = _("“%s” names something twice.") % parameter
        raise Refused(detail, parameter=parameter)
    return names


def one_of(value: str, *, parameter: str, allowed: list[str]) -> str:
    """A single value from a list."""
    if value not in allowed:
        listed(value, parameter=parameter, allowed=allowed)
        raise Refused(
            _("“%s” takes one value.") % parameter, parameter=parameter, allowed=allowed
        )
    return value


def whole(text: str, *, parameter: str, most: int) -> int:
    """A whole number from 1 on."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    if not 1 <= number <= most:
        raise Refused(
            _("%(parameter)s takes a whole number from 1 to %(most)d.")
            % {"parameter": parameter, "most": most},
            parameter=parameter,
        )
    return number
