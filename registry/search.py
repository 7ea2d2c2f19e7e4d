"""Search by substring: complete, in any script, over the columns that a model names.

Names are found by how they sound, too (``nkd`` and ``ningkedai`` find 宁科贷), wherever
a searched column has a `PinyinField` beside it.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Case, Exists, Model, OuterRef, Q, QuerySet, When

from registry.fields import PinyinField
from registry.models import visible
from registry.pinyin import readings, typed

MOST_WORDS = 10

# What a column's path must satisfy, by its name.
Test = Callable[[str, PinyinField | None], Q]


def everything(model: type[Model]) -> Q:
    """No condition: for those who may see drafts."""
    return Q()


def matching(
    queryset: QuerySet,
    words: Iterable[str],
    paths: list[str],
    *,
    among: Callable[[type[Model]], Q] = visible,
) -> QuerySet:
    """Rows in which every word stands in one of the columns.

    A path to another table (``citations__as_written``, ``program__name``) asks whether
    a row of it, ``among`` those that count, has the word, without joining it.
    """
    for word in dict.fromkeys(words):
        found = _somewhere(queryset.model, paths, _holding(word), among)
        queryset = queryset.filter(found)
    return queryset


def best_first(
    queryset: QuerySet,
    text: str,
    paths: list[str],
    *,
    among: Callable[[type[Model]], Q] = visible,
) -> QuerySet:
    """The rows with those first that are called so, then those that begin so."""
    called = _somewhere(queryset.model, paths, _being(text, typed(text)), among)
    begins = _somewhere(queryset.model, paths, _beginning(text), among)
    rank = Case(When(called, then=0), When(begins, then=1), default=2)
    order = queryset.query.order_by or queryset.model._meta.ordering
    return queryset.order_by(rank, *order)


def _holding(word: str) -> Test:
    sound = typed(word)

    def test(path: str, pinyin: PinyinField | None) -> Q:
        found = Q(**{f"{path}__icontains": word})
        if pinyin and sound:
            found |= Q(**{f"{pinyin.name}__contains": sound})
        return found

    return test


def alike(
    queryset: QuerySet,
    name: str,
    paths: list[str],
    *,
    among: Callable[[type[Model]], Q] = visible,
) -> QuerySet:
    """Rows with a name that sounds like it; the same name in other signs among them."""
    sound, _sep, _others = readings(name).partition(" ")
    test = _being(name, sound)
    return queryset.filter(_somewhere(queryset.model, paths, test, among))


def _being(text: str, sound: str) -> Test:
    def test(path: str, pinyin: PinyinField | None) -> Q:
        found = Q(**{f"{path}__iexact": text})
        if pinyin and sound:
            found |= Q(**{pinyin.name: sound}) | Q(
                **{f"{pinyin.name}__startswith": f"{sound} "}
            )
            found |= Q(**{f"{pinyin.name}__contains": f" {sound} "})
            found |= Q(**{f"{pinyin.name}__endswith": f" {sound}"})
        return found

    return test


def _beginning(text: str) -> Test:
    sound = typed(text)

    def test(path: str, pinyin: PinyinField | None) -> Q:
        found = Q(**{f"{path}__istartswith": text})
        if pinyin and sound:
            found |= Q(**{f"{pinyin.name}__startswith": sound})
            found |= Q(**{f"{pinyin.name}__contains": f" {sound}"})
        return found

    return test


def _somewhere(
    model: type[Model],
    paths: list[str],
    test: Test,
    among: Callable[[type[Model]], Q],
) -> Q:
    """Rows of which one of the columns satisfies the test."""
    condition = Q()
    for path in paths:
        relation, _sep, column = path.partition("__")
        field: Any = model._meta.get_field(relation)
        if not column:
            condition |= test(path, _pinyin_of(model, path))
            continue
        related = field.related_model
        # Where this table points to the other, its column holds the other's key.
        to = {"pk": OuterRef(relation)}
        if not field.concrete:
            to = {field.field.name: OuterRef("pk")}
        rows = related._base_manager.filter(
            among(related), test(column, _pinyin_of(related, column)), **to
        )
        condition |= Q(Exists(rows))
    return condition


def _pinyin_of(model: type[Model], column: str) -> PinyinField | None:
    """The column of the same table that says how the named one sounds."""
    for field in model._meta.concrete_fields:
        if isinstance(field, PinyinField) and column in field.of:
            return field
    return None
