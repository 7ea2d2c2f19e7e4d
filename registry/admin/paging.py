"""Pages of long lists: their keys are found first, and their rows counted up to a cap.

Beyond the cap a list says that it has more; its last page, and every page behind the
cap, count exactly, so that all of them can be reached.
"""

from functools import cached_property
from typing import Any

from django.core.paginator import EmptyPage, Page, Paginator
from django.db.models import QuerySet
from django.utils.translation import gettext as _

# No choice stands so far behind, and no database skips endlessly many rows.
MOST_PAGES = 1_000_000
# Counting so many rows takes a few milliseconds; of more a reader needs no number.
MOST_COUNTED = 10_000


class Over(int):
    """A number that something exceeds."""

    def __str__(self) -> str:
        return _("over %s") % f"{int(self):,}"


def said(number: int) -> str:
    """The number with separators, or that there are more."""
    return str(number) if isinstance(number, Over) else f"{number:,}"


def counted(rows: QuerySet[Any, Any]) -> int:
    """How many rows there are, `Over` the cap for more than that."""
    found = rows.order_by().values("pk")[: MOST_COUNTED + 1].count()
    return Over(MOST_COUNTED) if found > MOST_COUNTED else found


class Keyed(Paginator):
    """Pages of a queryset: its keys in their order, then the rows that ``whole`` has.

    Sorting wide rows to show fifty of them would read all of them; and a search is
    not to be done once more for the fifty.
    """

    exact = False

    def __init__(self, rows: Any, per_page: int, *, whole: Any = None) -> None:
        super().__init__(rows, per_page)
        self.whole = rows if whole is None else whole

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return rows.order_by().count() if self.exact else counted(rows)

    @property
    def capped(self) -> bool:
        """Whether there are more rows than were counted."""
        return isinstance(self.count, Over)

    @cached_property
    def num_pages(self) -> int:
        # Of a capped list one page more is known to be there.
        pages = -(-self.count // self.per_page) + self.capped
        return max(1, pages)

    def to_page(self, number: int) -> None:
        """Count as far as it takes to know whether there is that page."""
        if self.capped and number >= self.num_pages:
            self.to_last()

    def to_last(self) -> None:
        """Count all rows."""
        self.exact = True
        for name in ("count", "num_pages"):
            self.__dict__.pop(name, None)

    def page(self, number: Any) -> Page:
        number = self.validate_number(number)
        bottom = (number - 1) * self.per_page
        keys = self._keys(bottom, bottom + self.per_page)
        rows = {row.pk: row for row in self.whole.order_by().filter(pk__in=keys)}
        return Page([rows[key] for key in keys if key in rows], number, self)

    def _keys(self, bottom: int, top: int) -> list[Any]:
        """The keys from the one number to the other; from whichever end is nearer."""
        rows: Any = self.object_list
        rows = rows.prefetch_related(None)
        left = self.count - bottom
        if self.capped or bottom <= left:
            return list(rows.values_list("pk", flat=True)[bottom:top])
        found = rows.reverse().values_list("pk", flat=True)
        return list(found[max(0, self.count - top) : left])[::-1]


class Onward(Paginator):
    """Pages of a list of choices, of which only the next one is asked for: no count."""

    def page(self, number: Any) -> Page:
        number = int(number)
        if not 1 <= number <= MOST_PAGES:
            raise EmptyPage(number)
        bottom = (number - 1) * self.per_page
        rows = list(self.object_list[bottom : bottom + self.per_page + 1])
        if not rows and number > 1:
            raise EmptyPage(number)
        self.__dict__["count"] = bottom + len(rows)
        return Page(rows[: self.per_page], number, self)
