"""Where the rows of a page were hit by a search, each hit with its passage.

One query for the page: of every searched column those texts of its rows in which a word
stands, as the search itself finds it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import F, Q, TextField, Value
from django.db.models.functions import Cast

from registry.api.records import Record, Records
from registry.api.shown import PASSAGE, Source
from registry.folding import fold
from registry.pinyin import place_of, typed
from registry.search import holding, public, steps, tables
from registry.search_paths import pinyin_of

# What `Source` shows a passage by.
PASSAGE_COLUMNS = (
    "code",
    "document_id",
    "locator",
    "document__url",
    "publication",
    "document__publication",
)
# What is shown of a long text on either side of a hit.
AROUND = 30

MATCH = {
    "type": "array",
    "description": "For each word of search: where it stands.",
    "items": {
        "type": "object",
        "properties": {
            "word": {"type": "string"},
            "field": {"type": "string", "example": "roles.agency"},
            "text": {"type": "string"},
            "start": {"type": "integer", "minimum": 0},
            "length": {"type": "integer", "minimum": 1},
            "passage": PASSAGE,
        },
        "required": ["word", "field", "text", "start", "length", "passage"],
        "additionalProperties": False,
    },
}


@dataclass(frozen=True)
class Stretch:
    """A text of a row that holds a word of the search: which column's, from where."""

    path: int
    text: str
    passage: dict[str, str] | None


def matches(
    record: type[Record], keys: list[str], words: list[str], paths: list[str]
) -> dict[str, list[dict[str, Any]]]:
    """Key → for each word that the row was found by, its best hit.

    The first of the paths counts most; what is written counts more than what only
    sounds so, and that more than a code. ``start`` and ``length`` count characters of
    ``text``.
    """
    model = record.Meta.model
    held: dict[str, list[Stretch]] = defaultdict(list)
    for key, stretch in _stretches(model, keys, words, paths):
        held[key].append(stretch)
    fields = [field_of(record, path) for path in paths]
    return {
        key: [
            {"word": word, "field": fields[found[0].path]} | _shown(*found)
            for word in words
            if (found := _best(held[key], word, paths))
        ]
        for key in keys
    }


def field_of(record: type[Record], path: str) -> str:
    """What the API calls the column: ``citations.as_written``, ``roles.agency``.

    A reference is shown as a whole, so that what lies beyond it bears its name.
    """
    model = record.Meta.model
    nested = {
        field.child.Meta.model: name
        for name, field in record.declared().items()
        if isinstance(field, Records)
    }
    named = []
    for prefix, field, related in steps(model, path):
        name = prefix.rpartition("__")[2]
        named.append(nested.get(related, name) if field.one_to_many else name)
        if not field.one_to_many:
            return ".".join(named)
    return ".".join([*named, path.rpartition("__")[2]])


def tables_read(model: type[models.Model], paths: list[str]) -> set[type[models.Model]]:
    """Every model that a search reads: along the paths, and for its matches."""
    found = tables(model, paths)
    for path in paths:
        if source := _source(model, path):
            found |= tables(model, [f"{source}__document__url"])
    return found


def _stretches(
    model: type[models.Model], keys: list[str], words: list[str], paths: list[str]
) -> Iterator[tuple[str, Stretch]]:
    parts = [
        _part(model, keys, words, path, number) for number, path in enumerate(paths)
    ]
    if not keys:
        return
    for key, path, text, *source in parts[0].union(*parts[1:], all=True):
        yield key, Stretch(path, text, Source.show(*source) if source[0] else None)


def _part(
    model: type[models.Model],
    keys: list[str],
    words: list[str],
    path: str,
    number: int,
) -> models.QuerySet:
    """(key, number of the path, text, its passage) of what stands at one path."""
    condition, last = Q(pk__in=keys), model
    for prefix, _field, related in steps(model, path):
        condition &= _below(prefix, public(related))
        last = related
    held = Q()
    for word in words:
        held |= holding(word)(path, pinyin_of(last, path.rpartition("__")[2]))
    told: dict[str, Any] = {
        "hit_key": F("pk"),
        "hit_path": Value(number),
        "hit_text": Cast(path, TextField()),
    }
    source = _source(model, path)
    for name in PASSAGE_COLUMNS:
        column = f"{source}__{name}"
        blank = Value("", output_field=TextField())
        told[f"hit_{name}"] = Cast(column, TextField()) if source else blank
    rows = model._base_manager.filter(condition & held)
    return rows.order_by().annotate(**told).values_list(*told)


def _source(model: type[models.Model], path: str) -> str:
    """The path to the passage that the text was read from, if there is one."""
    found = "passage" if _read_from_passage(model) else ""
    for prefix, field, related in steps(model, path):
        if field.name == "passage":
            found = prefix
        elif _read_from_passage(related) and _passages(related) is not model:
            found = f"{prefix}__passage"
    return found


def _read_from_passage(model: type[models.Model]) -> bool:
    return any(field.name == "passage" for field in model._meta.concrete_fields)


def _passages(model: type[models.Model]) -> Any:
    return model._meta.get_field("passage").related_model


def _below(prefix: str, condition: Q) -> Q:
    """The condition, on the rows that the prefix leads to."""
    # Conditions, or pairs of lookup and value.
    parts: Any = condition.children
    children = [
        _below(prefix, part)
        if isinstance(part, Q)
        else (f"{prefix}__{part[0]}", part[1])
        for part in parts
    ]
    return Q(*children, _connector=condition.connector, _negated=condition.negated)


def _best(
    stretches: Iterable[Stretch], word: str, paths: list[str]
) -> tuple[Stretch, int, int] | None:
    """The stretch that tells most of the word, and the word's place in it."""
    folded, sound = fold(word), typed(word)
    found = []
    for stretch in stretches:
        start = fold(stretch.text).find(folded)
        if start >= 0:
            doubt = 2 if paths[stretch.path] == "code" else 0
            found.append((doubt, stretch, start, len(word)))
        elif sound and (heard := place_of(stretch.text, sound)):
            found.append((1, stretch, *heard))
    if not found:
        return None
    _doubt, stretch, start, length = min(
        found, key=lambda one: (one[0], one[1].path, len(one[1].text), one[1].text)
    )
    return stretch, start, length


def _shown(stretch: Stretch, start: int, length: int) -> dict[str, Any]:
    """The hit with the text around it, and where it stands in that."""
    text = stretch.text
    first, end = max(0, start - AROUND), start + length + AROUND
    before = "…" if first else ""
    after = "…" if end < len(text) else ""
    return {
        "text": f"{before}{text[first:end]}{after}",
        "start": start - first + len(before),
        "length": length,
        "passage": stretch.passage,
    }
