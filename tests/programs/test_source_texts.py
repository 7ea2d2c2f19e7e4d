"""check_evidence --texts: the sheets against the texts they were read from."""

import pytest
import yaml

from programs import rows as plain_rows
from programs import seed_plan, seeding, sheets, source_texts

CODE = "310000-xinwen"
NEWS = """某地推出新动力贷
记者从会上获悉,新动力贷最高可达2000万元,已签约30家。
银行一体化经营。
来源:某报 2025-07-02
"""
DIGEST = """Core Viewpoint - The plan has 25 measures [1]. Group 1: Overview - It ends in 2030 [1]. Group 2: Loans - The balance grew by 7.23% [2].
"""  # noqa: E501


@pytest.fixture
def compare(db, tmp_path):
    """The findings about one sheet and one text, and what was counted."""

    def run(passages, text=NEWS, left_out=(), first="某地推出", last="来源:"):
        seeds, texts = tmp_path / "seeds", tmp_path / "texts"
        for folder in (seeds / "agencies", seeds / "documents", texts):
            folder.mkdir(parents=True)
        (texts / "t.txt").write_text(text, "utf-8")
        sheet = {
            "document": {
                "code": CODE, "title": "某地推出新动力贷", "kind": "news",
                "coverage": "full", "region": "310000", "published_on": "2025-07-02",
            },
            "text": {"file": "t.txt", "from": first, "to": last},
            "passages": passages,
            "left_out": [{"text": words, "why": "x"} for words in left_out],
        }  # fmt: skip
        for name, content in {
            "regions": {
                "000000": {"name": "全国", "level": "country"},
                "310000": {"name": "上海", "level": "province", "parent": "000000"},
            },
            "categories": {},
            "indicators": {"signed": {"name": "签约", "unit": "count"}},
            f"documents/{CODE}": sheet,
        }.items():
            text = yaml.safe_dump(content, allow_unicode=True)
            (seeds / f"{name}.yaml").write_text(text, "utf-8")
        read = sheets.read(seeds)
        seeding.apply(seed_plan.plan(read.rows), by="t", reason="")
        (coverage,) = source_texts.check(plain_rows.of_database(), read, texts)
        return [str(finding) for finding in coverage.findings], coverage

    return run


def paragraph(**more):
    program = {"name": "新动力贷", "kind": "loan", "as_written": "新动力贷"}
    cap = {
        "program": "310000-xindonglidai", "kind": "amount", "is": "lte 20000000 CNY",
        "as_written": "最高可达2000万元",
    }  # fmt: skip
    signed = {"indicator": "signed", "is": "eq 30 count", "as_written": "已签约30家"}
    return {
        "kind": "paragraph",
        "summary": "最高2000万元,签约30家。",
        "programs": {"310000-xindonglidai": program},
        "terms": {"cap": cap},
        "figures": {"signed": {**signed, "span": "cumulative"}},
    } | more


SECOND = {"kind": "paragraph", "summary": "经营。"}


def test_a_text_that_is_fully_recorded(compare):
    found, coverage = compare({"¶1": paragraph(), "¶2": SECOND}, left_out=["一体化"])
    assert found == []
    assert (coverage.recorded, coverage.left_out) == (2, 4)


def test_a_numeral_that_nothing_accounts_for(compare):
    found, _coverage = compare({"¶1": paragraph(), "¶2": SECOND})
    assert found == [f"{CODE}.p2: unaccounted: …银行一体化经营。…"]


def test_a_wording_that_is_not_verbatim(compare):
    other = {"indicator": "signed", "is": "eq 30 count", "as_written": "签约了30家"}
    passage = paragraph(figures={"signed": {**other, "span": "cumulative"}})
    found, _coverage = compare(
        {"¶1": passage, "¶2": SECOND}, left_out=["一体化", "30家"]
    )
    assert found == [f"{CODE}.p1.signed: not verbatim: 签约了30家"]


def test_a_wording_of_another_paragraph(compare):
    found, _coverage = compare(
        {"¶1": {**SECOND, "programs": {}}, "¶2": paragraph()},
        left_out=["一体化", "2000万元", "30家"],
    )
    assert f"{CODE}.p2.cap: not verbatim: 最高可达2000万元" in found


def test_a_quantity_that_only_the_summary_has(compare):
    passage = paragraph(summary="最高2000万元,签约30家,期限3年。")
    found, _coverage = compare({"¶1": passage, "¶2": SECOND}, left_out=["一体化"])
    assert found == [f"{CODE}.p1: in the summary, but no record says it: 3年"]


def test_what_is_left_out_but_does_not_stand_there(compare):
    found, _coverage = compare(
        {"¶1": paragraph(), "¶2": SECOND}, left_out=["一体化", "四海"]
    )
    assert found == [f"{CODE}: left out, but not there: 四海"]


def test_a_paragraph_that_the_text_lacks(compare):
    found, _coverage = compare(
        {"¶1": paragraph(), "¶2": SECOND, "¶3": SECOND}, left_out=["一体化"]
    )
    assert found == [f"{CODE}.p3: no stretch at ¶3"]


def test_an_english_digest_is_cut_by_its_labels(compare):
    grown = {
        "indicator": "signed", "transformation": "growth", "is": "eq 7.23 percent",
        "as_written": "grew by 7.23%", "span": "stock",
    }  # fmt: skip
    found, coverage = compare(
        {
            "Core Viewpoint": SECOND,
            "Group 1": SECOND,
            "Group 2": {**SECOND, "summary": "增长7.23%。", "figures": {"g": grown}},
        },
        text=DIGEST,
        left_out=["25 measures", "2030"],
        first="Core",
        last="Core",
    )
    assert found == []
    assert (coverage.numerals, coverage.recorded) == (3, 1)


def test_a_date_that_its_clause_gives_and_the_figure_lacks(compare):
    dated = NEWS.replace("已签约30家", "截至5月末,已签约30家")
    found, _coverage = compare(
        {"¶1": paragraph(), "¶2": SECOND}, text=dated, left_out=["一体化", "5月末"]
    )
    assert found == [f"{CODE}.p1.signed: no period, but its clause says 截至"]


def test_a_base_that_its_clause_gives_and_the_term_lacks(compare):
    text = NEWS.replace("最高可达2000万元", "最高可达投资总额的80%")
    cap = {
        "program": "310000-xindonglidai", "kind": "subsidy_rate",
        "is": "lte 80 percent",
        "as_written": "最高可达投资总额的80%",
    }  # fmt: skip
    passage = paragraph(terms={"cap": cap}, summary="最高80%,签约30家。")
    found, _coverage = compare(
        {"¶1": passage, "¶2": SECOND}, text=text, left_out=["一体化"]
    )
    assert found == [f"{CODE}.p1.cap: no base, but its clause says 总额"]
