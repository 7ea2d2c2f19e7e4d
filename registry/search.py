"""Search: complete, in any script, over the columns that a model names.

A word is found wherever it stands, whatever the case, width and accents that it and the
column are written in. Names are found by how they sound, too (``nkd`` and ``ningkedai``
find 宁科贷), wherever a searched column has a `PinyinField` beside it. A path leads
over any number of tables (``roles__agency__aliases__name``); rows of them that don't
count are no reason to find anything.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Case, IntegerField, Model, Q, QuerySet, TextField, When
from django.utils.translation import gettext as _

from registry import drafts
from registry.folding import fold
from registry.models import Publication, visible
from registry.pinyin import readings, typed
from registry.search_paths import Among, Test, anywhere, pinyin_of, somewhere

MOST_WORDS = 10
# SQLite takes patterns of 50,000 bytes; a character has up to 300 bytes of forms.
LONGEST_WORD = 160


class Unsearchable(ValueError):
    """A text can't be searched for; says why."""


def words_of(text: str) -> list[str]:
    """The different words of the text; raises `Unsearchable` for too many or long."""
    if "\x00" in text:
        raise Unsearchable(_("A search can't hold a NUL character."))
    words = list({fold(word): word for word in reversed(text.split())}.values())
    if len(words) > MOST_WORDS:
        raise Unsearchable(_("At most %d words at once.") % MOST_WORDS)
    if any(len(word) > LONGEST_WORD for word in words):
        raise Unsearchable(
            _("A word of a search has at most %d characters.") % LONGEST_WORD
        )
    return words[::-1]


def everything(model: type[Model]) -> Q:
    """No condition: for those who may see drafts."""
    return Q()


def public(model: type[Model]) -> Q:
    """Rows that whoever asks just now sees, and none that names what is hidden."""
    condition = visible(model)
    for name in () if drafts.are_seen() else getattr(model, "hidden_with", ()):
        published = Q(**{f"{name}__publication": Publication.PUBLISHED})
        condition &= published | Q(**{f"{name}__isnull": True})
    return condition


def matching(
    queryset: QuerySet, words: Iterable[str], paths: list[str], *, among: Among = public
) -> QuerySet:
    """Rows in which every word stands in one of the columns.

    A path to another table (``citations__as_written``, ``program__name``) asks whether
    a row of it, ``among`` those that count, has the word, without joining it.
    """
    for word in words:
        queryset = queryset.filter(
            somewhere(queryset.model, paths, holding(word), among)
        )
    return queryset


def relevance(
    model: type[Model], text: str, paths: list[str], *, among: Among = public
) -> Case:
    """How well a row is meant: 0 called so, 1 begins so, 2 in a name, 3 elsewhere.

    By the whole text, or by the one of its words that fits best.
    """
    words = words_of(text)
    whole = " ".join(words)
    tried = [whole, *words] if len(whole) <= LONGEST_WORD else words
    names = names_among(model, paths)
    # A code is made of the name's pinyin, in which anything may stand by chance.
    worded = [name for name in names if name != "code"]

    def some(test: Callable[[str], Test], columns: list[str]) -> Q:
        condition = Q()
        for word in dict.fromkeys(tried):
            condition |= anywhere(model, columns, test(word), among)
        return condition

    return Case(
        When(some(lambda word: _being(word, typed(word)), names), then=0),
        When(some(_beginning, names), then=1),
        When(some(_written, worded), then=2),
        default=3,
        output_field=IntegerField(),
    )


def names_among(model: type[Model], paths: list[str]) -> list[str]:
    """Those of the paths that lead to what a row is called: its own and its aliases."""
    found = []
    for path in paths:
        relation, _sep, column = path.partition("__")
        field: Any = model._meta.get_field(relation)
        aliases = field.one_to_many and pinyin_of(field.related_model, column)
        own = not column and not isinstance(field, TextField)
        if own or aliases:
            found.append(path)
    return found


def best_first(
    queryset: QuerySet, text: str, paths: list[str], *, among: Among = public
) -> QuerySet:
    """The rows with those first that are called so, then those that begin so."""
    rank = relevance(queryset.model, text, paths, among=among)
    order = queryset.query.order_by or queryset.model._meta.ordering
    return queryset.order_by(rank, *order)


def tables(model: type[Model], paths: list[str]) -> set[type[Model]]:
    """Every model whose rows a search along those paths reads."""
    found: set[type[Model]] = set()
    for path in paths:
        for _prefix, field, related in steps(model, path):
            found.add(related)
            if field.many_to_many:
                found.add(field.remote_field.through)
    return found | {model}


def steps(model: type[Model], path: str) -> list[tuple[str, Any, type[Model]]]:
    """Along a path, but for its column: (the path so far, relation, table there)."""
    found = []
    *relations, _column = path.split("__")
    for number, name in enumerate(relations, start=1):
        field = model._meta.get_field(name)
        model = field.related_model  # type: ignore[assignment]  # never a string by now
        found.append(("__".join(relations[:number]), field, model))
    return found


def holding(word: str) -> Test:
    """Columns in which the word stands, or that sound so."""
    return Test(
        word,
        lambda path: Q(**{f"{path}__holds": word}),
        typed(word),
        lambda pinyin: Q(**{f"{pinyin}__contains": typed(word)}),
    )


def alike(
    queryset: QuerySet, name: str, paths: list[str], *, among: Among = public
) -> QuerySet:
    """Rows with a name that sounds like it; the same name in other signs among them."""
    sound, _sep, _others = readings(name).partition(" ")
    test = _being(name, sound)
    return queryset.filter(somewhere(queryset.model, paths, test, among))


def _written(word: str) -> Test:
    return Test(word, lambda path: Q(**{f"{path}__holds": word}))


def _being(text: str, sound: str) -> Test:
    def sounding(pinyin: str) -> Q:
        return (
            Q(**{pinyin: sound})
            | Q(**{f"{pinyin}__startswith": f"{sound} "})
            | Q(**{f"{pinyin}__contains": f" {sound} "})
            | Q(**{f"{pinyin}__endswith": f" {sound}"})
        )

    return Test(text, lambda path: Q(**{f"{path}__is": text}), sound, sounding)


def _beginning(text: str) -> Test:
    sound = typed(text)
    return Test(
        text,
        lambda path: Q(**{f"{path}__begins": text}),
        sound,
        lambda pinyin: (
            Q(**{f"{pinyin}__startswith": sound})
            | Q(**{f"{pinyin}__contains": f" {sound}"})
        ),
    )
