"""Pages outside the admin: the first page, and its icon."""

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from registry.models import Publication, Record


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is, how much is published in it, where to go."""
    counts = [
        (
            model._meta.verbose_name_plural,
            model._base_manager.filter(publication=Publication.PUBLISHED).count(),
        )
        for model in apps.get_models()
        if issubclass(model, Record) and not model._meta.proxy
    ]
    return render(request, "home.html", {"counts": counts})


@require_safe
def icon(request: HttpRequest) -> HttpResponse:
    """The site's icon, where browsers ask for it unasked."""
    return redirect(static("registry/icon.svg"))
