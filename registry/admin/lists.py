"""Change lists that refuse what they don't know, and find names by how they are typed.

Django drops an unknown filter and goes back to the whole list without a word; a value
that no row can have shows an empty list. Here both are said, with what is allowed.
"""

import re
from typing import Any

from django.contrib import admin
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import NotRelationField, get_fields_from_path
from django.contrib.admin.views.main import ORDER_VAR, PAGE_VAR, ChangeList
from django.core.exceptions import (
    FieldDoesNotExist,
    FieldError,
    SuspiciousOperation,
    ValidationError,
)
from django.db import models
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from registry.admin.paging import MOST_COUNTED, Keyed, counted, said
from registry.search import Unsearchable, everything, matching, words_of

_ORDERING = re.compile(r"-?[0-9]{1,3}(\.-?[0-9]{1,3})*")
MOST_SHOWN = 40
# The page of that name is the last one, whatever its number.
LAST = "last"


class Unanswerable(SuspiciousOperation):
    """A list was asked for in a way that it has no answer to; says what is wrong."""


class Chosen(admin.SimpleListFilter):
    """A filter by one value out of those that it knows."""

    # The API's parameter that means the same, where there is one.
    api = ""

    def __init__(
        self, request: Any, params: dict[str, list[str]], model: Any, model_admin: Any
    ) -> None:
        given = params.get(str(self.parameter_name), [])
        super().__init__(request, params, model, model_admin)
        if len(given) > 1:
            raise Unanswerable(_("“%s” is given more than once.") % self.parameter_name)
        if given and not self.knows(given[0]):
            known = [str(value) for value, _label in self.lookup_choices]
            raise Unanswerable(no_value(str(self.parameter_name), given[0], known))

    def knows(self, value: str) -> bool:
        """Whether rows can be asked for by it."""
        return any(value == str(known) for known, _label in self.lookup_choices)


def no_value(name: str, value: str, allowed: list[str]) -> str:
    """A sentence: it is no value of that filter; what would be."""
    sentence = _("“%(value)s” is no value of the filter “%(name)s”.") % {
        "value": value[:100],
        "name": name,
    }
    if not allowed:
        return sentence
    shown = ", ".join(allowed[:MOST_SHOWN]) + " …" * (len(allowed) > MOST_SHOWN)
    return f"{sentence} " + _("Allowed: %s.") % shown


class StrictChangeList(ChangeList):
    """The rows that a list's address asks for; raises `Unanswerable`."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> Any:
        self._check_ordering()
        self._check_names()
        try:
            return super().get_queryset(request, exclude_parameters)
        except (IncorrectLookupParameters, DisallowedModelAdminLookup) as error:
            raise Unanswerable(self._what_is_wrong(request)) from error

    def get_filters(self, request: HttpRequest) -> Any:
        found = super().get_filters(request)
        used: dict[str, Any] = dict(found[2])
        for spec in found[0]:
            if isinstance(spec, admin.FieldListFilter):
                used |= spec.used_parameters
        for name, values in used.items():
            self._check_values(name, values)
        return found

    def get_results(self, request: HttpRequest) -> None:
        """Django's, with the rows of a page found by their keys."""
        whole = self.apply_select_related(self.root_queryset)
        pages = Keyed(self.queryset, self.list_per_page, whole=whole)
        if request.GET.get(PAGE_VAR) == LAST:
            pages.to_last()
            self.page_num = pages.num_pages
        else:
            pages.to_page(self.page_num)
        self.paginator = pages
        self.result_count = pages.count
        self.multi_page = pages.num_pages > 1
        self.can_show_all = self.result_count <= self.list_max_show_all
        self.full_result_count = None
        self.show_full_result_count = False
        self.show_admin_actions = True
        if self.result_count >= MOST_COUNTED or self._is_long_to_count():
            # Each value of each filter would be counted over the whole table.
            self.add_facets = self.is_facets_optional = False
        if self.show_all and self.can_show_all:
            pages.per_page = self.list_max_show_all
            pages.__dict__.pop("num_pages", None)
            self.result_list = pages.page(1).object_list
        elif 1 <= self.page_num <= pages.num_pages:
            self.result_list = pages.page(self.page_num).object_list
        else:
            raise Unanswerable(
                _("“%s” is no page of this list.") % request.GET[PAGE_VAR][:100]
            )
        asked: Any = self.model_admin
        asked.fill(self.result_list)

    def _is_long_to_count(self) -> bool:
        """Whether numbers are asked for that the filters have without one another."""
        return self.add_facets and counted(self.root_queryset) >= MOST_COUNTED

    @property
    def counted(self) -> str:
        """How many rows the list has, with separators."""
        return said(self.result_count)

    @property
    def last_page(self) -> str:
        """Where a list's last page is that has more pages than are known."""
        query: str = self.get_query_string({PAGE_VAR: LAST})
        return query if self.paginator.capped else ""

    def _check_ordering(self) -> None:
        order = self.params.get(ORDER_VAR)
        if not order:
            return
        if not _ORDERING.fullmatch(order) or any(
            int(number.lstrip("-")) >= len(self.list_display)
            for number in order.split(".")
        ):
            raise Unanswerable(_("“%s” is no ordering of this list.") % order[:100])

    def _check_names(self) -> None:
        """Django takes any column of the table, and a bare one may mean another thing.

        ``region=`` is a place with all that lies in it over REST, but here the very
        place. One that says how it compares (``region__exact=``) says what it means.
        """
        own = set(self.filter_names())
        for name in self.get_filters_params():
            if name not in own and "__" not in name:
                raise Unanswerable(self._no_filter(name))

    def _check_values(self, name: str, values: Any) -> None:
        """Values of a closed list, and codes of other rows, are such."""
        path, _sep, lookup = name.rpartition("__")
        if lookup not in ("exact", "in"):
            path, lookup = name, "exact"
        try:
            field = get_fields_from_path(self.model, path)[-1]
        except (FieldDoesNotExist, NotRelationField):
            return
        given = [str(v) for value in _listed(values) for v in _listed(value)]
        if field.flatchoices:
            allowed = [str(value) for value, _label in field.flatchoices]
            allowed += [""] * bool(field.blank)
        elif isinstance(field, models.ForeignKey):
            target: Any = field.related_model
            known = target._base_manager.filter(pk__in=given)
            allowed = [str(key) for key in known.values_list("pk", flat=True)]
            if set(given) - set(allowed):
                (wrong, *_others) = sorted(set(given) - set(allowed))
                raise Unanswerable(no_value(name, wrong, []))
        else:
            return
        for value in given:
            if value not in allowed:
                raise Unanswerable(no_value(name, value, [v for v in allowed if v]))

    def _what_is_wrong(self, request: HttpRequest) -> str:
        """Which of the address's filters this list has no answer to."""
        for name, values in self.get_filters_params().items():
            if name in self.filter_names():
                continue
            try:
                self.root_queryset.filter(**{name: values[-1]})
            except (ValueError, ValidationError):
                return no_value(name, values[-1], [])
            except (FieldError, TypeError):
                return self._no_filter(name)
            if not self.model_admin.lookup_allowed(name, values[-1], request):
                return self._no_filter(name)
        return _("This list can't be filtered so.")

    def _no_filter(self, name: str) -> str:
        return _("This list has no filter “%(name)s”. It has: %(allowed)s.") % {
            "name": name[:100],
            "allowed": ", ".join(self.filter_names()) or "–",
        }

    def filter_names(self) -> list[str]:
        """The parameters of the filters beside the list."""
        return [
            str(getattr(filter_, "parameter_name", "")) or f"{filter_}__exact"
            for filter_ in self.list_filter
        ]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


class Lists:
    """For every admin: strict lists, and the registry's own search in them."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return StrictChangeList

    def fill(self, rows: list[Any]) -> None:
        """Read at once what else the rows of a page show."""

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        page = request.GET.get(PAGE_VAR, "1")
        if page != LAST and not (page.isascii() and page.isdigit()):
            raise Unanswerable(_("“%s” is no page of this list.") % page[:100])
        return super().get_changelist_instance(request)  # type: ignore[misc]  # of the admin beside it

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """Rows, drafts too, in which every word stands; never twice the same."""
        try:
            words = words_of(search_term)
        except Unsearchable as error:
            raise Unanswerable(str(error)) from error
        paths = list(self.get_search_fields(request))  # type: ignore[attr-defined]  # likewise
        return matching(queryset, words, paths, among=everything), False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        try:
            return super().changelist_view(request, extra_context)  # type: ignore[misc]  # likewise
        except Unanswerable as refused:
            return self.refusal(request, refused)

    def refusal(self, request: HttpRequest, refused: Unanswerable) -> TemplateResponse:
        """A page that says what is wrong with the list's address, status 400."""
        site, opts = self.admin_site, self.opts  # type: ignore[attr-defined]  # likewise
        context = site.each_context(request) | {
            "opts": opts,
            "title": _("This list can't be shown"),
            "sentence": str(refused),
        }
        template = "admin/unanswerable.html"
        return TemplateResponse(request, template, context, status=400)
