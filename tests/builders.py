"""Rows for tests, with no more than a test needs to say."""

from decimal import Decimal

from programs.models import (
    Document,
    Figure,
    Indicator,
    Passage,
    Program,
    Region,
    Term,
)


def region(code="310000", **facts):
    facts.setdefault("name", code)
    if code == "000000":
        return Region.objects.create(code=code, level="country", **facts)
    country = Region.objects.filter(code="000000").first() or region("000000")
    facts.setdefault("parent", country)
    return Region.objects.create(code=code, **{"level": "province", **facts})


def program(place, code="310000-xindonglidai", **facts):
    facts = {"name": "新动力贷", "kind": "loan", "publication": "published", **facts}
    return Program.objects.create(code=code, region=place, **facts)


def document(place, code="310000-wenjian", **facts):
    facts = {"title": "文件", "kind": "news", "coverage": "full", **facts}
    facts.setdefault("publication", "published")
    return Document.objects.create(code=code, region=place, **facts)


def passage(place, locator="¶1", **facts):
    source = facts.pop("document", None) or (
        Document.objects.filter(region=place).first() or document(place)
    )
    facts = {"kind": "paragraph", "summary": "摘要", "order": 1, **facts}
    facts.setdefault("publication", "published")
    return Passage.objects.create(document=source, locator=locator, **facts)


def term(place, **facts):
    facts = {
        "kind": "guarantee_amount",
        "comparator": "lte",
        "value": Decimal(20_000_000),
        "unit": "CNY",
        "as_written": "最高可达2000万元",
        "publication": "published",
        **facts,
    }
    source = facts.pop("passage", None) or (Passage.objects.first() or passage(place))
    return Term.objects.create(passage=source, **facts)


def figure(place, indicator="funds", **facts):
    measured, _ = Indicator.objects.get_or_create(
        code=indicator, defaults={"name": indicator, "unit": "count"}
    )
    facts = {
        "region": place,
        "indicator": measured,
        "comparator": "eq",
        "value": Decimal(100),
        "unit": "count",
        "as_written": "100家",
        "publication": "published",
        **facts,
    }
    source = facts.pop("passage", None) or (Passage.objects.first() or passage(place))
    return Figure.objects.create(passage=source, **facts)
