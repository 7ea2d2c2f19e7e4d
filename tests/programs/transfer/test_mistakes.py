"""What files say wrongly: every mistake at once, where it is, in both languages."""

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from programs.models import Agency, Program, Term
from registry import publication
from tests import builders

NEW = {"code": "310000-kejidai", "name": "科技贷", "kind": "loan", "region": "310000"}

# (table, cells of a new row that are wrong, Chinese, English)
CELLS = [
    ({"code": "Kejidai"}, "代码由小写字母、数字和连字符组成", "A code is lower-case"),
    ({"code": ""}, "不能为空", "cannot be blank"),
    ({"name": ""}, "不能为空", "cannot be blank"),
    ({"name": "长" * 201}, "200", "200"),
    ({"kind": "lone"}, "允许的值", "none of the values allowed here: loan,"),
    ({"region": "330000"}, "不是地区的代码", "is no code of regions"),
    ({"region": "上海"}, "310000", "Is this meant: 310000"),
    ({"region": ""}, "不得为空", "may not be empty"),
    ({"places": "310000 999999"}, "999999", "“999999” is no code of regions"),
    ({"categories": "seeds"}, "类别", "is no code of categories"),
    ({"launched": "2024-13"}, "不是日期", "is no date"),
    ({"verified_on": "2024-04"}, "完整的日期", "is no whole day"),
    ({"website": "上海"}, "URL", "Enter a valid URL"),
    ({"publication": "published"}, "新行从草稿开始", "begins as a draft"),
    ({"version": "一"}, "不是版本号", "is no version"),
    ({"launched": "2025", "ended": "2024"}, "结束", "end before it is launched"),
    ({"fund_strategy": "seed"}, "基金", "Only a fund"),
]


@pytest.mark.parametrize(("cells", "chinese", "english"), CELLS)
def test_a_cell_is_told_in_both_languages(program, wrong, cells, chinese, english):
    (line,) = wrong(programs=[{**NEW, **cells}], language="en")
    assert english in line
    (line,) = wrong(programs=[{**NEW, **cells}], language="zh-hans")
    assert chinese in line


def test_a_wrong_cell_is_told_with_file_row_and_column(program, wrong):
    (line,) = wrong(programs=[NEW, {**NEW, "code": "310000-b", "kind": "lone"}])
    assert line.startswith("programs.csv · row 3 · kind: ")


def test_an_amount_that_contradicts_its_unit_is_told(program, exported, wrong):
    (row,) = exported()["terms"]
    (line,) = wrong(terms=[{**row, "value": "20%"}])
    assert "terms.csv · row 2 · value: It says percent, but Unit is CNY." in line


def test_an_amount_that_is_none_is_told(program, exported, wrong):
    (row,) = exported()["terms"]
    (line,) = wrong(terms=[{**row, "value": "许多"}])
    assert "“许多” is not read as a quantity" in line


def test_more_digits_than_both_databases_keep_are_told(program, exported, wrong):
    (row,) = exported()["terms"]
    (line,) = wrong(terms=[{**row, "value": "1234567890.123456"}])
    assert "more than 15 significant digits" in line


def test_what_the_database_refuses_is_told_in_its_words(program, exported, wrong):
    (row,) = exported()["terms"]
    (line,) = wrong(terms=[{**row, "comparator": ""}])
    assert "A value needs its unit and comparator" in line


def test_a_code_given_twice_is_told_with_the_first_row(program, wrong):
    (line,) = wrong(programs=[NEW, NEW])
    assert "row 3 · code: Row 2 has this code already." in line


def test_a_code_used_before_is_told(program, load, wrong):
    load(programs=[NEW])
    Program.objects.get(pk=NEW["code"]).delete()
    (line,) = wrong(programs=[NEW])
    assert "This code was used before" in line


def test_a_row_cannot_move_to_another_record(program, load, exported, wrong):
    load(programs=[NEW])
    (row,) = exported()["citations"]
    (line,) = wrong(citations=[{**row, "program": NEW["code"]}])
    assert f"A row stays with its record: {row['code']} belongs to {program.pk}" in line


def test_rows_that_refer_to_each_other_are_told(program, wrong):
    agency = {"name": "局", "kind": "department", "region": "310000"}
    lines = wrong(
        "agencies",
        agencies=[
            {"code": "310000-a", "parent": "310000-b"} | agency,
            {"code": "310000-b", "parent": "310000-a"} | agency,
        ],
    )
    assert len(lines) == 2
    assert "refers to 310000-b, which in turn refers to it" in lines[0]


def test_a_row_that_refers_to_a_wrong_one_says_so(program, wrong):
    lines = wrong(
        programs=[{**NEW, "kind": "lone"}],
        roles=[
            {"program": NEW["code"], "role": "lead", "order": "1", "as_written": "处"}
        ],
    )
    assert "310000-kejidai is wrong itself: row 2" in lines[1]


def test_a_loan_is_no_fund(program, wrong):
    (line,) = wrong("funds", funds=[NEW])
    assert "does not belong to the list “funds”" in line


def test_a_loan_of_the_registry_is_no_fund(program, wrong):
    (line,) = wrong("funds", funds=[{"code": program.pk, "name": "改"}])
    assert "does not belong to the list “funds”" in line


def test_a_new_row_that_says_what_another_says_is_told(program, wrong):
    row = {"program": program.pk, "role": "lead", "order": "1", "as_written": "处"}
    (line,) = wrong(roles=[row, row])
    assert "Another row of the file says the same" in line


def test_publication_is_not_changed_by_a_file(program, wrong):
    (line,) = wrong(programs=[{"code": program.pk, "publication": "withdrawn"}])
    assert "A file doesn't publish or withdraw" in line


def test_twenty_mistakes_are_told_at_once(program, exported, wrong):
    publication.withdraw(*Term.objects.all(), by="li", reason="错")
    Agency.objects.create(
        code="310000-jrj", name="局", kind="department", region_id="310000"
    )
    lone = [{**NEW, "code": f"310000-p{n}", **c} for n, (c, _z, _e) in enumerate(CELLS)]
    headings = dict.fromkeys(key for row in lone for key in row)
    programs = [{**dict.fromkeys(headings, ""), **row} for row in lone]
    role = {"program": program.pk, "role": "lead", "order": "1", "as_written": "处"}
    lines = wrong(
        programs=programs,
        roles=[{**role, "role": "leader"}, {**role, "order": "first"}],
        citations=[{"program": program.pk, "passage": "310000-wenjian.p9"}],
        terms=[{**exported()["terms"][0], "as_written": "改"}],
    )
    assert len(lines) >= 20
    assert len(set(lines)) == len(lines)


def test_nothing_was_written_by_all_these(program, wrong):
    before = Program.objects.values_list("name", "version").get()
    wrong(programs=[{**NEW, "code": program.pk}, {**NEW, "kind": "lone"}])
    assert Program.objects.values_list("name", "version").get() == before


def test_an_unknown_agency_of_a_measure_is_told(program, wrong):
    place = builders.region("420100", name="武汉市", level="city")
    measure = builders.passage(
        place, "§1", kind="measure", document=builders.document(place, "420100-wen")
    )
    (line,) = wrong(
        "measures",
        responsibilities=[
            {"passage": measure.pk, "order": "1", "agency": "420100-jinrongban"}
        ],
    )
    assert "“420100-jinrongban” is no code of agencies" in line


def test_a_row_without_a_code_that_repeats_one_of_the_file_is_told(
    program, exported, wrong
):
    (row,) = exported()["terms"]
    copy = row | {"code": "", "publication": "", "version": ""}
    (line,) = wrong(terms=[copy, row | {"value": "1"}])
    assert "Another row of the file says the same" in line


def test_a_number_of_another_script_is_no_version(program, wrong):
    (line,) = wrong(programs=[{"code": program.pk, "version": "²", "name": "改"}])
    assert "“²” is no version" in line


def test_a_changed_code_of_an_exported_row_is_told(program, exported, wrong):
    (row,) = exported()["programs"]
    row |= {"code": "310000-xindai", "publication": ""}
    (line,) = wrong(programs=[row])
    assert "no record has the code 310000-xindai" in line


def test_every_unknown_code_of_a_cell_is_told(program, wrong):
    lines = wrong(programs=[{"code": program.pk, "places": "999999 888888"}])
    assert ["999999" in lines[0], "888888" in lines[1]] == [True, True]


def test_headings_and_cells_are_told_together(program, wrong):
    first, second = wrong(programs=[{**NEW, "kind": "lone", "regoin": "310000"}])
    assert "There is no column “regoin”; is “region” meant?" in first
    assert "row 2 · kind" in second


def test_a_wrong_row_of_a_workbook_is_told_with_its_sheet(program, wrong, tmp_path):
    path = tmp_path / "book.xlsx"
    call_command("export_records", "programs", path)
    book = openpyxl.load_workbook(path)
    book["citations"]["C2"] = "310000-wenjian.p9"
    book.save(path)
    with pytest.raises(CommandError, match=r"book.xlsx · citations · row 2 · passage"):
        call_command("import_records", "programs", path, language="en")
