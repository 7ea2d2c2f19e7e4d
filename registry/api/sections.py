"""The schema cut into what the pages of the reference show."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from registry.api.answers import NAMES, tag_of

Schema = dict[str, Any]
# Parameters that every list has, told apart from those that choose rows.
COMMON = set(
    "ordering fields include group_by aggregate format bom as_of publication page_size"
    " cursor count".split()
)


def tags(schema: Schema) -> list[dict[str, Any]]:
    """Every resource: name, what it is, its first address."""
    first: dict[str, str] = {}
    for path in schema["paths"]:
        first.setdefault(tag_of(path), path)
    return [tag | {"path": first[tag["name"]]} for tag in schema["tags"]]


def menu(schema: Schema) -> dict[str, list[str]]:
    """Names of the resources with a list and a detail, and of the other routes."""
    detailed = {tag_of(path) for path in schema["paths"] if path.endswith("{code}/")}
    names = [tag["name"] for tag in schema["tags"]]
    return {
        "resources": [name for name in names if name in detailed],
        "others": [name for name in names if name not in detailed],
    }


def errors(schema: Schema) -> list[dict[str, Any]]:
    """Every status that is no answer, and what it means."""
    told = schema["components"]["responses"]
    return [
        {"status": code, "meaning": told[name]["description"]}
        for code, name in NAMES.items()
    ]


def routes(schema: Schema, tag: str) -> list[dict[str, Any]]:
    """The routes of a resource, each with its parameters, fields and answers."""
    return [
        _route(schema, path, told["get"])
        for path, told in schema["paths"].items()
        if tag_of(path) == tag
    ]


def _route(schema: Schema, path: str, operation: dict[str, Any]) -> dict[str, Any]:
    given = operation.get("parameters", [])
    address = path
    for parameter in given:
        if parameter["in"] == "path":
            example = str(parameter.get("example", ""))
            address = address.replace(f"{{{parameter['name']}}}", example)
    asked = [p for p in given if p["in"] == "query"]
    names = {p["name"] for p in asked}
    negations = {f"{name}__not" for name in names}
    shown = [
        _parameter(address, p) | {"negated": f"{p['name']}__not" in names}
        for p in asked
        if p["name"] not in negations
    ]
    good = operation["responses"]["200"]
    fields = list(_fields(schema, good["content"]))
    return {
        "path": path,
        "id": operation["operationId"],
        "summary": operation["summary"],
        "description": operation["description"],
        "example": "" if "//" in address else address,
        "choosing": [p for p in shown if p["name"] not in COMMON],
        "shaping": [p for p in shown if p["name"] in COMMON],
        "media": list(good["content"]),
        "statuses": ["200", *(s for s in operation["responses"] if s != "200")],
        "fields": fields,
    }


def _parameter(address: str, told: dict[str, Any]) -> dict[str, Any]:
    """A parameter with its values and an address to try it."""
    of = told["schema"]
    values = of.get("enum") or of.get("items", {}).get("enum") or []
    example = told.get("example", "")
    text = ",".join(example) if isinstance(example, list) else str(example)
    # What has an effect only beside another is tried with that one.
    beside = told.get("x-beside", "")
    query = urlencode({told["name"]: text}, safe=",")
    return {
        "name": told["name"],
        "description": told["description"],
        "values": values,
        "several": of.get("type") == "array",
        "least": of.get("minimum"),
        "most": of.get("maximum"),
        "example": text,
        "query": f"?{beside}&{query}" if beside else f"?{query}",
        "address": f"{address}?{beside}&{query}" if beside else f"{address}?{query}",
    }


def _fields(schema: Schema, content: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The fields of the records that a JSON answer holds, nested ones below theirs."""
    of = content.get("application/json", {}).get("schema", {})
    envelope = _properties(schema, of)
    rows = envelope.get("results", {}).get("items")
    yield from _listed(schema, _properties(schema, rows) if rows else envelope, "")


def _listed(
    schema: Schema, properties: dict[str, Any], above: str
) -> Iterator[dict[str, Any]]:
    for name, told in properties.items():
        inner = told.get("items", told)
        nested = _properties(schema, inner)
        kinds = told.get("type", "")
        yield {
            "name": above + name,
            "depth": above.count("."),
            "title": told.get("title", ""),
            "description": told.get("description", ""),
            "type": " · ".join(kinds) if isinstance(kinds, list) else kinds,
            "inner": "" if "$ref" in inner else ", ".join(nested),
        }
        if "$ref" in inner and not above:
            yield from _listed(schema, nested, f"{name}.")


def _properties(schema: Schema, of: dict[str, Any]) -> dict[str, Any]:
    """The properties of an object, behind a reference or one of several."""
    if "$ref" in of:
        name = of["$ref"].rpartition("/")[2]
        return _properties(schema, schema["components"]["schemas"][name])
    if "anyOf" in of:
        return _properties(schema, of["anyOf"][0])
    return of.get("properties", {})
