"""The choices that autocompletes offer: by pinyin too, best first, with their codes."""

from typing import Any

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.db.models import Case, Q, QuerySet, When
from django.http import HttpRequest, HttpResponse, JsonResponse

from registry.admin.lists import Unanswerable
from registry.admin.paging import Onward
from registry.search import best_first, everything, names_among

# So many rows are ranked by all their names, however they are written: more, which a
# letter or two find, would take seconds.
MOST_RANKED = 1_000


class BestFirst(AutocompleteJsonView):
    """Rows that are called as typed come first, then those that begin so."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().get(request, *args, **kwargs)
        except Unanswerable as refused:
            # Shown in the list of choices, where it can't be chosen.
            told = {"id": "", "text": str(refused), "disabled": True}
            return JsonResponse({"results": [told], "pagination": {"more": False}})

    def get_paginator(self, queryset: Any, per_page: int, *args: Any, **kw: Any) -> Any:
        return Onward(queryset, per_page)

    def get_queryset(self) -> Any:
        # What a choice is called needs nothing of what lists show beside it.
        found = super().get_queryset().prefetch_related(None)
        text = self.term.strip()
        if not text:
            return found
        paths = list(self.model_admin.get_search_fields(self.request))
        if found.order_by()[: MOST_RANKED + 1].count() > MOST_RANKED:
            return plainly_first(found, text, paths)
        return best_first(found, text, paths, among=everything)

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        """With its code, since a name is not an identity."""
        shown = super().serialize_result(obj, to_field_name)
        if shown["id"] not in shown["text"]:
            shown["text"] = f"{shown['text']} · {shown['id']}"
        return shown


def plainly_first(found: QuerySet, text: str, paths: list[str]) -> QuerySet:
    """The rows with those first whose own name or code is the text, or begins so."""
    model = found.model
    own = [path for path in names_among(model, paths) if "__" not in path]
    is_it, begins = Q(), Q()
    for name in own:
        is_it |= Q(**{name: text})
        begins |= Q(**{f"{name}__startswith": text})
    rank = Case(When(is_it, then=0), When(begins, then=1), default=2)
    return found.order_by(rank, *(found.query.order_by or model._meta.ordering))
