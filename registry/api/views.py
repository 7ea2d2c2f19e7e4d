"""The base of every resource: a strict, paged list and a detail, read-only."""

from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.http import Http404, HttpResponseBase, HttpResponsePermanentRedirect
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api import formats, moments, parameters
from registry.api.access import drafts
from registry.api.gone import Gone, successor_of
from registry.api.pagination import Keyset, Ordering, counted, page_size
from registry.api.parameters import Filters, Parameter
from registry.api.problems import Refused
from registry.api.records import Record, Records
from registry.api.schema import NAMES, Envelope, OnlyJson, Pages, Utf8Json, paging
from registry.models import Publication, visible
from registry.search import MOST_WORDS, matching

CHUNK = 500


class Resource(viewsets.ReadOnlyModelViewSet):
    """A table's published rows. A subclass says which, and what may be asked."""

    serializer_class: type[Record]
    # What a detail tells, where that is more than a row of a list.
    detail_class: type[Record] | None = None
    filters: type[Filters] = Filters
    searched: list[str] = []
    orderings: list[str] = ["code"]
    default_ordering = "code"

    lookup_field = "code"
    lookup_value_regex = "[^/]+"
    pagination_class = Pages  # type: ignore[assignment]
    content_negotiation_class = OnlyJson
    renderer_classes = [Utf8Json]
    schema = Envelope()

    def parameters(self, *, detail: bool, csv: bool = False) -> list[Parameter]:
        """What the route understands, in the order in which the schema tells it."""
        return self._told(detail, csv, get_language())

    @classmethod
    @cache
    def _told(cls, detail: bool, csv: bool, language: str | None) -> list[Parameter]:
        record = cls._record(detail=detail)
        names = list(record.declared())
        fields = Parameter(
            "fields", str(_("Only these fields.")), {**NAMES, "items": {"enum": names}}
        )
        if detail:
            return [fields, moments.as_of(), *drafts.parameters_of(record)]
        kinds = {"type": "string", "enum": ["json", "csv"]}
        told = [*cls.filters.parameters()]
        if cls.searched:
            text = str(_("Every word stands in a code, a name, an alias or a summary."))
            told.append(Parameter("search", text, {"type": "string"}))
        signed = [sign + name for name in cls.orderings for sign in ("", "-")]
        told += [
            Parameter(
                "ordering",
                str(_("The code decides among equals; what is not stated comes last.")),
                {"type": "string", "enum": signed},
            ),
            fields,
            Parameter("format", str(_("JSON, or the whole list as CSV.")), kinds),
        ]
        if nested := cls.serializer_class.nested():
            text = str(_("What to give with each row besides."))
            told.append(
                Parameter("include", text, {**NAMES, "items": {"enum": nested}})
            )
        told += [moments.as_of(), *drafts.parameters_of(record)]
        if not csv:
            told += paging()
        return told

    @classmethod
    def _record(cls, *, detail: bool) -> type[Record]:
        return (detail and cls.detail_class) or cls.serializer_class

    def get_serializer_class(self) -> type[Record]:
        return self._record(detail=bool(self.detail))

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        csv = request.query_params.get("format") == "csv"
        asked = parameters.check(request, self.parameters(detail=False, csv=csv))
        drafts.admit(request, asked)
        if "format" in asked:
            one_of = parameters.one_of
            one_of(asked["format"], parameter="format", allowed=["json", "csv"])
        if csv:
            return self._csv(asked)
        with moments.at(asked) as revision:
            return self._page(request, asked, revision)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        asked = parameters.check(request, self.parameters(detail=True))
        drafts.admit(request, asked)
        with moments.at(asked):
            rows = self._found({}).filter(code=kwargs["code"])
            records = self._records(asked, detail=True)
            for _key, record in records.rows(rows):
                return Response(record)
            return self._absent(request, kwargs["code"])

    def _absent(self, request: Request, code: str) -> HttpResponseBase:
        """Where a merged record went; raises `Gone` for one withdrawn, else Http404."""
        row = self.get_queryset().filter(pk=code).first()
        if row is None or getattr(row, "publication", "") != Publication.WITHDRAWN:
            raise Http404
        successor = successor_of(row, self.get_queryset())
        if successor is None:
            raise Gone(row)
        start, _code, end = request.path.rpartition(f"/{code}/")
        there = f"{start}/{successor}/{end}"
        query = request.META["QUERY_STRING"]
        return HttpResponsePermanentRedirect(
            request.build_absolute_uri(f"{there}?{query}" if query else there)
        )

    def _found(self, asked: dict[str, str]) -> models.QuerySet:
        """The published rows that the filters and the search leave."""
        queryset = self.get_queryset().filter(visible(self.get_queryset().model))
        given = {
            name: v for name, v in asked.items() if name in self.filters.base_filters
        }
        queryset = self.filters(given, queryset).apply()
        if "search" in asked:
            if len(set(asked["search"].split())) > MOST_WORDS:
                detail = gettext("At most %d words at once.") % MOST_WORDS
                raise Refused(detail, parameter="search")
            queryset = matching(queryset, asked["search"].split(), self.searched)
        return queryset

    def _records(self, asked: dict[str, str], *, detail: bool = False) -> Records:
        """The answer's records with the fields that were asked for."""
        record = self._record(detail=detail)
        declared, nested = record.declared(), record.nested()
        names = list(declared) if detail else [n for n in declared if n not in nested]
        if "include" in asked:
            names += parameters.listed(
                asked["include"], parameter="include", allowed=nested
            )
        if "fields" in asked:
            chosen = parameters.listed(
                asked["fields"], parameter="fields", allowed=list(declared)
            )
            names = [n for n in names if n in chosen] + [
                n for n in chosen if n not in names
            ]
        return record(many=True, asked=frozenset(names))  # type: ignore[return-value]

    def _ordering(self, asked: dict[str, str]) -> Ordering:
        allowed = [sign + name for name in self.orderings for sign in ("", "-")]
        text = asked.get("ordering", self.default_ordering)
        return Ordering.of(
            parameters.one_of(text, parameter="ordering", allowed=allowed)
        )

    def _page(self, request: Request, asked: dict[str, str], revision: int) -> Response:
        records = self._records(asked)
        ordering = self._ordering(asked)
        size = page_size(asked.get("page_size"))
        how = asked.get("count", "bounded")
        parameters.one_of(how, parameter="count", allowed=["bounded", "exact", "none"])
        queryset = self._found(asked)
        query = urlencode(
            sorted((n, v) for n, v in asked.items() if n not in ("cursor", "page_size"))
        )
        keyset = Keyset(queryset, ordering, f"{request.path}?{query}")
        page = keyset.page(size, asked.get("cursor"))
        found = dict(
            records.rows(queryset.model._base_manager.filter(pk__in=page.keys))
        )
        links = {
            "next": page.next and self._link(request, asked, page.next),
            "previous": page.previous and self._link(request, asked, page.previous),
        }
        answer = Response(
            counted(queryset, how)
            | links
            | {"results": [found[key] for key in page.keys]}
            | {"meta": {"query": query, "revision": revision}}
        )
        told = [f'<{url}>; rel="{rel[:4]}"' for rel, url in links.items() if url]
        if told:
            answer["Link"] = ", ".join(told)
        return answer

    def _link(self, request: Request, asked: dict[str, str], cursor: str) -> str:
        query = urlencode({**asked, "cursor": cursor})
        return request.build_absolute_uri(f"{request.path}?{query}")

    def _csv(self, asked: dict[str, str]) -> HttpResponseBase:
        records, ordering = self._records(asked), self._ordering(asked)
        with moments.at(asked):
            queryset = self._found(asked)
        keyset = Keyset(queryset, ordering, "")
        chunks = self._chunks(keyset)
        name = self.basename or "registry"
        return formats.csv_answer(records, chunks, moments.at(asked), name=name)

    def _chunks(self, keyset: Keyset) -> Iterator[models.QuerySet]:
        """The whole ordered set, some hundred rows at a time."""
        rows, place = keyset.queryset.model._base_manager, None
        order = [("-" if keyset.ordering.descending else "") + "code"]
        while True:
            page = keyset.page(CHUNK, place)
            if keyset.ordering.name == "code":
                yield rows.filter(pk__in=page.keys).order_by(*order)
            else:
                place_of = {key: n for n, key in enumerate(page.keys)}
                whens = [models.When(pk=key, then=n) for key, n in place_of.items()]
                yield rows.filter(pk__in=page.keys).order_by(models.Case(*whens))
            if page.next is None:
                return
            place = page.next
