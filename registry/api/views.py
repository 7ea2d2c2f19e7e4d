"""The base of every resource: a strict, paged list and a detail, read-only."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from django.db import models
from django.http import HttpResponseBase
from django.utils.translation import gettext
from rest_framework import viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from registry import drafts
from registry.api import (
    conditional,
    formats,
    grouping,
    listing,
    moments,
    parameters,
    reads,
    searching,
)
from registry.api.access.drafts import admit
from registry.api.aggregates import Values
from registry.api.counts import counted
from registry.api.gone import elsewhere
from registry.api.pagination import Keyset, Ordering
from registry.api.paging import bound, link_header, page_size
from registry.api.parameters import Filters, Parameter
from registry.api.parts import Parts
from registry.api.problems import Refused
from registry.api.records import Record, Records
from registry.api.schema import Envelope, OnlyJson, Pages, Utf8Json
from registry.revisions import State


class Resource(viewsets.ReadOnlyModelViewSet):
    """A table's published rows. A subclass says which, and what may be asked."""

    serializer_class: type[Record]
    # What a detail tells, where that is more than a row of a list.
    detail_class: type[Record] | None = None
    filters: type[Filters] = Filters
    searched: list[str] = []
    orderings: list[str] = ["code"]
    default_ordering = "code"
    # What group_by can add up and compare.
    values: Values | None = None

    lookup_field = "code"
    lookup_value_regex = "[^/]+"
    pagination_class = Pages  # type: ignore[assignment]
    content_negotiation_class = OnlyJson
    renderer_classes = [Utf8Json]
    schema = Envelope()
    state: State

    def parameters(
        self, *, detail: bool, form: str = "", grouped: bool = False
    ) -> list[Parameter]:
        """What the route understands, in the order in which the schema tells it."""
        if detail:
            return listing.of_details(self.record(detail=True))
        return listing.parameters(type(self), form=form, grouped=grouped)

    @classmethod
    def record(cls, *, detail: bool) -> type[Record]:
        """What one row is told as."""
        return (detail and cls.detail_class) or cls.serializer_class

    def get_serializer_class(self) -> type[Record]:
        return self.record(detail=bool(self.detail))

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        form = request.query_params.get("format", formats.JSON)
        grouped = "group_by" in request.query_params
        allowed = formats.TABULAR if grouped else formats.FORMATS
        known = form if form in allowed else formats.JSON
        asked = parameters.check(
            request,
            self.parameters(detail=False, form=known, grouped=grouped),
            without_effect=self.parameters(detail=False),
        )
        formats.chosen(asked, allowed)
        admit(request, asked)
        if grouped:
            return self._given(asked, lambda: self._groups(asked, form))
        if "aggregate" in asked:
            detail = gettext("“aggregate” has no effect without “group_by”.")
            raise Refused(detail, parameter="aggregate")
        if form != formats.JSON:
            return self._given(asked, lambda: self._file(asked, form))
        return self._given(asked, lambda: self._page(request, asked))

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        asked = parameters.check(request, self.parameters(detail=True))
        admit(request, asked)
        return self._given(asked, lambda: self._record_of(kwargs["code"], asked))

    def _record_of(self, code: str, asked: dict[str, str]) -> HttpResponseBase:
        with self._moment(asked):
            rows = self.found({}).filter(code=code)
            for _key, record in self.records(asked).rows(rows):
                return Response(record)
            return elsewhere(self.request, code, self.get_queryset())

    def _given(
        self, asked: dict[str, str], make: Callable[[], HttpResponseBase]
    ) -> HttpResponseBase:
        """The conditional answer, by the state of what it is read from."""
        read, daily = reads.read(self, asked)
        self.state = conditional.state_of(read)
        return conditional.given(
            self.request,
            asked,
            self.state,
            lambda: conditional.revised(make(), self.state),
            daily=daily,
        )

    @contextlib.contextmanager
    def _moment(self, asked: dict[str, str]) -> Iterator[None]:
        """The registry of the day that is asked for; ``state`` is that day's inside."""
        with moments.at(asked) as past:
            self.state = past or self.state
            yield

    def found(self, asked: dict[str, str]) -> models.QuerySet:
        """The published rows that the filters and the search leave."""
        queryset = self._filters(asked).apply()
        return searching.found(queryset, asked, self.searched)

    def parts(self, asked: dict[str, str]) -> Parts:
        """The same rows in parts without a row in common, for which indexes serve."""
        model = self.get_queryset().model
        if "search" in asked:
            return Parts(model, lambda: [self.found(asked)])
        filters = self._filters(asked)
        filters.check()
        name = f"{bound(self.request.path, asked)} {drafts.are_seen()}"
        return Parts(model, filters.parts, "" if "as_of" in asked else name)

    def _filters(self, asked: dict[str, str]) -> Filters:
        given = {
            name: v for name, v in asked.items() if name in self.filters.base_filters
        }
        return self.filters(given, self.get_queryset())

    def records(self, asked: dict[str, str]) -> Records:
        """The answer's records with the fields that were asked for."""
        detail = bool(self.detail)
        record = self.record(detail=detail)
        declared, nested = record.declared(), record.nested()
        names = list(declared) if detail else [n for n in declared if n not in nested]
        if "fields" in asked:
            names = parameters.listed(
                asked["fields"],
                parameter="fields",
                allowed=[*declared, *searching.fields(asked)],
            )
        if "include" in asked:
            names += parameters.listed(
                asked["include"], parameter="include", allowed=nested
            )
        return record(many=True, asked=frozenset(names))  # type: ignore[return-value]

    def _ordering(self, asked: dict[str, str]) -> Ordering:
        text = searching.ordering(asked, self.default_ordering)
        allowed = listing.orderings(type(self))
        return Ordering.of(
            parameters.one_of(text, parameter="ordering", allowed=allowed)
        )

    def _page(self, request: Request, asked: dict[str, str]) -> Response:
        records = self.records(asked)
        ordering = self._ordering(asked)
        size = page_size(asked)
        how = asked.get("count", "bounded")
        parameters.one_of(how, parameter="count", allowed=["bounded", "exact", "none"])
        query = _canonical(asked)
        with self._moment(asked):
            parts = self.parts(asked)
            keyset = Keyset(parts, ordering, bound(request.path, asked))
            page = keyset.page(size, asked.get("cursor"))
            found = records.of_keys(parts.model, page.keys)
            results = searching.with_matches(
                [found[key] for key in page.keys],
                page.keys,
                asked,
                type(records.child),
                self.searched,
            )
            count = counted(parts, how, page)
        links = {
            "next": page.next and self._link(request, asked, page.next),
            "previous": page.previous and self._link(request, asked, page.previous),
        }
        meta = {"query": query} | self.state.told()
        answer = Response(count | links | {"results": results, "meta": meta})
        first = self._link(request, asked, None) if "cursor" in asked else None
        if told := link_header(links | {"first": first}):
            answer["Link"] = told
        return answer

    def _link(self, request: Request, asked: dict[str, str], cursor: str | None) -> str:
        """The address of the same list with that cursor, or of its first page."""
        rest = {name: v for name, v in asked.items() if name != "cursor"}
        query = conditional.canonical(rest | ({"cursor": cursor} if cursor else {}))
        return request.build_absolute_uri(
            f"{request.path}?{query}" if query else request.path
        )

    def _groups(self, asked: dict[str, str], form: str) -> HttpResponseBase:
        groups = grouping.Groups.of(self.filters, self.values, asked)
        with self._moment(asked):
            groups.count(self.found(self.filtering(asked)), asked)
            if form == "csv":
                header, rows = groups.table()
                parts = "-".join(d.name for d in groups.dimensions)
                title = self.get_queryset().model._meta.verbose_name_plural
                return formats.table(
                    header,
                    rows,
                    name=f"{self.file_name}-{parts}",
                    title=f"{title}-{parts}",
                    day=moments.day_of(asked),
                    revision=self.state.revision,
                    mark="bom" in asked,
                )
            meta = {"query": _canonical(asked)} | self.state.told()
            return Response(groups.body() | {"meta": meta})

    def filtering(self, asked: dict[str, str]) -> dict[str, str]:
        """The parameters without those that only say what a group is."""
        if "group_by" not in asked:
            return asked
        groups = grouping.Groups.of(self.filters, self.values, asked)
        return groups.unfiltered(asked)

    @property
    def file_name(self) -> str:
        """What a file of the list is called, before its day and format."""
        return self.basename or "registry"

    def _file(self, asked: dict[str, str], form: str) -> HttpResponseBase:
        with contextlib.ExitStack() as view:
            view.enter_context(self._moment(asked))
            whole = formats.Whole(
                records=self.records(asked),
                queryset=self._whole(asked),
                revision=self.state.revision,
                query=_canonical(asked),
                name=self.file_name,
                day=moments.day_of(asked),
            )
            return formats.answer(whole, form, view=view, mark="bom" in asked)

    def _whole(self, asked: dict[str, str]) -> models.QuerySet:
        """All that was found, in the order of its pages."""
        found = self.found(asked)
        parts = Parts(found.model, lambda: [found])
        return Keyset(parts, self._ordering(asked)).ordered()


def _canonical(asked: dict[str, str]) -> str:
    """What was asked for, in one form however it was written."""
    return conditional.canonical(
        {n: v for n, v in asked.items() if n not in ("cursor", "page_size")}
    )
