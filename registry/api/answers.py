"""What routes answer besides what was asked for: refusals, headers, other formats.

As parts of the OpenAPI schema, each told once and referred to.
"""

from typing import Any

from django.utils.translation import gettext as _

from registry.api.problems import CONTENT_TYPE

MEDIA = {
    "ndjson": "application/x-ndjson",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "yaml": "application/yaml",
}
FILES = {MEDIA["csv"], "application/zip"}
BODY: dict[str, dict[str, Any]] = {
    "ndjson": {"schema": {"type": "string"}},
    "csv": {"schema": {"type": "string"}},
    "xlsx": {"schema": {"type": "string", "format": "binary"}},
    "yaml": {"schema": {"type": "object"}},
}
# Status → its name among the schema's components.
NAMES = {
    301: "Merged",
    304: "NotModified",
    400: "Refused",
    401: "Unknown",
    403: "Forbidden",
    404: "NotFound",
    410: "Withdrawn",
    429: "TooMany",
}


def tag_of(path: str) -> str:
    """The part of an address behind the version: the resource; ``api`` of the first."""
    return path.split("/")[3] or "api"


def meta(**more: dict[str, Any]) -> dict[str, Any]:
    """The schema of ``meta``: the state that was read (`State.told`), and more."""
    told = more | {
        "revision": {"type": "integer"},
        "at": {"type": ["string", "null"], "format": "date-time"},
    }
    return {"type": "object", "properties": told, "required": list(told)}


def headers_of_good(*, paged: bool, files: bool) -> dict[str, Any]:
    """Headers of an answer with status 200, which may come in pages or be a file."""
    names = ["ETag", *["X-Revision"] * files, "RateLimit", *["Link"] * paged]
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def refusals(*, has_key: bool, withdraws: bool) -> dict[str, Any]:
    """Answers of a route with another status than 200."""
    codes = [304, 400, 401, 403, *[404] * has_key, 429]
    if withdraws:
        codes += [301, 410]
    return {
        str(code): {"$ref": f"#/components/responses/{NAMES[code]}"}
        for code in sorted(codes)
    }


def components() -> dict[str, Any]:
    """The parts of the schema that every route refers to."""
    return {
        "schemas": {"Problem": _problem()},
        "headers": _headers(),
        "responses": _responses(),
        "securitySchemes": {
            "token": {
                "type": "apiKey",
                "in": "header",
                "name": "Authorization",
                "description": _(
                    "“Token tfr_…”. Tokens raise the limits; what is answered depends"
                    " on them only with publication=any."
                ),
            }
        },
    }


def _problem() -> dict[str, Any]:
    text = {"type": "string"}
    return {
        "type": "object",
        "description": _("RFC 9457: what is wrong, what is allowed."),
        "required": ["type", "title", "status", "detail", "instance"],
        "properties": {
            "type": text,
            "title": text | {"description": _("What kind of error it is.")},
            "status": {"type": "integer"},
            "detail": text | {"description": _("What is wrong, for a person.")},
            "instance": text | {"description": _("The address that was asked.")},
            "parameter": text | {"description": _("The parameter it is about.")},
            "allowed": {
                "type": "array",
                "items": text,
                "description": _("What may stand there."),
            },
            "did_you_mean": text
            | {"description": _("The allowed one that is most alike.")},
            "code": text | {"description": _("Of a withdrawn record.")},
            "withdrawn_on": {"type": ["string", "null"], "format": "date"},
            "successor": {"type": ["string", "null"]},
        },
    }


def _headers() -> dict[str, Any]:
    text = {"type": "string"}
    told = {
        "ETag": (
            _("Names the answer: sent back in If-None-Match, it is answered by 304."),
            text,
        ),
        "Link": (_("RFC 8288: the next page and the previous, where there are."), text),
        "X-Revision": (
            _("Of a file: the revision that it was read at."),
            {"type": "integer"},
        ),
        "RateLimit": (
            _("Requests left, and seconds until the limit begins anew."),
            text,
        ),
        "Retry-After": (_("Seconds after which to ask again."), {"type": "integer"}),
        "Location": (_("The address of the record that it was merged into."), text),
        "WWW-Authenticate": (_("How to send a token."), text),
    }
    return {
        name: {"description": description, "schema": schema}
        for name, (description, schema) in told.items()
    }


def _responses() -> dict[str, Any]:
    told = {
        301: (_("The record was merged into another."), ["Location"]),
        304: (_("Nothing changed since the answer with that ETag."), ["ETag"]),
        400: (_("A parameter or a value that this route does not have."), []),
        401: (_("A token is needed, or this one is not valid."), ["WWW-Authenticate"]),
        403: (_("Who asks may not see this."), []),
        404: (_("Nothing is published under this code."), []),
        410: (_("The record was withdrawn."), []),
        429: (_("More requests than the limit allows."), ["RateLimit", "Retry-After"]),
    }
    body = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        NAMES[code]: {"description": description}
        | (
            {"headers": {n: {"$ref": f"#/components/headers/{n}"} for n in names}}
            if names
            else {}
        )
        | ({"content": body} if code >= 400 else {})
        for code, (description, names) in told.items()
    }
