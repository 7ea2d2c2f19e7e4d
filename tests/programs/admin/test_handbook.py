"""The handbook of what a list of programs shows."""

import re

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from programs.admin import handbook
from programs.models import Agency, Case, Document, Program
from registry.models import User
from tests import builders

pytestmark = pytest.mark.django_db

ADDRESS = "/admin/programs/program/handbook/"


@pytest.fixture
def place(db):
    return builders.region("310000", name="上海市")


@pytest.fixture
def bank(place):
    return Agency.objects.create(
        code="310000-bank", name="某银行", kind="bank", region=place,
        publication="published",
    )  # fmt: skip


@pytest.fixture
def program(place, bank):
    """A published loan with a term, a lender, a case and its source."""
    found = builders.program(place, name_en="New Momentum Loan", summary="担保贷款")
    document = builders.document(place, title="若干政策", number="沪府〔2025〕8号")
    passage = builders.passage(place, "§8", document=document)
    found.citations.create(passage=passage, as_written="“新动力”贷款")
    found.roles.create(role="lender", order=1, agency=bank)
    builders.term(place, passage=passage, program=found, applies_to="中小企业")
    Case.objects.create(
        code="310000-anli", title="获贷一例", beneficiary="某企业", program=found,
        passage=passage, publication="published",
    )  # fmt: skip
    return found


@pytest.fixture
def read(admin_client):
    """The text of the handbook that is asked for, without markup."""

    def get(query="", status=200):
        answer = admin_client.get(f"{ADDRESS}?{query}")
        assert answer.status_code == status
        text = strip_tags(answer.content.decode().replace("<", " <"))
        return " ".join(text.split())

    return get


@pytest.mark.parametrize(
    "fact",
    [
        "新动力贷", "New Momentum Loan", "310000-xindonglidai", "担保贷款", "信贷产品",
        "担保额度 中小企业", "不超过2000万元", "最高可达2000万元", "[1] §8",
        "放贷 某银行", "若干政策 沪府〔2025〕8号", "文中作 “新动力”贷款", "获贷一例",
        "尚未核验", "未说明 实施阶段 · 适用对象",
    ],
)  # fmt: skip
def test_it_tells(read, program, fact):
    assert fact in read()


def test_an_agency_of_the_index_leads_to_its_programs(admin_client, program):
    text = admin_client.get(ADDRESS).content.decode()
    index = text[text.index('id="agencies"') :]
    assert '<a href="#program-310000-xindonglidai">' in index


def test_programs_stand_by_kind(read, program, place):
    builders.program(place, "310000-a-jijin", name="某基金", kind="fund")
    text = read()
    assert text.index("1 债权融资") < text.index("2 股权与资本市场")
    assert "2.1 某基金" in text


def test_linked_programs_name_each_other(read, program, place):
    platform = builders.program(place, "310000-pt", name="某平台", kind="platform")
    program.links.create(relation="offered_on", target=platform)
    text = read()
    assert "上线平台 某平台 2.1" in text
    assert "上线产品 新动力贷 1.1" in text


def test_stages_stand_in_the_order_of_a_firms_life(read, program):
    for code, name in (("growth", "成长期"), ("seed", "种子期")):
        program.categories.create(code=code, scheme="stage", name=name)
    assert "适用对象 种子期 · 成长期" in read()


def test_it_is_also_in_english(admin_client, program):
    admin_client.cookies["django_language"] = "en"
    text = admin_client.get(ADDRESS).content.decode()
    assert "up to 20 million yuan" in text
    assert "Index of agencies" in text


@pytest.fixture
def drafts(program, place):
    """A draft of each table that could stand in the program's entry."""
    passage = program.citations.get().passage
    other = builders.program(place, "310000-b", name="绝密贷", publication="draft")
    program.links.create(relation="part_of", target=other)
    body = Agency.objects.create(
        code="310000-c", name="绝密机构", kind="bank", region=place
    )
    program.roles.create(role="insurer", order=2, agency=body)
    builders.term(
        place, passage=passage, program=program, as_written="绝密额度",
        publication="draft",
    )  # fmt: skip
    hidden = builders.passage(place, "¶9", publication="draft")
    builders.term(place, passage=hidden, program=program, as_written="绝密期限")
    program.citations.create(passage=hidden, as_written="绝密名称")
    builders.figure(
        place, passage=passage, program=program, as_written="绝密数字",
        publication="draft",
    )  # fmt: skip
    Case.objects.create(
        code="310000-d", title="绝密案例", beneficiary="某企业", program=program,
        passage=passage, publication="draft",
    )  # fmt: skip


def test_drafts_are_not_in_it(read, drafts):
    assert "绝密" not in read()


def test_it_says_how_many_drafts_are_left_out(read, drafts):
    assert "未收入草稿 1 项。" in read()


def test_drafts_that_are_asked_for_are_marked(read, drafts):
    text = read("drafts=yes")
    words = ("1.1 绝密贷", "绝密机构", "¶9", "绝密案例", "获贷一例")
    assert [word for word in words if f"{word} 草稿" not in text] == ["获贷一例"]


def test_what_was_withdrawn_is_never_in_it(read, program):
    Program.objects.update(publication="withdrawn")
    assert "担保贷款" not in read("drafts=yes")


def test_it_takes_the_filters_of_the_list(read, program, place):
    builders.program(place, "310000-a-jijin", name="某基金", kind="fund")
    text = read("kind__exact=fund")
    assert "某基金" in text
    assert "新动力贷" not in text


def test_its_title_page_says_what_was_chosen(read, program):
    assert "地区 上海市" in read("in=310000")


def test_it_is_called_after_its_place(read, program):
    assert "上海市科技金融产品手册" in read("in=310000")


def test_its_title_can_be_given(admin_client, program):
    text = admin_client.get(f"{ADDRESS}?title=<b>贷款手册").content.decode()
    assert "<h1>&lt;b&gt;贷款手册</h1>" in text


def test_it_takes_codes(read, program, place):
    builders.program(place, "310000-b", name="另一贷")
    assert "另一贷" not in read("codes=310000-xindonglidai")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("nosuch=1", "nosuch"),
        ("p=2", "“p”对手册没有意义"),
        ("o=1", "“o”对手册没有意义"),
        ("kind__exact=nosuch", "nosuch"),
        ("drafts=no", "可用的值:yes"),
        ("codes=310000-nosuch", "310000-nosuch"),
        ("title=", "1 至 80 个字符"),
        ("title=" + "长" * 81, "1 至 80 个字符"),
        ("title=a&title=b", "不止一次"),
    ],
)
def test_it_refuses(read, program, query, sentence):
    assert sentence in read(query, 400)


def test_more_programs_than_a_page_holds_are_refused(read, program, place, monkeypatch):
    monkeypatch.setattr(handbook, "MOST", 1)
    builders.program(place, "310000-b")
    assert "最多收 1 个项目,现有 2 个" in read("", 400)


def test_it_needs_the_right_to_see_programs(client, program):
    client.force_login(User.objects.create_user("new", password="x", is_staff=True))
    addresses = (ADDRESS, f"{ADDRESS}pdf/")
    assert [client.get(a).status_code for a in addresses] == [403, 403]


def test_the_list_leads_to_the_handbook_of_what_it_shows(admin_client, program):
    shown = admin_client.get("/admin/programs/program/?kind__exact=loan&q=贷&o=1")
    assert f'href="{ADDRESS}?kind__exact=loan&amp;q=' in shown.content.decode()


def test_ticked_programs_are_given_by_code(admin_client, program):
    data = {"action": "handbook_of_selected", "_selected_action": [program.pk]}
    answer = admin_client.post("/admin/programs/program/", data)
    assert answer["Location"] == f"{ADDRESS}?codes=310000-xindonglidai"


def test_all_of_a_list_is_given_by_its_filters(admin_client, program):
    data = {"action": "handbook_of_selected", "_selected_action": [program.pk]}
    data["select_across"] = "1"
    answer = admin_client.post("/admin/programs/program/?kind__exact=loan&p=1", data)
    assert answer["Location"] == f"{ADDRESS}?kind__exact=loan"


def test_its_queries_do_not_grow_with_the_programs(read, program, place):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            read()
        return len(captured)

    queries()
    few = queries()
    passage = program.citations.get().passage
    for number in range(5):
        other = builders.program(place, f"310000-p{number}")
        other.citations.create(passage=passage)
        body = Agency.objects.create(
            code=f"310000-b{number}", name="某行", kind="bank", region=place,
            publication="published",
        )  # fmt: skip
        other.roles.create(role="lender", order=1, agency=body)
        builders.term(place, passage=passage, program=other)
    assert queries() == few


def test_without_chromium_the_page_says_to_print_it(admin_client, program, settings):
    settings.CHROMIUM = "/nonexistent/chromium"
    text = admin_client.get(ADDRESS).content.decode()
    assert "请用浏览器打印本页" in text
    assert "formaction" not in text


def test_without_chromium_there_is_no_pdf(admin_client, program, settings):
    settings.CHROMIUM = "/nonexistent/chromium"
    answer = admin_client.get(f"{ADDRESS}pdf/")
    assert answer.status_code == 503
    assert "服务器上没有 Chromium" in answer.content.decode()


def written(tmp_path, **options):
    file = tmp_path / "handbook.html"
    call_command("handbook", str(file), verbosity=0, **options)
    return file.read_text("utf-8")


def test_the_command_writes_a_page_that_stands_alone(tmp_path, program):
    text = written(tmp_path, region="310000")
    assert "<title>上海市科技金融产品手册</title>" in text
    assert not re.search(r"<(script|link|img)\b", text)


def test_the_command_takes_the_programs_of_the_options(tmp_path, program, place):
    builders.program(place, "310000-a-jijin", name="某基金", kind="fund")
    text = written(tmp_path, kind=["fund"])
    assert "某基金" in text
    assert "新动力贷" not in text


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"region": "990000"}, "990000"),
        ({"codes": ["310000-nosuch"]}, "310000-nosuch"),
        ({"title": " "}, "1 至 80 个字符"),
    ],
)
def test_the_command_refuses(tmp_path, program, options, named):
    with pytest.raises(CommandError, match=named):
        written(tmp_path, **options)


def test_the_command_refuses_files_of_another_kind(program):
    with pytest.raises(CommandError, match=r"end it in \.pdf or \.html"):
        call_command("handbook", "handbook.doc")


def test_the_command_says_where_it_can_not_write(tmp_path, program):
    with pytest.raises(CommandError, match="nosuch"):
        call_command("handbook", str(tmp_path / "nosuch" / "handbook.html"))


@pytest.mark.parametrize("scheme", ["javascript:", "file:///"])
def test_only_addresses_of_the_web_are_links(tmp_path, program, scheme):
    Program.objects.update(website=f"{scheme}a")
    Document.objects.update(url=f"{scheme}b")
    page = written(tmp_path)
    assert f">{scheme}a</dd>" in page
    assert f">{scheme}b</p>" in page


def test_a_title_can_not_end_the_style(tmp_path, program):
    text = written(tmp_path, title='"} </style><script>alert(1)</script>')
    assert "<script" not in text
