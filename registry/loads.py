"""A fixture's rows on their way into the registry: all of them, or none."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from registry import journal
from registry.bulk import Refused, Stage


class Load:
    """Rows as fixtures tell them, gathered beside the tables until all are there."""

    def __init__(self, using: str, *, anew: bool) -> None:
        """``anew``: into an empty registry, so that what is derived will be wanted."""
        self.using, self.anew = using, anew
        self.models = {m._meta.label_lower: m for m in journal.journaled()}
        self.stages: dict[type[models.Model], Stage] = {}
        self.rows = 0

    def takes(self, told: Any) -> bool:
        """Whether the object of a fixture is a row of the registry."""
        return isinstance(told, dict) and told.get("model") in self.models

    def add(self, told: dict[str, Any], *, lenient: bool = False) -> None:
        """Gather a row; ``lenient``: without what its table has no column for.

        Raises `Refused` for one that its columns can't hold.
        """
        self.rows += 1
        model = self.models[told["model"]]
        stage = self._stage(model)
        try:
            said = dict(told.get("fields", {}))
            if said.setdefault("pk", told.get("pk")) != said.get("code", said["pk"]):
                raise ValidationError(f"{said['pk']} / {said['code']}")
            related = {
                through: (field, said.pop(field.name))
                for field, through in stage.shape.many
                if field.name in said
            }
            if lenient:
                said = stage.shape.known(said)
            values = stage.shape.values(said)
            if self.anew:
                values = stage.shape.derive(values)
            lines = {
                through: [
                    {field.m2m_column_name(): said["pk"], field.m2m_reverse_name(): c}
                    for c in dict.fromkeys(_listed(codes))
                ]
                for through, (field, codes) in related.items()
            }
        except KeyError as unknown:
            why = f"没有这一列 · no such column: {unknown}"
            raise Refused(self.rows, model, str(told.get("pk")), why) from unknown
        except (ValueError, TypeError, ValidationError) as error:
            why = "; ".join(getattr(error, "messages", [str(error)]))
            raise Refused(self.rows, model, str(told.get("pk")), why) from error
        stage.add(self.rows, values)
        for through, pairs in lines.items():
            beside = self._stage(through)
            for pair in pairs:
                beside.add(self.rows, beside.shape.values(pair))

    def write(self) -> None:
        """Write all rows into an empty registry; raises `Refused`."""
        self._complete()
        for stage in self.stages.values():
            stage.insert()
        for stage in self.stages.values():
            stage.check_references()
        self._end()

    def stands(self) -> bool:
        """Whether the registry says already what all of the rows say."""
        self._complete()
        for stage in list(self.stages.values()):
            for _field, through in stage.shape.many:
                # Also of owners that are to have none.
                beside = self._stage(through)
                beside.complete()
                beside.owners = stage
        found = all(stage.stands() for stage in self.stages.values())
        self._end()
        return found

    def _stage(self, model: Any) -> Stage:
        if model not in self.stages:
            self.stages[model] = Stage(model, self.using)
        return self.stages[model]

    def _complete(self) -> None:
        # Owners before what they own: the journal asks for their publication.
        order = list(self.models.values())
        self.stages = dict(
            sorted(self.stages.items(), key=lambda item: order.index(item[0]))
        )
        for stage in self.stages.values():
            stage.complete()

    def _end(self) -> None:
        for stage in self.stages.values():
            stage.end()
        self.stages = {}


def _listed(codes: Any) -> list[str]:
    """The codes of a relation; raises ValidationError for what is no list of them."""
    if not isinstance(codes, list) or not all(isinstance(c, str) for c in codes):
        raise ValidationError(f"{codes!r}: a list of codes is wanted")
    return codes
