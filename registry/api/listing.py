"""What a list can be asked, in the order in which the schema tells it."""

from functools import cache
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from registry.api import formats, grouping, moments, searching
from registry.api.access import drafts
from registry.api.parameters import NAMES, Parameter
from registry.api.records import Record
from registry.api.schema import paging

# What has no effect on groups of rows.
UNGROUPED = ("ordering", "fields", "include")


def parameters(
    resource: Any, *, form: str = "", grouped: bool = False
) -> list[Parameter]:
    """In one format, or without one all that it understands in any."""
    return _told(resource, form, grouped, get_language())


def of_details(record: type[Record]) -> list[Parameter]:
    """What one record can be asked."""
    fields = _fields(list(record.declared()))
    return [fields, moments.as_of(), *drafts.parameters_of(record)]


@cache
def _told(
    resource: Any, form: str, grouped: bool, _language: str | None
) -> list[Parameter]:
    record, told = resource.serializer_class, [*resource.filters.parameters()]
    names = list(record.declared())
    if resource.searched:
        told.append(searching.parameter())
        names += [searching.MATCH] * (form == formats.JSON)
    told += [_ordering(resource), _fields(names), formats.parameter()]
    if nested := record.nested():
        told.append(_include(nested))
    told += grouping.told(resource.filters, resource.values)
    told += [moments.as_of(), *drafts.parameters_of(record)]
    if form in ("", "csv"):
        told.append(formats.bom())
    if form in ("", formats.JSON) and not grouped:
        told += paging()
    unmeant = UNGROUPED if grouped else ()
    return [parameter for parameter in told if parameter.name not in unmeant]


def _fields(names: list[str]) -> Parameter:
    schema = {**NAMES, "items": {"enum": names}}
    example = ",".join(names[:2])
    return Parameter("fields", str(_("Only these fields.")), schema, example)


def _ordering(resource: Any) -> Parameter:
    text = _("The code decides among equals; what is not stated comes last.")
    schema = {"type": "string", "enum": orderings(resource)}
    return Parameter("ordering", str(text), schema, f"-{resource.orderings[-1]}")


def orderings(resource: Any) -> list[str]:
    """Every ordering of the list, that of a search among them."""
    signed = [sign + name for name in resource.orderings for sign in ("", "-")]
    return signed + [searching.RELEVANCE] * bool(resource.searched)


def _include(nested: list[str]) -> Parameter:
    text = str(_("What to give with each row besides."))
    schema = {**NAMES, "items": {"enum": nested}}
    return Parameter("include", text, schema, nested[0])
