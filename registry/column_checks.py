"""For migrations: columns get the checks that their fields have now.

Django writes a field's own ``db_check`` when it makes a column; altering the field
changes it on SQLite alone, where every table is made anew.
"""

from collections.abc import Iterable
from typing import Any


def rewrite(schema_editor: Any, model: Any, fields: Iterable[Any]) -> None:
    """Check those columns of the model's table as the fields say now."""
    connection = schema_editor.connection
    if connection.vendor == "sqlite":
        schema_editor._remake_table(model)
        return
    of_table = {constraint.name for constraint in model._meta.constraints}
    for field in fields:
        for name in schema_editor._constraint_names(
            model, [field.column], check=True, exclude=of_table
        ):
            schema_editor.execute(schema_editor._delete_check_sql(model, name))
        name = schema_editor._create_index_name(
            model._meta.db_table, [field.column], suffix="_check"
        )
        schema_editor.execute(
            schema_editor._create_check_sql(model, name, field.db_check(connection))
        )
