"""``search=`` on lists: which rows, the best first, and where each was hit."""

from typing import Any

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.api.matches import matches
from registry.api.parameters import Parameter
from registry.api.problems import Refused
from registry.api.records import Record
from registry.search import Unsearchable, matching, relevance, words_of

# An ordering and a field of rows, both only beside search.
RELEVANCE, MATCH = "relevance", "match"


def parameter() -> Parameter:
    """The parameter of every list that can be searched."""
    text = _(
        "Every word stands in a name, an alias, a summary, or the name of something"
        " that belongs to it, such as an agency or a passage; names are found by pinyin"
        " and initials too. What is called so comes first, then what begins so; “match”"
        " says where each word stands."
    )
    return Parameter("search", str(text), {"type": "string"}, "科技贷")


def words(asked: dict[str, str], name: str = "search") -> list[str]:
    """The words to search for; raises `Refused` for more or longer than it takes."""
    try:
        return words_of(asked[name])
    except Unsearchable as error:
        raise Refused(str(error), parameter=name) from error


def found(
    queryset: models.QuerySet, asked: dict[str, str], paths: list[str]
) -> models.QuerySet:
    """The rows that the search leaves, each with its ``relevance``."""
    if "search" not in asked:
        return queryset
    rows = matching(queryset, words(asked), paths)
    rank = relevance(queryset.model, asked["search"], paths)
    return rows.annotate(**{RELEVANCE: rank})


def ordering(asked: dict[str, str], default: str) -> str:
    """What to order by; raises `Refused` for relevance to nothing."""
    if "search" in asked:
        return asked.get("ordering", RELEVANCE)
    if asked.get("ordering") == RELEVANCE:
        detail = gettext("“ordering=relevance” has no effect without “search”.")
        raise Refused(detail, parameter="ordering")
    return asked.get("ordering", default)


def fields(asked: dict[str, str]) -> list[str]:
    """What ``fields`` may name besides, in pages of a search."""
    pages = asked.get("format", "json") == "json"
    return [MATCH] * ("search" in asked and pages)


def with_matches(
    rows: list[dict[str, Any]],
    keys: list[str],
    asked: dict[str, str],
    record: type[Record],
    paths: list[str],
) -> list[dict[str, Any]]:
    """The page's rows; of a search each with ``match``, if ``fields`` has it."""
    if "search" not in asked or MATCH not in asked.get("fields", MATCH).split(","):
        return rows
    hits = matches(record, keys, words(asked), paths)
    return [row | {MATCH: hits[key]} for key, row in zip(keys, rows, strict=True)]
