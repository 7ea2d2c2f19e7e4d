"""The handbook of what a list of programs shows, as a page and as PDF."""

from copy import copy
from io import BytesIO
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import IGNORED_PARAMS, PAGE_VAR, SEARCH_VAR
from django.core.exceptions import PermissionDenied
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    QueryDict,
)
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from programs.handbook import asking, files, reading
from programs.handbook.parts import Handbook
from programs.models import Program, Region
from registry import printing
from registry.admin.lists import Unanswerable, no_value
from registry.models import Publication

MOST = 300
# gunicorn's limit for the first line of a request is 4094.
LONGEST_ADDRESS = 3500
TITLE, CODES, DRAFTS = OWN = ("title", "codes", "drafts")
# What says how a list is shown, not what is in it.
SHOWING = {*IGNORED_PARAMS, PAGE_VAR} - {SEARCH_VAR}


class Handbooks(admin.ModelAdmin):
    """For the admin of programs: ``handbook/`` below its list, with its query."""

    def get_urls(self) -> list[Any]:
        stem = f"{self.opts.app_label}_{self.opts.model_name}_handbook"
        return [
            path(
                "handbook/", self.admin_site.admin_view(self.handbook_view), name=stem
            ),
            path(
                "handbook/pdf/",
                self.admin_site.admin_view(self.handbook_pdf_view),
                name=f"{stem}_pdf",
            ),
            *super().get_urls(),
        ]

    def handbook_address(self, *, pdf: bool = False) -> str:
        stem = f"admin:{self.opts.app_label}_{self.opts.model_name}_handbook"
        return reverse(f"{stem}_pdf" if pdf else stem)

    def list_links(self, shown: Any) -> list[tuple[Any, str]]:
        asked = list_query(shown)
        return [(_("Handbook"), f"{self.handbook_address()}{asked}")]

    @admin.action(description=gettext_lazy("Handbook of the selected"))
    def handbook_of_selected(self, request: HttpRequest, queryset: Any) -> Any:
        """To the handbook of the ticked rows, or of all that the list shows."""
        asked = request.GET.copy()
        for name in SHOWING:
            asked.pop(name, None)
        if request.POST.get("select_across", "0") != "1":
            codes = queryset.order_by("pk").values_list("pk", flat=True)
            asked[CODES] = ",".join(codes)
        address = f"{self.handbook_address()}?{asked.urlencode(safe=',')}"
        if len(address) <= LONGEST_ADDRESS:
            return HttpResponseRedirect(address)
        sentence = _("Too many for one address. Filter the list, and select all of it.")
        messages.error(request, sentence)
        return None

    def handbook_view(self, request: HttpRequest) -> HttpResponseBase:
        return self._handbook_answer(request, self._handbook_page)

    def handbook_pdf_view(self, request: HttpRequest) -> HttpResponseBase:
        return self._handbook_answer(request, self._handbook_pdf)

    def _handbook_answer(self, request: HttpRequest, answer: Any) -> HttpResponseBase:
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            return answer(request, self._handbook(request))
        except Unanswerable as refused:
            return self.refusal(request, refused)  # type: ignore[attr-defined]

    def _handbook_page(self, request: HttpRequest, made: Handbook) -> HttpResponse:
        kept = [
            (name, value)
            for name, values in request.GET.lists()
            for value in values
            if name not in (TITLE, DRAFTS)
        ]
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": made.title,
            "handbook": made,
            "kept": kept,
            "left_out": left_out(made),
            "longest_title": asking.LONGEST_TITLE,
            "prints": printing.chromium() is not None,
            "pdf_address": self.handbook_address(pdf=True),
            "list_address": reverse(
                f"admin:programs_{self.opts.model_name}_changelist"
            ),
        }
        return TemplateResponse(request, "admin/programs/handbook.html", context)

    def _handbook_pdf(self, request: HttpRequest, made: Handbook) -> HttpResponseBase:
        try:
            content = files.pdf(made)
        except printing.PrintingError as error:
            busy = isinstance(error, printing.Busy)
            context = self.admin_site.each_context(request) | {
                "opts": self.opts,
                "title": _("The PDF could not be made"),
                "sentence": str(error),
            }
            answer = TemplateResponse(
                request, "admin/unanswerable.html", context, status=503
            )
            if busy:
                answer["Retry-After"] = "10"
            return answer
        return FileResponse(
            BytesIO(content),
            as_attachment=True,
            filename=f"{files.file_name(made)}.pdf",
            content_type="application/pdf",
        )

    def _handbook(self, request: HttpRequest) -> Handbook:
        """The handbook that the address asks for; raises `Unanswerable`."""
        own = {name: _single(request.GET, name) for name in OWN}
        asked: Any = copy(request)
        asked.GET = request.GET.copy()
        for name in OWN:
            asked.GET.pop(name, None)
        for name in sorted(SHOWING & set(asked.GET)):
            raise Unanswerable(_("“%s” means nothing for a handbook.") % name)
        if own[DRAFTS] not in (None, "yes"):
            raise Unanswerable(no_value(DRAFTS, str(own[DRAFTS]), ["yes"]))
        shown: Any = self.get_changelist_instance(asked)
        programs = Program.objects.filter(pk__in=shown.queryset.order_by().values("pk"))
        chosen = in_words(shown)
        if (codes := own[CODES]) is not None:
            programs = _of_codes(programs, codes)
            chosen.append((_("chosen"), _("one by one")))
        found = programs.count()
        if found > MOST:
            raise Unanswerable(
                _(
                    "A handbook made here has at most %(most)d programs; these are"
                    " %(found)d. Filter the list further, or run: %(command)s"
                )
                % {"most": MOST, "found": found, "command": "manage.py handbook"}
            )
        return reading.read(
            programs,
            title=_title(own[TITLE], shown),
            chosen=chosen,
            drafts=own[DRAFTS] == "yes",
        )


def list_query(shown: Any) -> str:
    """The list's filters and search as the end of an address."""
    asked = QueryDict(mutable=True)
    for name, values in shown.get_filters_params().items():
        asked.setlist(name, values)
    if shown.query:
        asked[SEARCH_VAR] = shown.query
    return f"?{asked.urlencode()}" if asked else ""


def _single(query: QueryDict, name: str) -> str | None:
    given = query.getlist(name)
    if len(given) > 1:
        raise Unanswerable(_("“%s” is given more than once.") % name)
    return given[0] if given else None


def _of_codes(programs: Any, text: str) -> Any:
    codes = text.split(",")
    if len(codes) > MOST:
        raise Unanswerable(_("At most %d codes at once.") % MOST)
    known = programs.filter(pk__in=codes)
    if unknown := sorted(set(codes) - set(known.values_list("pk", flat=True))):
        raise Unanswerable(asking.no_such(unknown))
    return known


def _title(given: str | None, shown: Any) -> str:
    """The title asked for; else one after the place of the list."""
    if given is None:
        (code,) = shown.get_filters_params().get("in", [""])
        place = Region.objects.filter(pk=code).first()
        return asking.default_title(place)
    try:
        return asking.checked_title(given)
    except ValueError as error:
        raise Unanswerable(str(error)) from error


def in_words(shown: Any) -> list[tuple[str, str]]:
    """What the list is filtered by: (name of the filter, its value), for a reader."""
    said = []
    named: set[str] = set()
    for spec in shown.filter_specs:
        if not set(spec.expected_parameters()) & set(shown.get_filters_params()):
            continue
        named.update(spec.expected_parameters())
        values = [
            str(choice["display"]).strip()
            for choice in spec.choices(shown)
            if choice["selected"]
        ]
        said.append((str(spec.title), "、".join(values)))
    said += [
        (name, "、".join(values))
        for name, values in shown.get_filters_params().items()
        if name not in named
    ]
    if shown.query:
        said.append((_("search"), shown.query))
    return said


def left_out(made: Handbook) -> list[str]:
    """Sentences: how many of the chosen programs are not in it, and why."""
    drafts = made.left_out[Publication.DRAFT]
    withdrawn = made.left_out[Publication.WITHDRAWN]
    said = []
    if drafts:
        sentence = ngettext("%d draft is left out.", "%d drafts are left out.", drafts)
        said.append(sentence % drafts)
    if withdrawn:
        sentence = ngettext(
            "%d withdrawn program is left out.",
            "%d withdrawn programs are left out.",
            withdrawn,
        )
        said.append(sentence % withdrawn)
    return said
