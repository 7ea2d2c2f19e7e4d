"""check_evidence finds what its sources do not bear out."""

from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from programs.models import Figure, Indicator
from tests import builders


def findings(capsys):
    with pytest.raises(CommandError):
        call_command("check_evidence")
    return capsys.readouterr().out


@pytest.fixture
def place(db):
    return builders.region("310000")


@pytest.fixture
def passage(place):
    return builders.passage(place, summary="最高2000万元")


def test_the_shipped_registry_is_borne_out(shipped):
    call_command("check_evidence")


def test_a_value_that_is_not_in_its_wording(passage, place, capsys):
    builders.term(place, value=Decimal(30_000_000))
    assert "value 30000000 is not in" in findings(capsys)


def test_a_comparator_that_its_wording_does_not_say(passage, place, capsys):
    builders.term(place, comparator="gte")
    assert "gte, but “最高可达2000万元” says lte" in findings(capsys)


def test_a_comparator_word_that_belongs_to_another_word(passage, place, capsys):
    builders.term(place, comparator="approx", as_written="签约2000万元")
    assert "approx, but" in findings(capsys)


def test_a_value_that_the_summary_lacks(place, capsys):
    builders.passage(place, summary="没有数字")
    builders.term(place)
    assert "is not in the summary" in findings(capsys)


def test_a_program_that_nothing_cites(place, capsys):
    builders.program(place)
    assert "310000-xindonglidai: no citation" in findings(capsys)


def test_rows_that_share_their_wording_take_its_values_by_order(place, capsys):
    builders.passage(place, summary="30万元、20万元")
    shared = {
        "kind": "subsidy_amount",
        "comparator": "eq",
        "as_written": "30万元、20万元",
    }
    builders.term(place, **shared, order=1, value=Decimal(200_000))
    builders.term(place, **shared, order=2, value=Decimal(300_000))
    assert "is not number 1 in order" in findings(capsys)


def test_a_period_that_its_words_do_not_give(place, capsys):
    source = builders.document(place, published_on="2025-07-02")
    passage = builders.passage(place, document=source, summary="5亿元")
    indicator = Indicator.objects.create(code="x", name="x", unit="CNY")
    Figure.objects.create(
        passage=passage, indicator=indicator, comparator="eq", unit="CNY",
        value=Decimal(500_000_000), as_written="5亿元", period_start="2025-04",
        period_end="2025-06", period_as_written="今年一季度",
    )  # fmt: skip
    assert "2025-01/2025-03, not 2025-04/2025-06" in findings(capsys)


def test_a_folder_without_the_texts_is_refused(shipped, tmp_path):
    with pytest.raises(CommandError, match="has no"):
        call_command("check_evidence", texts=tmp_path)


def test_a_document_number_that_its_printed_form_does_not_give(passage, capsys):
    passage.document.number = "武政办〔2025〕68号"
    passage.document.number_as_printed = "武政办〔202567"
    passage.document.save()
    assert "武政办〔202567 is 武政办〔2025〕67号" in findings(capsys)
