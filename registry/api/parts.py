"""The rows of a list, in parts that have none in common, each with its own index."""

from collections.abc import Callable, Hashable
from functools import cached_property

from django.db import models

from registry import prepared
from registry.prepared import Prepared

# Queries of longer lists of parameters are put together each time: what is kept has to
# stay small, and clients name as much as they like.
LONGEST_NAME = 500

Query = Callable[[models.QuerySet], models.QuerySet]


class Parts:
    """The parts that ``make`` gives as querysets.

    ``name`` says all that they follow from: their queries are kept under it. Without
    one they are put together each time.
    """

    def __init__(
        self,
        model: type[models.Model],
        make: Callable[[], list[models.QuerySet]],
        name: str = "",
    ) -> None:
        self.model, self.make = model, make
        self.name = name if len(name) <= LONGEST_NAME else ""

    @cached_property
    def made(self) -> list[models.QuerySet]:
        return self.make()

    def queries(self, query: Query, kind: Hashable) -> list[Prepared]:
        """The query of each part; ``kind`` names it."""

        def compiled() -> list[Prepared]:
            return [Prepared(query(rows)) for rows in self.made]

        if not self.name:
            return compiled()
        return prepared.kept(self.model, (self.name, kind), compiled)
