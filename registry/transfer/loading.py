"""What the rows of a file concern in the registry, fetched for many rows together."""

from dataclasses import dataclass, field
from typing import Any

from registry import journal
from registry.fields import beginning
from registry.models import Entry
from registry.transfer.columns import owner_of
from registry.transfer.tables import Row


@dataclass
class Loaded:
    """What the rows of a chunk concern, by code.

    ``used`` are codes of rows that were deleted, ``others`` those of rows of the same
    table that the model, a proxy, does not have.
    """

    rows: dict[str, Any] = field(default_factory=dict)
    owners: dict[str, Any] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)

    def get_instance(self, row: dict[str, str]) -> Any:
        """The row of that code; None where it is new (for django-import-export)."""
        return self.rows.get(row.get("code", "").strip())


def load(model: Any, rows: list[Row]) -> Loaded:
    """What these rows of the model's table concern, in a few queries."""
    codes = [code for row in rows if (code := row.cells.get("code", "").strip())]
    rows_of = model._base_manager.filter(pk__in=codes)
    owners: dict[str, Any] = {}
    if owner := owner_of(model):
        asked = {row.cells.get(model.owner, "").strip() for row in rows}
        asked |= set(rows_of.values_list(f"{model.owner}_id", flat=True))
        # Before the rows: who changes one later takes a version that is not read here.
        owners = owner._base_manager.in_bulk([code for code in asked if code])
    many = [relation.name for relation in model._meta.many_to_many]
    found = rows_of.prefetch_related(*many).in_bulk()
    gone = Entry.objects.filter(kind=journal.kind_of(model), action="D", key__in=codes)
    others: set[str] = set()
    if model._meta.proxy:
        mine = model._default_manager.filter(pk__in=found)
        others = set(found) - set(mine.values_list("pk", flat=True))
    return Loaded(found, owners, set(gone.values_list("key", flat=True)), others)


def twin(instance: Any, columns: list[str]) -> str:
    """The code of a row of the same owner that says the same in those columns.

    Empty text where there is none, or the instance lacks what its own code is made of.
    """
    try:
        key = instance.key()
    except (ValueError, AttributeError):
        return ""
    model = type(instance)
    owner_code = getattr(instance, f"{model.owner}_id")
    said = {name: getattr(instance, name) for name in columns}
    same = model._base_manager.filter(beginning("code", f"{owner_code}.{key}"), **said)
    return str(same.order_by("pk").values_list("pk", flat=True).first() or "")
