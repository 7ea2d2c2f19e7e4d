"""The different values of an indexed column, found without reading all its rows."""

from typing import Any

from django.db import connection, models


def different(model: type[models.Model], column: str, *, but: str = "") -> list[str]:
    """The column's values, each once, in its order; ``but``: none that begin so.

    From one value the index leads to the next: as many steps as there are values.
    """
    table = connection.ops.quote_name(model._meta.db_table)
    field: Any = model._meta.get_field(column)
    name = connection.ops.quote_name(field.column)
    aside = f" AND NOT ({name} LIKE %s)" if but else ""
    sql = f"""
        WITH RECURSIVE found(value) AS (
            SELECT (SELECT min({name}) FROM {table} WHERE true{aside})
            UNION ALL
            SELECT (SELECT min({name}) FROM {table} WHERE {name} > value{aside})
            FROM found WHERE value IS NOT NULL
        )
        SELECT value FROM found WHERE value IS NOT NULL
    """  # noqa: S608  # built from a model's names
    with connection.cursor() as cursor:
        cursor.execute(sql, [f"{but}%"] * 2 if but else [])
        return [value for (value,) in cursor.fetchall()]
