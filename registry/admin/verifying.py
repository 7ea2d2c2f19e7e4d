"""One click that says: somebody checked it against its source today, and it holds.

It changes nothing of what a record says, so whoever may change records may do it to
published ones too, without a review. It takes the version that was shown, as any write.
"""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from registry import freshness, rights
from registry.admin.links import change_address
from registry.admin.posted import whole
from registry.admin.publishing import PublishingPages
from registry.models import Conflict, Publication, Record

# At once; a page has fewer, with what is shown with them more.
MOST = 400


def token(record: Any) -> str:
    """How forms post a record with the version that they show: ``program:code:3``."""
    return f"{record._meta.model_name}:{record.pk}:{record.version}"


def shown_with(records: list[Any]) -> list[Any]:
    """Records shown with these (terms, figures) that can be verified with them."""
    if not records:
        return []
    return [
        one
        for relation in records[0]._meta.related_objects
        if relation.name in records[0].shown_with
        for one in relation.related_model._base_manager.filter(
            **{f"{relation.field.name}__in": [record.pk for record in records]}
        )
        .exclude(publication=Publication.WITHDRAWN)
        .order_by("code")
    ]


class VerifyingPages(PublishingPages):
    """For an admin: the click on a record's page, and for several from the list."""

    actions = ["verify_selected", *PublishingPages.actions]

    def concerned(self, records: list[Any]) -> dict[str, list[Any]]:
        """Code → other records that hang on it, for the queue to name."""
        return {}

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        record = context.get("original")
        if record is not None and self.has_change_permission(request, record):
            others = shown_with([record])
            context |= {
                "verifying": token(record),
                "verifying_with": [token(one) for one in others],
                "verified_today": record.verified_on == localdate(),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.action(description=gettext_lazy("Verify the selected"))
    def verify_selected(self, request: HttpRequest, queryset: Any) -> Any:
        """A page with the records and what is shown with them, to verify at one go."""
        records = list(queryset.standing()[: MOST + 1])
        if not all(self.has_change_permission(request, one) for one in records):
            raise PermissionDenied
        others = shown_with(records)
        if not records or len(records) + len(others) > MOST:
            messages.error(
                request,
                _("Nothing of this can be verified: all were withdrawn.")
                if not records
                else _("Choose fewer: at most %d at once, terms and figures included.")
                % MOST,
            )
            return None
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": _("Verify"),
            "records": [(one, token(one)) for one in records],
            "others": [(one, token(one)) for one in others],
        }
        return TemplateResponse(request, "admin/verify.html", context)


def verify_view(site: Any, request: HttpRequest) -> HttpResponse:
    """Verify what was posted, each as a change of its own; then back to the page.

    ``record`` names the chosen, ``one`` the one whose button it was, ``also`` what is
    shown with them if ``with`` is set.
    """
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    asked = request.POST.getlist("one") or request.POST.getlist("record")
    if "with" in request.POST:
        asked = asked + request.POST.getlist("also")
    done = sum(_verify(site, request, posted) for posted in dict.fromkeys(asked))
    if done:
        sentence = ngettext(
            "%(done)d record was verified.", "%(done)d records were verified.", done
        )
        messages.success(request, sentence % {"done": done})
    elif not asked:
        messages.warning(request, _("Choose what you have verified."))
    back = request.POST.get("back", "")
    if not url_has_allowed_host_and_scheme(back, None) or not back.startswith("/"):
        back = reverse("admin:freshness", args=["stale"])
    return HttpResponseRedirect(back)


def _verify(site: Any, request: Any, posted: str) -> bool:
    """Whether that record is verified now; where not, a message says why."""
    kind, _sep, rest = posted.partition(":")
    code, _sep, version = rest.rpartition(":")
    model_admin = next(
        (
            found
            for model, found in site._registry.items()
            if issubclass(model, Record) and model._meta.model_name == kind
        ),
        None,
    )
    if model_admin is None:
        raise PermissionDenied
    record = model_admin.model._base_manager.filter(pk=code).first()
    if record is None:
        messages.error(request, _("%s is not there any more.") % code)
        return False
    allowed = model_admin.has_change_permission(request, record)
    if not allowed and not rights.is_closed(record):
        raise PermissionDenied
    record.version = whole(version)
    try:
        freshness.verify(
            record,
            by=request.user.get_username(),
            on=localdate(),
            reason=_("Checked against its source: it holds."),
            path="admin",
        )
    except Conflict:
        messages.error(
            request,
            format_html(
                _(
                    '<a href="{}">{}</a> was changed since you saw it:'
                    " look at it again."
                ),
                change_address(record),
                record,
            ),
        )
        return False
    except freshness.Blocked as blocked:
        messages.error(request, " ".join(blocked.sentences))
        return False
    return True
