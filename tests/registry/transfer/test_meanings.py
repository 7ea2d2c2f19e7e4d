"""What the cells of a CSV mean in their columns."""

import pytest

from tests.registry.transfer.samples import cell, rows


@pytest.mark.parametrize(
    ("column", "text", "meant"),
    [
        ("ended", "2024", "2024"),
        ("ended", " 2024-04 ", "2024-04"),
        ("ended", "2024/4/1", "2024-04-01"),
        ("ended", "2024/4/1 0:00:00", "2024-04-01"),
        ("ended", "2024-4", "2024-04"),
        ("ended", "2024.4.1", "2024-04-01"),
        ("ended", "2024年4月1日", "2024-04-01"),
        ("ended", "２０２４年４月", "2024-04"),
        ("ended", "'2024-04", "2024-04"),
        ("value", "1,000", "1000"),
        ("value", "1,234,567.80", "1234567.80"),
        ("value", "１０００", "1000"),
        ("value", "0.10", "0.10"),
        ("value", "1000万元", "1000万元"),
        ("value", "１０００万元", "１０００万元"),
        ("value", "从1,000万元提高至3,000万元", "从1,000万元提高至3,000万元"),
        ("region", "0", "000000"),
        ("region", "310000", "310000"),
        ("region", "420100-donghu", "420100-donghu"),
        ("places", "0 310000", "000000 310000"),
        ("places", "0、310000", "000000 310000"),
        ("code", "2024", "2024"),
        ("kind", " loan ", "loan"),
        ("once", "TRUE", "true"),
        ("once", "是", "true"),
        ("once", "0", "false"),
        ("once", "否", "false"),
        ("once", "", ""),
        ("name", " 两边 ", " 两边 "),
        ("name", "'=1+1", "=1+1"),
        ("name", "''", "'"),
        ("name", "'50%", "50%"),
        ("name", "'宁科贷'", "'宁科贷'"),
    ],
)
def test_a_cell_is_read_as_it_was_meant(column, text, meant):
    if column == "code":
        (row,) = rows(f"code\n{text}\n")
        assert (row.cells["code"], row.problems) == (meant, [])
        return
    assert cell(text, column) == (meant, [])


@pytest.mark.parametrize(
    ("column", "text", "said"),
    [
        ("ended", "Apr-24", "2024, 2024-04, 2024-04-01"),
        ("ended", "4/1/2024", "2024, 2024-04, 2024-04-01"),
        ("ended", "2024.1", "2024, 2024-04, 2024-04-01"),
        ("ended", "2024/2/30", "2024, 2024-04, 2024-04-01"),
        ("ended", "45000", "2023-03-15"),
        ("value", "1,00", "can be read in two ways"),
        ("value", "1,5", "can be read in two ways"),
        ("value", "1.23E+12", "its digits are gone"),
        ("region", "3.1E+5", "its digits are gone"),
        ("once", "maybe", "neither yes nor no"),
    ],
)
def test_what_is_not_clear_is_refused_and_told_by_column(column, text, said):
    (row,) = rows(f'code,{column}\n310000-a,"{text}"\n')
    (problem,) = row.problems
    assert (problem.file, problem.table, problem.row, problem.column) == (
        "terms.csv",
        "terms",
        2,
        column,
    )
    read, (sentence,) = cell(text, column)
    assert said in sentence
    assert read == text


def test_reading_goes_on_after_a_cell_that_is_not_clear():
    first, second = rows(
        "code,value,ended\n310000-a,'1,00',soon\n310000-b,2,2024\n".replace("'", '"')
    )
    assert [problem.column for problem in first.problems] == ["value", "ended"]
    assert second.problems == []
