"""Every column has a filter or a reason for none, and every filter keeps its word."""

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programs.api.urls import router
from programs.models import TABLES, Region, SpecialistBranch
from registry.api.comparisons import Text
from registry.api.filters import Choices, Coded, Modifier, References
from registry.fields import is_derived
from registry.models import Owned, OwnedRecord, Record

RESOURCES = [(name, view) for name, view, _basename in router.registry]

SEARCHED = "Words are looked for with “search”."
ORDER = "A place in an order says nothing of the row; lists are ordered by it."
UNSERVED = "Not served over REST."
KEEPING = "How a record is kept, the same for all that is published."
OWNER = "Found by its record's code."
# Reviewed: columns without a filter of their name, and why or by what they are asked.
EXEMPT = {
    "Region.name": SEARCHED,
    "Category.name": SEARCHED,
    "Indicator.name": SEARCHED,
    "Agency.name": SEARCHED,
    "Document.title": SEARCHED,
    "Document.number_as_printed": "“number” reads garbled forms too; search finds it.",
    "Document.issued_as_written": UNSERVED,
    "Passage.summary": SEARCHED,
    "Passage.text": UNSERVED,
    "Passage.order": ORDER,
    "Program.name": SEARCHED,
    "Program.stip_instrument": "“instrument”: its own, else its kind's.",
    "Program.places": "“region” finds a program at its other places too.",
    "Program.categories": "“stage”, “audience” and “industry”.",
    "Case.title": SEARCHED,
    "Case.beneficiary": SEARCHED,
    "Term.order": ORDER,
    "Term.as_written": SEARCHED,
    "Term.value_to": "“value__gte” and “value__lte” read a range's two ends.",
    "Figure.as_written": SEARCHED,
    "Figure.value_to": "“value__gte” and “value__lte” read a range's two ends.",
    "Figure.period_as_written": "“period_start” and “period_end” say it in dates.",
}
# Of all records.
KEPT = {
    "publication": KEEPING,
    "created_at": UNSERVED,
    "version": KEEPING,
    "merged_into": KEEPING,
}
# Rows that a record owns have no list: which filters of lists read them.
OWNED = {
    "AgencyAlias.name": SEARCHED,
    "AgencyAlias.region": "Where a name is printed says nothing of its bearer.",
    "AgencyAlias.passage": "Where a name is printed says nothing of its bearer.",
    "DocumentRole.role": "agency_role",
    "DocumentRole.agency": "agency",
    "DocumentRole.as_written": SEARCHED,
    "Responsibility.source": "Whether a list or the text names it decides nothing.",
    "Responsibility.group": "A comma of the printed list.",
    "Responsibility.agency": "agency",
    "Responsibility.role": "agency_role",
    "Responsibility.task": SEARCHED,
    "Responsibility.as_written": SEARCHED,
    "ProgramRole.role": "agency_role",
    "ProgramRole.agency": "agency",
    "ProgramRole.as_written": SEARCHED,
    "ProgramRole.since": "When a part began, which none of the sources says.",
    "ProgramLink.relation": "relation",
    "ProgramLink.target": "linked_to",
    "Citation.passage": "passage",
    "Citation.as_written": SEARCHED,
    "Citation.note": "Our own remark on a citation.",
}
# What the shipped data has none of, or what only somebody with a token may ask.
NO_EXAMPLE = {"cursor", "uscc", "licence", ("branches", "code"), "publication"}


def columns():
    """Every column and many-to-many field of the tables, by name, with its model."""
    for model in TABLES:
        for field in [*model._meta.concrete_fields, *model._meta.many_to_many]:
            if not is_derived(field) and not isinstance(field, property):
                yield model, field.name


def asked_for(model):
    """Names of columns that filters of the model's resources are named after."""
    names = set()
    for _name, view in RESOURCES:
        shown = view.queryset.model._meta.concrete_model
        if shown is model:
            for name in view.filters.base_filters:
                names |= {name, name.partition("__")[0], name.removeprefix("has_")}
    return names


def reason(model, name):
    key = f"{model.__name__}.{name}"
    if issubclass(model, Owned) and not issubclass(model, OwnedRecord):
        if name in ("code", "order", model.owner):
            return ORDER if name == "order" else OWNER
        return OWNED.get(key)
    return EXEMPT.get(key) or KEPT.get(name)


def test_every_column_has_a_filter_or_a_reason():
    assert [
        f"{model.__name__}.{name}"
        for model, name in columns()
        if name not in asked_for(model) and not reason(model, name)
    ] == []


def test_no_reason_is_given_for_what_has_a_filter_or_is_gone():
    without = {
        f"{model.__name__}.{name}"
        for model, name in columns()
        if name not in asked_for(model)
    }
    assert {*EXEMPT, *OWNED} - without == set()


def meaning(filter_):
    """What a filter takes: rows of a table, or values of a list, or one value."""
    if isinstance(filter_, References):
        model = filter_.queryset().model
        return model._meta.concrete_model if filter_.field_name != "pk" else "its own"
    return type(filter_)


def test_a_name_means_the_same_on_every_resource():
    meanings = {}
    for _name, view in RESOURCES:
        for name, filter_ in view.filters.base_filters.items():
            meanings.setdefault(name, set()).add(meaning(filter_))
    differing = {
        name.removesuffix("__not") for name, f in meanings.items() if len(f) > 1
    }
    # Each names another of its own kind.
    assert differing == {"parent", "broader", "restates"}


def test_a_closed_list_is_the_same_on_every_resource():
    lists = {}
    for _name, view in RESOURCES:
        for name, filter_ in view.filters.base_filters.items():
            if isinstance(filter_, Choices):
                lists.setdefault(name, set()).add(type(filter_.choices[0]))
    differing = {name for name, found in lists.items() if len(found) > 1}
    # A kind of what is listed, a part in what is listed.
    assert differing == {"kind", "kind__not", "agency_role"}


def own(view):
    """Filters of the resource that a resource before it does not have just so."""
    before = [
        other for _name, other in RESOURCES[: [v for _n, v in RESOURCES].index(view)]
    ]
    for parameter in view().parameters(detail=False):
        name = parameter.name
        known = view.filters.base_filters.get(name)
        if not any(
            other.filters.base_filters.get(name) is known
            and issubclass(view, other)
            and known is not None
            for other in before
        ):
            yield parameter, known


@pytest.fixture
def count(client, shipped):
    """How many rows a query finds, or the problem that it is refused with."""

    def get(resource, query):
        if "page_size=" not in query and "format=" not in query:
            query += "&page_size=1" * ("group_by" not in query)
        answer = client.get(f"{reverse(f'{resource}-list')}?{query}")
        if answer.streaming:
            return answer.status_code
        told = answer.json()
        return told["count"] if answer.status_code == 200 else told

    return get


def asked(parameter, name=""):
    query = f"{name or parameter.name}={parameter.example}"
    return f"{query}&{parameter.beside}" if parameter.beside else query


@pytest.mark.parametrize(("resource", "view"), RESOURCES)
def test_every_example_is_answered_and_a_negation_finds_the_rest(count, resource, view):
    every, wrong = count(resource, "format=json"), []
    for parameter, filter_ in own(view):
        name = parameter.name
        if not parameter.example:
            if not NO_EXAMPLE & {name, (resource, name.removesuffix("__not"))}:
                wrong.append(name)
            continue
        found = count(resource, asked(parameter))
        if not isinstance(found, int):
            wrong.append((asked(parameter), found["detail"]))
        elif isinstance(filter_, Coded) and not isinstance(filter_, Modifier):
            if (
                not name.endswith("__not")
                and found + count(resource, asked(parameter, f"{name}__not")) != every
            ):
                wrong.append(f"{name}__not")
        elif (
            name.startswith("has_")
            and found + count(resource, f"{name}=false") != every
        ):
            wrong.append(f"{name}=false")
    assert wrong == []


def test_no_filter_passes_over_what_it_can_not_read(client, shipped):
    """Unknown, empty, or given twice: once for each filter, wherever it stands."""
    seen, wrong = set(), []
    for resource, view in RESOURCES:
        for parameter, filter_ in own(view):
            name = parameter.name
            if filter_ is None or name in seen:
                continue
            seen.add(name)
            beside = f"&{parameter.beside}" if parameter.beside else ""
            for value in ("nonsense", "", f"{parameter.example}&{name}=x"):
                answer = client.get(
                    f"{reverse(f'{resource}-list')}?{name}={value}{beside}"
                )
                told = answer.json()
                if answer.status_code != 400 or told["parameter"] != name:
                    wrong.append((resource, name, value))
                if value == "nonsense" and isinstance(filter_, Coded):
                    wrong += [] if "allowed" in told else [(resource, name)]
    assert wrong == []


def test_the_schema_tells_what_a_list_and_a_detail_allow(client, shipped):
    paths = client.get("/api/v1/schema/?format=json").json()["paths"]

    def told(path):
        asked = paths[path]["get"]["parameters"]
        return {each["name"] for each in asked if each["in"] == "query"}

    def allowed(*addresses):
        return {n for a in addresses for n in client.get(a).json()["allowed"]}

    differing = []
    for resource, view in RESOURCES:
        code = view.queryset.model._default_manager.values_list("pk", flat=True).first()
        path = f"/api/v1/{resource}/"
        # Of a list the schema tells what it allows in any format.
        listed = allowed(f"{path}?nonsense=1", f"{path}?format=csv&nonsense=1")
        if told(path) != listed or told(f"{path}{{code}}/") != allowed(
            f"{path}{code}/?nonsense=1"
        ):
            differing.append(path)
    assert differing == []


def test_the_schema_gives_the_examples(client, db):
    paths = client.get("/api/v1/schema/?format=json").json()["paths"]
    given = {
        each["name"]: each.get("example")
        for each in paths["/api/v1/programs/"]["get"]["parameters"]
    }
    assert given["region"] == ["310000"]
    assert given["amount__gte"] == "1000万元"
    without = {name for name, example in given.items() if not example}
    assert without - {"publication"} == {"cursor"}


TEXTS = [
    (resource, name, filter_.column)
    for resource, view in RESOURCES
    for name, filter_ in view.filters.base_filters.items()
    if isinstance(filter_, Text)
]
# Of a form of their own; and what begins alike.
WORDINGS = {
    "uscc": ("11440700MB2C90725T", "11"),
    "number": ("绝密发〔2026〕9号", "绝密发〔2026〕8号"),
}


@pytest.mark.parametrize(("resource", "name", "column"), TEXTS)
def test_a_wording_of_drafts_alone_is_neither_known_nor_hinted_at(
    client, shipped, resource, name, column
):
    model = dict(RESOURCES)[resource].queryset.model
    if model is SpecialistBranch:
        SpecialistBranch.objects.create(
            code="310000-x", name="支行", kind="tech_branch", publication="published",
            region=Region.objects.get(pk="310000"),
        )  # fmt: skip
    wordings = WORDINGS.get(name, ("绝密方案", "绝密"))
    row = model.objects.order_by("pk").first()
    model.objects.filter(pk=row.pk).update(**{column: wordings[0]})
    address = reverse(f"{resource}-list")
    assert client.get(address, {name: wordings[0]}).status_code == 200
    for each in apps.get_models():
        if issubclass(each, Record):
            each._base_manager.update(publication="draft")
    for wording in wordings:
        answer = client.get(address, {name: wording})
        assert answer.status_code == 400
        assert answer.json()["allowed"] == []


@pytest.mark.parametrize(("resource", "view"), RESOURCES)
def test_no_filter_reads_the_registry_for_its_condition(shipped, resource, view):
    """A list's queries are kept by its parameters, whatever is written later."""
    reading = []
    for parameter, filter_ in own(view):
        if filter_ is None or not parameter.example:
            continue
        given = dict(part.split("=") for part in asked(parameter).split("&"))
        filters = view.filters(given, view.queryset.all())
        filters.check()
        with CaptureQueriesContext(connection) as queries:
            filters.parts()
        if queries.captured_queries:
            reading.append(parameter.name)
    assert reading == []
