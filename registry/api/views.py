"""The base of every resource: a strict, paged list and a detail, read-only."""

import contextlib
from collections.abc import Callable
from functools import cache
from typing import Any

from django.db import models
from django.http import Http404, HttpResponseBase, HttpResponsePermanentRedirect
from django.utils.dateparse import parse_date
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from rest_framework import viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api import conditional, formats, moments, parameters, reads, searching
from registry.api.filters import References
from registry.api.gone import Gone, successor_of
from registry.api.pagination import Keyset, Ordering, counted, page_size
from registry.api.parameters import Filters, Parameter
from registry.api.records import Record, Records
from registry.api.schema import NAMES, Envelope, OnlyJson, Pages, Utf8Json, paging
from registry.models import Publication, visible
from registry.revisions import State

# Kind of request → what it reads; a client could make up kinds without end.
READ: dict[Any, tuple[reads.Models, bool]] = {}
MOST_KINDS = 2000


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

    def parameters(self, *, detail: bool, form: str = "") -> list[Parameter]:
        """What the route understands, in the order in which the schema tells it.

        In one format, or without one all that it understands in any.
        """
        return self._told(detail, form, get_language())

    @classmethod
    @cache
    def _told(cls, detail: bool, form: str, language: str | None) -> list[Parameter]:
        record = cls._record(detail=detail)
        names = list(record.declared())
        if cls.searched and not detail and form == formats.JSON:
            names.append(searching.MATCH)
        fields = Parameter(
            "fields", str(_("Only these fields.")), {**NAMES, "items": {"enum": names}}
        )
        if detail:
            return [fields, moments.as_of()]
        told = [*cls.filters.parameters()]
        if cls.searched:
            told.append(searching.parameter())
        signed = [sign + name for name in cls.orderings for sign in ("", "-")]
        signed += [searching.RELEVANCE] * bool(cls.searched)
        told += [
            Parameter(
                "ordering",
                str(_("The code decides among equals; what is not stated comes last.")),
                {"type": "string", "enum": signed},
            ),
            fields,
            formats.parameter(),
        ]
        if nested := cls.serializer_class.nested():
            text = str(_("What to give with each row besides."))
            told.append(
                Parameter("include", text, {**NAMES, "items": {"enum": nested}})
            )
        told.append(moments.as_of())
        if form in ("", "csv"):
            told.append(formats.bom())
        if form in ("", formats.JSON):
            told += paging()
        return told

    @classmethod
    def _record(cls, *, detail: bool) -> type[Record]:
        return (detail and cls.detail_class) or cls.serializer_class

    def get_serializer_class(self) -> type[Record]:
        return self._record(detail=bool(self.detail))

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        form = request.query_params.get("format", formats.JSON)
        known = form if form in formats.FORMATS else formats.JSON
        asked = parameters.check(request, self.parameters(detail=False, form=known))
        parameters.one_of(form, parameter="format", allowed=formats.FORMATS)
        if form != formats.JSON:
            return self._given(asked, lambda: self._file(asked, form))
        return self._given(asked, lambda: self._page(request, asked))

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        asked = parameters.check(request, self.parameters(detail=True))
        return self._given(asked, lambda: self._record_of(kwargs["code"], asked))

    def _record_of(self, code: str, asked: dict[str, str]) -> HttpResponseBase:
        with moments.at(asked):
            rows = self._found({}).filter(code=code)
            records = self._records(asked, detail=True)
            for _key, record in records.rows(rows):
                return Response(record)
            return self._absent(self.request, code)

    def _given(
        self, asked: dict[str, str], make: Callable[[], HttpResponseBase]
    ) -> HttpResponseBase:
        """The conditional answer, by the state of what it is read from."""
        read, daily = self._read(asked)
        self.state = conditional.state_of(read)
        return conditional.given(self.request, asked, self.state, make, daily=daily)

    def _read(self, asked: dict[str, str]) -> tuple[reads.Models, bool]:
        """Models that the answer reads, and whether it depends on the day.

        Worked out once for each kind of request, since other values read the same.
        """
        chosen = (asked.get(name) for name in ("fields", "include", "format"))
        kind = (type(self), self.detail, frozenset(asked), *chosen)
        if kind not in READ:
            if len(READ) >= MOST_KINDS:
                READ.clear()
            records = self._records(asked, detail=bool(self.detail))
            found = reads.models_of(records, self._found({} if self.detail else asked))
            checked = {
                filter_.queryset().model
                for name, filter_ in self.filters.base_filters.items()
                if name in asked and isinstance(filter_, References)
            }
            READ[kind] = found | checked, reads.depends_on_day(records)
        return READ[kind]

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
        return searching.found(queryset, asked, self.searched)

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
                asked["fields"],
                parameter="fields",
                allowed=[*declared, *searching.fields(asked)],
            )
            names = [n for n in names if n in chosen] + [
                n for n in chosen if n not in names
            ]
        return record(many=True, asked=frozenset(names))  # type: ignore[return-value]

    def _ordering(self, asked: dict[str, str]) -> Ordering:
        allowed = [sign + name for name in self.orderings for sign in ("", "-")]
        allowed += [searching.RELEVANCE] * ("search" in asked)
        text = searching.ordering(asked, self.default_ordering)
        return Ordering.of(
            parameters.one_of(text, parameter="ordering", allowed=allowed)
        )

    def _page(self, request: Request, asked: dict[str, str]) -> Response:
        with moments.at(asked) as past:
            return self._page_at(request, asked, past or self.state)

    def _page_at(
        self, request: Request, asked: dict[str, str], state: State
    ) -> Response:
        records = self._records(asked)
        ordering = self._ordering(asked)
        size = page_size(asked.get("page_size"))
        how = asked.get("count", "bounded")
        parameters.one_of(how, parameter="count", allowed=["bounded", "exact", "none"])
        queryset = self._found(asked)
        query = _canonical(asked)
        keyset = Keyset(queryset, ordering, f"{request.path}?{query}")
        page = keyset.page(size, asked.get("cursor"))
        found = dict(
            records.rows(queryset.model._base_manager.filter(pk__in=page.keys))
        )
        results = searching.with_matches(
            [found[key] for key in page.keys],
            page.keys,
            asked,
            type(records.child),
            self.searched,
        )
        links = {
            "next": page.next and self._link(request, asked, page.next),
            "previous": page.previous and self._link(request, asked, page.previous),
        }
        answer = Response(
            counted(queryset, how)
            | links
            | {"results": results}
            | {"meta": {"query": query} | state.told()}
        )
        told = [f'<{url}>; rel="{rel[:4]}"' for rel, url in links.items() if url]
        if told:
            answer["Link"] = ", ".join(told)
        return answer

    def _link(self, request: Request, asked: dict[str, str], cursor: str) -> str:
        query = conditional.canonical({**asked, "cursor": cursor})
        return request.build_absolute_uri(f"{request.path}?{query}")

    def _file(self, asked: dict[str, str], form: str) -> HttpResponseBase:
        mark = "bom" in asked
        if mark:
            parameters.one_of(asked["bom"], parameter="bom", allowed=["1"])
        with contextlib.ExitStack() as view:
            state = view.enter_context(moments.at(asked)) or self.state
            whole = formats.Whole(
                records=self._records(asked),
                queryset=self._whole(asked),
                revision=state.revision,
                query=_canonical(asked),
                name=self.basename or "registry",
                day=parse_date(asked.get("as_of", "")) or localdate(),
            )
            return formats.answer(whole, form, view=view, mark=mark)

    def _whole(self, asked: dict[str, str]) -> models.QuerySet:
        """All that was found, in the order of its pages."""
        keyset = Keyset(self._found(asked), self._ordering(asked), "")
        down = keyset.ordering.descending
        code = models.F("code")
        order = [code.desc() if down else code.asc()]
        if keyset.ordering.name != "code":
            key, last = models.F("page_key"), keyset.nullable or None
            by_key = key.desc(nulls_last=last) if down else key.asc(nulls_last=last)
            order.insert(0, by_key)
        return keyset.queryset.order_by(*order)


def _canonical(asked: dict[str, str]) -> str:
    """What was asked for, in one form however it was written."""
    return conditional.canonical(
        {n: v for n, v in asked.items() if n not in ("cursor", "page_size")}
    )
