"""What the queue of records to look after needs to know of programs and places."""

from typing import Any

from django.db.models import Q

from programs.admin.filters import InRegion, branch, is_long, tree
from programs.models import Agency, Document, Program
from programs.models.regions import NATIONAL

# The kinds by whose regions places are offered; all others lie in one of these.
PLACED: list[Any] = [Program, Agency, Document]


class InPlace(InRegion):
    """Records of any kind by place, each kind as its own list is filtered."""

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        if any(is_long(model) for model in PLACED):
            looked_at = self.value() or NATIONAL
            return tree(branch(looked_at), looked_at)
        return super().lookups(request, model_admin)

    def used(self, model_admin: Any) -> set[str]:
        codes: set[str] = set()
        for model in PLACED:
            rows = model._base_manager.order_by()
            codes.update(rows.values_list("region", flat=True).distinct())
        return codes

    def of(self, model_admin: Any) -> Q:
        """Rows of that admin's kind in the chosen place; all without one."""
        code = self.value()
        if not code:
            return Q()
        own = next(
            found
            for found in model_admin.list_filter
            if isinstance(found, type) and issubclass(found, InRegion)
        )
        return own.condition(code)
