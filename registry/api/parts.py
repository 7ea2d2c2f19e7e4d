"""The rows of a list, in parts that have none in common, each with its own index.

To put the queries of a list together takes Django longer than the database takes to
answer them. Where all that they follow from has a name, they are compiled once.
"""

from collections.abc import Callable, Hashable
from functools import cached_property

from django.db import models

from registry import prepared
from registry.prepared import Prepared

Query = Callable[[models.QuerySet], models.QuerySet]


class Parts:
    """The parts that ``make`` gives as querysets.

    ``name`` says all that they follow from; without one they are made each time.
    """

    def __init__(
        self,
        model: type[models.Model],
        make: Callable[[], list[models.QuerySet]],
        name: Hashable = None,
    ) -> None:
        self.model, self.make, self.name = model, make, name

    @cached_property
    def made(self) -> list[models.QuerySet]:
        return self.make()

    def queries(self, query: Query, kind: Hashable = None) -> list[Prepared]:
        """The query of each part; ``kind`` names it, if it may be kept."""

        def compiled() -> list[Prepared]:
            return [Prepared(query(rows)) for rows in self.made]

        if self.name is None or kind is None:
            return compiled()
        return prepared.kept(self.model, (self.name, kind), compiled)
