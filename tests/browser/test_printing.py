"""What Chromium makes of a document: page numbers, bookmarks, text that is found."""

import io
import re
from urllib.parse import unquote

import pytest
from pypdf import PdfReader

from registry import printing
from tests import builders

SECRET = "not-for-the-printer"


def document(secret, pages):
    one, two = pages.get("one", "?"), pages.get("two", "?")
    return f"""<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{printing.POLICY}">
<title>金融手册</title><style>h1 {{ break-before: page }}</style></head><body>
<p><a href="#one">甲 {one}</a> <a href="#two">乙 {two}</a>
<script>document.body.append("脚本")</script>
<object data="{secret.as_uri()}" type="text/plain" width="400" height="50"></object>
<h1 id="one">第一章 金融</h1><p>面向企业,页长,100万元,office<h1 id="two">第二章</h1>"""


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    secret = tmp_path_factory.mktemp("files") / "secret.txt"
    secret.write_text(SECRET)
    made = printing.pdf(lambda pages: document(secret, pages), title="金融手册")
    return PdfReader(io.BytesIO(made))


def test_the_contents_have_the_numbers_of_the_pages(printed):
    assert "甲 2 乙 3" in printed.pages[0].extract_text()


def test_every_heading_is_a_bookmark(printed):
    assert [one.title for one in printed.outline] == ["第一章 金融", "第二章"]


def test_characters_are_found_as_they_are_typed(printed):
    text = re.sub(r"\s", "", printed.pages[1].extract_text())
    assert "第一章金融面向企业,页长,100万元,office" in text


def test_it_has_title_and_language_and_is_tagged(printed):
    root = printed.trailer["/Root"]
    assert printed.metadata.title == "金融手册"
    assert root["/Lang"] == "zh-Hans"
    assert root["/MarkInfo"]["/Marked"]


def test_scripts_do_not_run(printed):
    assert "脚本" not in "".join(page.extract_text() for page in printed.pages)


def test_files_are_not_read(printed):
    assert SECRET not in "".join(page.extract_text() for page in printed.pages)


def test_a_handbook_as_pdf(client, admin_client):
    place = builders.region("310000", name="上海市")
    program = builders.program(place)
    program.citations.create(passage=builders.passage(place))
    answer = admin_client.get("/admin/programs/program/handbook/pdf/?title=贷款/手册")
    reader = PdfReader(io.BytesIO(answer.getvalue()))
    name = unquote(answer["Content-Disposition"])
    assert re.search(r"filename\*=utf-8''贷款-手册 \d{4}-\d\d-\d\d\.pdf$", name)
    assert reader.metadata.title == "贷款/手册"
    assert re.search(r"1\.1 新动力贷 3\n", reader.pages[1].extract_text())
    (title, parts) = reader.outline
    told = [one.title for one in parts if not isinstance(one, list)]
    assert [title.title, *told] == ["贷款/手册", "目录", "1 债权融资", "资料来源"]
