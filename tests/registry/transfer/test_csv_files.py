"""CSV files: encodings, separators, quotation marks, and what is said of others."""

import pytest

from registry.transfer.tables import Unreadable
from tests.registry.transfer.samples import TERMS, read, refused, rows, zipped

TEXT = "code,name\r\n640000-a,宁科贷\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_is_read_in_every_usual_encoding(encoding):
    (row,) = rows(TEXT.encode(encoding))
    assert row.cells == {"code": "640000-a", "name": "宁科贷"}


def test_a_few_bytes_of_damage_do_not_turn_utf8_into_other_words():
    damaged = (
        TEXT.replace("宁", "宁波市" * 9).encode().replace("市".encode(), b"\xb5", 1)
    )
    (sentence,) = refused(damaged)
    assert "Line 2" in sentence
    assert "neither UTF-8 nor GB18030" in sentence


def test_a_character_cut_off_at_the_end_is_damage():
    assert "Line 2" in refused(TEXT.rstrip().encode()[:-1])[0]


def test_a_replacement_character_that_is_written_stays():
    (row,) = rows("code,name\n640000-a,\ufffd\n")
    assert row.cells["name"] == "\ufffd"


def test_a_byte_that_no_encoding_has_is_named_by_its_line():
    assert "Line 3" in refused(b"code,name\n310000-a,x\n310000-b,\xff\xff\n")[0]


def test_a_nul_byte_is_named_by_its_line():
    assert "Line 2 has a NUL byte" in refused(b"code,name\n310000-a,x\0\n")[0]


@pytest.mark.parametrize(
    ("data", "said", "chinese"),
    [
        (b"", "The file is empty", "文件是空的"),
        (b"\xef\xbb\xbf\r\n", "The file is empty", "文件是空的"),
        (TEXT.encode("utf-16"), "UTF-16", "UTF-16"),
        (b"code,name\n", "No row stands below", "没有数据行"),
        (b",,\n310000-a,,\n", "no headings", "没有列名"),
        (b"code;name\n310000-a;x\n", "semicolons or tabs", "分号或制表符"),
        (b"code\tname\n310000-a\tx\n", "semicolons or tabs", "分号或制表符"),
        (b'code,name\n310000-a,"x\n310000-b,y\n', "row 2 (line 2)", "第 2 行"),
        (b'code,name\n310000-a,"x"y\n', "quotation mark inside", "引号"),
        (b"<!DOCTYPE html><table>", "web page", "网页"),
        (b"\n <HTML>", "web page", "网页"),
        (b"%PDF-1.7", "PDF", "PDF"),
        (b"<?xml version='1.0'?><Workbook/>", "no table", "不是表格"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 999, ".xls", ".xls"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
            + "EncryptedPackage".encode("utf-16-le"),
            "password",
            "密码",
        ),
        (zipped(mimetype="x", content__xml="<x/>"), ".ods", ".ods"),
        (zipped(terms__csv=zipped(a__csv=b"")), "ZIP in a ZIP", "ZIP"),
        (zipped(terms__csv=TEXT, notes__txt=b"x"), "notes.txt", "notes.txt"),
        (b"PK\x03\x04 cut off", "damaged", "损坏"),
    ],
)
def test_what_is_no_table_is_told_in_both_languages(data, said, chinese):
    (english,) = refused(data)
    assert said in english
    (told,) = refused(data, language="zh-hans")
    assert chinese in told


def test_a_line_break_stays_in_its_cell():
    (row,) = rows('code,name\r\n310000-a,"一\r\n二"\r\n')
    assert row.cells["name"] == "一\n二"


def test_rows_count_as_in_a_spreadsheet():
    found = rows('code,name\n310000-a,"x\ny"\n\n,,\n310000-b,z\n')
    assert [row.number for row in found] == [2, 5]


def test_a_cell_that_is_lacking_is_empty_and_a_column_that_is_lacking_absent():
    (row,) = rows("code,name,kind\n310000-a,x\n")
    assert row.cells == {"code": "310000-a", "name": "x", "kind": ""}


def test_a_row_with_more_cells_than_headings_says_so():
    first, second = rows("code,name\n310000-a,x,\n310000-b,x,y\n")
    assert first.problems == []
    (problem,) = second.problems
    assert (problem.row, problem.column) == (3, "")
    assert "3" in str(problem.sentence)


def test_rows_are_read_anew_each_time():
    (sheet,) = read(TEXT)
    assert list(sheet) == list(sheet)
    assert sheet.columns == ("code", "name")


@pytest.mark.parametrize(
    "name", ["terms.csv", "Terms (1).csv", "terms-2026.csv", "C:\\x\\terms.CSV"]
)
def test_a_file_belongs_to_the_table_that_its_name_begins_with(name):
    (sheet,) = read(TEXT, name=name)
    assert sheet.table is TERMS


def test_a_file_of_another_name_is_told_which_there_are():
    (sentence,) = refused(TEXT, name="term.csv")
    assert "is “terms” meant?" in sentence
    assert "terms, roles" in sentence


def test_a_name_that_only_begins_like_a_table_is_another():
    assert "names no table" in refused(TEXT, name="terms_of_office.csv")[0]


def test_a_file_of_whatever_name_is_the_only_table():
    (sheet,) = read(TEXT, name="新建文件.csv", only="terms")
    assert sheet.table is TERMS


def test_a_zip_of_csvs_is_its_files():
    data = zipped(roles__csv="code,role\n310000-a.1,x\n", terms__csv=TEXT)
    sheets = read(data, name="export.zip")
    assert [(s.table.name, s.file, s.rows) for s in sheets] == [
        ("roles", "export.zip/roles.csv", 1),
        ("terms", "export.zip/terms.csv", 1),
    ]


def test_a_table_given_twice_is_refused():
    data = zipped(terms__csv=TEXT, **{"terms (1)__csv": TEXT})
    assert "given twice" in refused(data, name="export.zip")[0]


def test_what_is_wrong_with_every_table_is_told_at_once():
    data = zipped(terms__csv="nme\nx\n", roles__csv="code,role,role\n1,2,3\n")
    with pytest.raises(Unreadable) as told:
        read(data, name="export.zip")
    assert [(p.table, p.column) for p in told.value.problems] == [
        ("terms", "nme"),
        ("terms", "code"),
        ("roles", "role"),
    ]
