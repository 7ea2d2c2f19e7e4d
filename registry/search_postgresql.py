"""The index of search on PostgreSQL: GIN over the grams of each searched row.

The database keeps an index of an expression itself, whoever writes and however; nothing
is stored beside it. The expression costs some 40 µs a hundred
characters, so a plan that works it out
for many rows is slow: over frequent grams the bitmap would outgrow ``work_mem`` and do
so for every row of a page. Hence ``search_is_rare``, by which a query chooses between
the index and the scan while it runs.
"""

from collections.abc import Iterable, Sequence

from registry.grams import COMMON, unfolded

# What stands in so much of a table is found by scanning it.
FREQUENT = 0.05

INDEXES = """
    SELECT c.relname, obj_description(c.oid, 'pg_class')
    FROM pg_class AS c JOIN pg_index AS i ON i.indexrelid = c.oid
    WHERE i.indisvalid AND c.relname LIKE '%\\_\\_search'
      AND c.relnamespace = current_schema()::regnamespace
"""


def of(columns: Sequence[str]) -> str:
    """The expression of the grams of those columns of a row."""
    return f"""search_grams({" || ' ' || ".join(columns)})"""


def functions() -> str:
    """The functions that cut a text into grams, and that know which are frequent.

    As `registry.grams` does: each sign that folds is put for what it folds to. Most
    texts have none, but for capitals.
    """
    signs, folded = "".join(unfolded()), "".join(unfolded().values())
    there = _ranges(map(ord, signs))
    common = "\\x01-\\x7f" + _ranges(map(ord, COMMON))
    return f"""
CREATE OR REPLACE FUNCTION search_grams(said text) RETURNS int[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $grams$
DECLARE
  plain text := lower(said COLLATE "C");
  found text; folded text; signs text[]; grams int[];
BEGIN
  IF plain ~ '[{there}]' THEN
    SELECT string_agg(sign, ''),
        string_agg(substr('{folded}', strpos('{signs}', sign), 1), '')
      INTO found, folded
      FROM (SELECT DISTINCT unnest(string_to_array(
        regexp_replace(plain, '[^{there}]', '', 'g'), NULL)) AS sign) AS each;
    plain := translate(plain, found, folded);
  END IF;
  signs := string_to_array(plain, NULL);
  grams := ARRAY(SELECT (ascii(one) << 16) # ascii(other)
    FROM unnest(signs, signs[2:]) AS pair (one, other) WHERE other IS NOT NULL);
  plain := regexp_replace(plain, '[{common}]+', '', 'g');
  IF plain <> '' THEN
    grams := grams || ARRAY(
      SELECT ascii(sign) FROM unnest(string_to_array(plain, NULL)) AS sign);
  END IF;
  RETURN grams;
END $grams$;

-- As its owner, for statistics of an index are shown to nobody else.
CREATE OR REPLACE FUNCTION search_is_rare(index_name text, grams int[]) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $rare$
DECLARE
  known int[]; shares real[];
BEGIN
  SELECT most_common_elems::text::int[], most_common_elem_freqs INTO known, shares
    FROM pg_stats WHERE schemaname = current_schema() AND tablename = index_name;
  RETURN known IS NULL OR EXISTS (SELECT FROM unnest(grams) AS gram
    WHERE coalesce(shares[array_position(known, gram)], 0) < {FREQUENT});
END $rare$;
"""


def _ranges(codes: Iterable[int]) -> str:
    r"""The insides of a regular expression's brackets: ``\u00c0-\u00c6\u00e7``."""
    runs: list[list[int]] = []
    for code in sorted(codes):
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return "".join(
        f"\\U{first:08x}-\\U{last:08x}" if last > first else f"\\U{first:08x}"
        for first, last in runs
    )


def index(table: str, columns: Sequence[str]) -> str:
    """The statement for the index of a table."""
    quoted = [f'"{column}"' for column in columns]
    return f'CREATE INDEX "{name_of(table)}" ON "{table}" USING gin ({of(quoted)})'


def name_of(table: str) -> str:
    """What the index of the table is called."""
    return f"{table}__search"
