"""Conditional answers, and whole answers kept: both by the state that was read.

An answer is named by its ``ETag``: the release, the address with its parameters in
order, the language, the last change of what it is read from, and the day where it
depends on it. Whoever has that answer already gets 304; else it comes from the cache
under the same name, or is made and put there.

The state is read before the rows, so that rows may be newer than their name but never
older; who asks plays no part. Replicas give both of one state: `registry.api.sources`.
"""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.db import connection, models
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.crypto import salted_hmac
from django.utils.http import parse_etags
from django.utils.timezone import localdate
from django.utils.translation import get_language
from rest_framework.request import Request
from rest_framework.response import Response

from registry import drafts, revisions
from registry.api import parameters, sources
from registry.models import Change
from registry.release import release
from registry.revisions import State

# Larger answers are made anew each time rather than pushing others out.
LARGEST_KEPT = 500_000
KEPT_FOR = 24 * 3600
KEPT_HEADERS = ("Content-Type", "Link", "X-Revision")

Answer = Callable[..., Any]


def canonical(asked: dict[str, str]) -> str:
    """The parameters as a query, in one order however they were given."""
    return urlencode(sorted(asked.items()))


def state_of(read: Iterable[type[models.Model]]) -> State:
    """The state of what those models hold; of the journal, the very last."""
    found = frozenset(read)
    return revisions.latest() if Change in found else revisions.latest_of(found)


def conditional(answer: Answer) -> Answer:
    """Decorates a view's method that gives an answer of ``view.reads``.

    The method of a `Route` finds the checked parameters in ``asked`` and the state in
    ``state``, where it puts an earlier one if it answers of that.
    """

    @wraps(answer)
    def answered(view: Any, request: Request, *args: Any, **kwargs: Any) -> Any:
        view.asked = parameters.check(request, view.parameters(detail=view.detail))
        view.state = state_of(view.reads)
        return given(
            request,
            view.asked,
            view.state,
            lambda: revised(answer(view, request, **kwargs), view.state),
            daily=view.daily,
        )

    return answered


def given(
    request: Request,
    asked: dict[str, str],
    state: State,
    make: Callable[[], HttpResponseBase],
    *,
    daily: bool = False,
) -> HttpResponseBase:
    """304, the answer that is kept, or the one that ``make`` makes.

    ``daily``: it depends on today.
    """
    if drafts.are_seen():
        made = make()
        made["Cache-Control"] = "private, no-store"
        return made
    if connection.in_atomic_block:
        # What this transaction wrote has no revision yet, and nobody else sees it.
        return make()
    name = _name(request, asked, state, daily)
    tag = f'W/"{name}"'
    wanted = parse_etags(request.META.get("HTTP_IF_NONE_MATCH", ""))
    if any(one.removeprefix("W/") == tag.removeprefix("W/") for one in wanted):
        return _named(HttpResponse(status=304), tag)
    kept = cache.get(f"answer:{name}")
    if kept is not None:
        headers, content = kept
        found: HttpResponseBase = HttpResponse(content, headers=headers)
    else:
        # Of an earlier day tables are written, which no replica takes.
        found = make() if "as_of" in asked else sources.made(state, make)
        if found.status_code != 200:
            return found
        if isinstance(found, Response):
            found.add_post_render_callback(_keep(f"answer:{name}"))
    return _named(HttpResponse(status=304) if wanted == ["*"] else found, tag)


def revised(answer: Any, state: State) -> Any:
    """The answer with the revision that it was read at."""
    if answer.status_code == 200 and "X-Revision" not in answer:
        answer["X-Revision"] = str(state.revision)
    return answer


def _name(
    request: HttpRequest, asked: dict[str, str], state: State, daily: bool
) -> str:
    parts = (
        release(),
        request.build_absolute_uri(request.path),
        canonical(asked),
        get_language(),
        state.revision,
        state.digest,
        localdate() if daily else "",
    )
    text = "\n".join(map(str, parts))
    return salted_hmac("registry.etag", text, algorithm="sha256").hexdigest()[:32]


def _named(answer: Any, tag: str) -> Any:
    answer["ETag"] = tag
    answer["Cache-Control"] = "public, no-cache"
    # The language may come from the site's switch.
    patch_vary_headers(answer, ("Accept-Language", "Cookie"))
    return answer


def _keep(key: str) -> Callable[[Response], None]:
    def keep(answer: Response) -> None:
        if len(answer.content) <= LARGEST_KEPT:
            headers = {name: answer[name] for name in KEPT_HEADERS if name in answer}
            cache.set(key, (headers, answer.content), KEPT_FOR)

    return keep
