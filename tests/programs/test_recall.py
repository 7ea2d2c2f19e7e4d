"""Search is complete: what the database's own LIKE finds, it finds.

The texts are all that the shipped registry has in its searched columns, and 20,000 made
of its words; the words, every one or two characters that stand side by side in them.
For each text and each word that stands in it, in whatever case, the database itself
compares LIKE (ILIKE on PostgreSQL) with the operator and pattern that search uses. A
scan of all texts for some of the words shows that LIKE finds nothing in others.
"""

import random
import re
from collections import defaultdict

import pytest
from django.db import connection
from django.db.models import Q, Value

from programs.api.urls import router
from registry.folding import Holds
from registry.search import matching

pytestmark = pytest.mark.django_db
MANY = 20_000
# Beside Chinese words: case, width, digits, and signs that mean something in patterns.
OTHERS = (
    "QFLP aic AIC Ａ款 ２００万元 200万元 0.2‰ 50% 100_000 C:\\temp [2025] 〔2025〕"
    " café naïve ŁÓDŹ 𠮷野家"
    " ﬁrst a-b ^x$ (a|b)* {1} \"'; -- É ς Σ ǅ ǆ Ⅷ ⅷ ㎡ ⼀ 豈".split()
)
# No branches ship.
RESOURCES = [
    pytest.param(view, id=name)
    for name, view, _base in router.registry
    if name != "branches"
]


def texts_of(view):
    """All that stands in the searched columns of the resource's rows."""
    rows, paths = view.queryset.order_by(), view.searched
    columns = [rows.values_list(path, flat=True) for path in paths if path != "code"]
    return {text for column in columns for text in column if text}


def chance_of(number):
    """The same chance on every run."""
    return random.Random(number)  # noqa: S311  # no secret


def made(shipped, number):
    """Texts of some words each, drawn from the shipped ones and the others."""
    chance = chance_of(1)
    words = sorted({w for text in shipped for w in re.findall(r"[一-鿿]{2,4}", text)})
    words = chance.sample(words, 400)
    found = set()
    while len(found) < number:
        one, *others = chance.choices(words, k=3)
        found.add(f"{one} {chance.choice(OTHERS)} {''.join(others)}")
    return found


def words_in(text):
    """Every one and two characters of the text that a search can be for."""
    return {
        part[n : n + size]
        for part in text.split()
        for size in (1, 2)
        for n in range(len(part) + 1 - size)
    }


def like():
    operator = "ILIKE" if connection.vendor == "postgresql" else "LIKE"
    return rf"texts.text {operator} words.literal ESCAPE '\'"


def found_by_search():
    """The condition of `Holds`, with the pattern in a column."""
    if connection.vendor == "sqlite":
        return "texts.text GLOB words.pattern"
    return (
        "CASE words.operator WHEN 'LIKE' THEN texts.text LIKE words.pattern"
        " ELSE texts.text ~ words.pattern END"
    )


def fill(cursor, table, columns, rows):
    cursor.execute(f"CREATE TEMPORARY TABLE {table} ({columns})")
    if connection.vendor == "postgresql":
        with cursor.copy(f"COPY {table} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(f"ANALYZE {table}")
    else:
        marks = ", ".join("?" for _column in columns.split(","))
        cursor.connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


@pytest.fixture
def asked(shipped):
    """A cursor with the temporary tables ``texts``, ``words`` and ``pairs``."""
    views = [view for _name, view, _base in router.registry]
    shipped_texts = {text for view in views for text in texts_of(view)}
    texts = sorted(shipped_texts | made(sorted(shipped_texts), MANY))
    standing = defaultdict(set)
    spelt = defaultdict(set)
    for number, text in enumerate(texts):
        for word in words_in(text):
            standing[word.lower()].add(number)
            spelt[word.lower()].add(word)
    words, pairs = [], []
    for lower, numbers in standing.items():
        for word in spelt[lower]:
            operator, pattern = Holds(Value(""), word).pattern(connection.vendor)
            literal = "%" + re.sub(r"([\\%_])", r"\\\1", word) + "%"
            pairs += [(len(words), number) for number in numbers]
            words.append((len(words), word, literal, operator, pattern))
    with connection.cursor() as cursor:
        columns = "id integer PRIMARY KEY, text text"
        fill(cursor, "texts", columns, enumerate(texts))
        columns = (
            "id integer PRIMARY KEY, word text, literal text, operator text,"
            " pattern text"
        )
        fill(cursor, "words", columns, words)
        fill(cursor, "pairs", "w integer, t integer", pairs)
        yield cursor


def test_every_word_of_two_characters_and_every_character_is_found(asked):
    joined = "pairs JOIN words ON words.id = w JOIN texts ON texts.id = t"
    asked.execute(
        f"SELECT count(*), count(CASE WHEN NOT {found_by_search()} THEN 1 END),"
        f" count(DISTINCT w) FROM {joined} WHERE {like()}"
    )
    stand, missed, words = asked.fetchone()
    assert (stand > 400_000, words > 10_000, missed) == (True, True, 0)
    asked.execute("SELECT word FROM words ORDER BY id")
    every = [word for (word,) in asked.fetchall()]
    scanned = tuple(chance_of(2).sample(range(len(every)), 40))
    asked.execute(
        f"SELECT count(*) FROM words JOIN texts ON {like()} WHERE words.id IN {scanned}"
    )
    (everywhere,) = asked.fetchone()
    asked.execute(
        f"SELECT count(*) FROM {joined} WHERE {like()} AND words.id IN {scanned}"
    )
    assert asked.fetchone() == (everywhere,)


@pytest.mark.parametrize("view", RESOURCES)
def test_a_resource_finds_what_stands_in_any_of_its_columns(shipped, view):
    chance = chance_of(3)
    texts = chance.choices(sorted(texts_of(view)), k=6)
    for word in [chance.choice(sorted(words_in(text))) for text in texts]:
        scanned = Q()
        for path in view.searched:
            scanned |= Q(**{f"{path}__icontains": word})
        rows = view.queryset.order_by()
        found = set(matching(rows, [word], view.searched).values_list("pk", flat=True))
        assert set(rows.filter(scanned).values_list("pk", flat=True)) <= found
        assert found
