"""What OPTIONS answers: the parameters of the route, as strict as the route itself."""

from typing import Any

from rest_framework.metadata import BaseMetadata
from rest_framework.request import Request

from registry.api import parameters


class Understood(BaseMetadata):
    """The route's parameters, each with its meaning."""

    def determine_metadata(self, request: Request, view: Any) -> dict[str, Any]:
        if hasattr(view, "action_map"):
            view.action = view.action_map["get"]
        understood = view.parameters(detail=view.detail)
        parameters.check(request, understood)
        return {
            "parameters": [
                {
                    "name": parameter.name,
                    "description": parameter.description,
                    "schema": parameter.schema,
                }
                for parameter in understood
            ]
        }
