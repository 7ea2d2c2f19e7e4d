"""The choices that autocompletes offer: by pinyin too, best first, with their codes."""

from typing import Any

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.http import HttpRequest, HttpResponse, JsonResponse

from registry.admin.lists import Unanswerable
from registry.admin.paging import Onward
from registry.search import best_first, everything


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
        return best_first(found, text, paths, among=everything)

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        """With its code, since a name is not an identity."""
        shown = super().serialize_result(obj, to_field_name)
        if shown["id"] not in shown["text"]:
            shown["text"] = f"{shown['text']} · {shown['id']}"
        return shown
