"""What the schema and the reference tell of the resources, beside their own words."""

from typing import Any

from django.utils.translation import gettext_noop

from registry.api.answers import tag_of
from registry.api.schema import typed

# Resource → a code that is in the shipped data, in the order of the reference.
EXAMPLES = {
    "programs": "310000-xindonglidai",
    "funds": "440100-tianshi-mujijin",
    "platforms": "420100-hanrongtong",
    "agencies": "440300-csrc",
    "branches": "",
    "regions": "120000",
    "documents": "420100-wuzhengban-2025-67",
    "passages": "420100-wuzhengban-2025-67.16",
    "measures": "420100-wuzhengban-2025-67.6",
    "terms": "420100-wuzhengban-2025-67.4.takeover",
    "observations": "440300-shangzheng-zhichan-bian-zichan.p13.share",
    "targets": "440300-21jingji-45-kejizhihang.group-6.growth",
    "indicators": "loan_balance.tech_firms",
    "categories": "tech_sme",
    "cases": "310000-yingren-bocom",
}
# Values for the other variables of the addresses.
VARIABLES = {"name": "program.kind"}

PROGRAMS = "310000-bocom-rencaidai,310000-xindonglidai"
# Route → examples that its parameters have not themselves.
ANSWERED = {
    "/api/v1/match/": {
        "region": "420100",
        "stage": "startup",
        "audience": "tech_sme",
        "industry": "advanced_manufacturing",
        "amount": "500万元",
        "tenor": "3年",
        "rate": "4%",
        "fee_rate": "1.5%",
        "page": "1",
    },
}
# Route → what its other parameters are tried beside, as it answers nothing without.
BESIDE = {
    "/api/v1/match/": "region=420100",
    "/api/v1/search/": "search=科技贷",
    "/api/v1/programs/compare/": f"codes={PROGRAMS}",
}
# Of a difference, either end is tried with the other.
ENDS = {"from": "to=1", "to": "from=1"}

# Docstrings of the routes, as the schema shows them: collected here for translation.
SHOWN = [
    gettext_noop("All that is published, as a Data Package in a ZIP file."),
    gettext_noop(
        "Bodies and firms that act: departments, banks, guarantors, investors."
    ),
    gettext_noop(
        "Every closed list: its values and labels, and how many published rows have"
        " each."
    ),
    gettext_noop("Every resource and its address."),
    gettext_noop("Figures aimed at: in a number, in relation to another, or in words."),
    gettext_noop("Figures observed, planned or intended."),
    gettext_noop("Finance programs of every kind."),
    gettext_noop("Firms that were helped by a program, as texts tell it."),
    gettext_noop("Measures and clauses of policies, with who answers for them."),
    gettext_noop("One closed list, by its name: ``program.kind``."),
    gettext_noop("Places by GB/T 2260 code, functional zones and wider areas."),
    gettext_noop("Policies, articles and bulletins."),
    gettext_noop("Programs of the kind fund."),
    gettext_noop("Programs of the kind platform."),
    gettext_noop(
        "Programs that fit a firm, best first, with the reason for every criterion."
    ),
    gettext_noop(
        "Published records changed after a cursor, in commit order, with tombstones."
    ),
    gettext_noop("Specialist branches and units of technology finance."),
    gettext_noop("Stages, audiences and industries that programs are meant for."),
    gettext_noop("Stretches of documents, in our own summary, with what they support."),
    gettext_noop("The OpenAPI schema of this API."),
    gettext_noop(
        "Two to ten programs side by side: what each states, where, and what differs."
    ),
    gettext_noop(
        "What a search finds of each kind of record: how many, and the best of them."
    ),
    gettext_noop("What differs between two versions of the record."),
    gettext_noop("What figures measure, each with its population and unit."),
    gettext_noop(
        "What programs and measures set for each case: limits, tenors, rates, shares."
    ),
    gettext_noop("When the record changed since it was published, and what."),
]


def complete(result: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
    """Postprocessing hook: tags in their order, and examples of codes."""
    summaries: dict[str, dict[str, Any]] = {}
    for path, told in result["paths"].items():
        tag = tag_of(path)
        summaries.setdefault(tag, told["get"])
        for parameter in told["get"].get("parameters", []):
            _try(path, tag, parameter)
    known = [tag for tag in EXAMPLES if tag in summaries]
    others = sorted(summaries.keys() - set(known))
    result["tags"] = [
        {"name": tag, "description": summaries[tag]["description"]}
        for tag in known + others
    ]
    return result


def _try(path: str, tag: str, parameter: dict[str, Any]) -> None:
    """Give the parameter its example, and what that is tried beside."""
    name = parameter["name"]
    if parameter["in"] == "path":
        if example := VARIABLES.get(name, EXAMPLES.get(tag)):
            parameter["example"] = example
        return
    if example := ANSWERED.get(path, {}).get(name):
        parameter["example"] = typed(example, parameter["schema"].get("type"))
    beside = ENDS.get(name, "") if path.endswith("/diff/") else BESIDE.get(path, "")
    if beside and beside.partition("=")[0] != name:
        parameter["x-beside"] = beside
