"""``history/`` and ``diff/`` of a resource's records: the public view."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from registry import journal
from registry.api import conditional, parameters, versions
from registry.api.gone import elsewhere
from registry.api.parameters import Parameter
from registry.api.views import Resource
from registry.models import Change


class Versioned(Resource):
    """A resource whose records tell how they changed since they were published."""

    def parameters(
        self, *, detail: bool, form: str = "", grouped: bool = False
    ) -> list[Parameter]:
        routes: dict[str, Callable[[], list[Parameter]]]
        routes = {"history": list, "diff": versions.ends}
        # Not set where the class is asked what it understands.
        own = routes.get(getattr(self, "action", ""))
        if own:
            return own()
        return super().parameters(detail=detail, form=form, grouped=grouped)

    @extend_schema(responses={200: versions.VERSIONS})
    @action(detail=True)
    def history(self, request: Request, code: str) -> Any:
        """When the record changed since it was published, and what."""
        return self._versions(
            request,
            code,
            lambda record, _asked: {"results": versions.versions(record)},
        )

    @extend_schema(responses={200: versions.DIFFERENCE})
    @action(detail=True)
    def diff(self, request: Request, code: str) -> Any:
        """What differs between two versions of the record."""
        return self._versions(request, code, versions.difference)

    def _versions(self, request: Request, code: str, tell: Any) -> Any:
        asked = parameters.check(request, self.parameters(detail=True))

        def make() -> Any:
            with journal.reading():
                record = self.found({}).filter(code=code).first()
                if record is None:
                    return elsewhere(request, code, self.get_queryset())
                return Response(tell(record, asked))

        state = conditional.state_of([Change])
        return conditional.given(request, asked, state, make)
