"""The target tracker: what it shows, in which order, and a target's own page."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.contrib.auth.models import Permission
from django.utils.timezone import localdate
from django.utils.translation import override

from programs.admin.tracker import left
from programs.admin.tracker_files import OF_BOTH, OF_LATEST, OF_TARGET
from programs.models import Document, Figure
from tests import builders

pytestmark = pytest.mark.django_db
PAGE = "/admin/tracker/"
PAST, COMING = "2020", "2999"


@pytest.fixture
def place():
    return builders.region("420100", name="武汉市", level="city")


def target(place, indicator="funds", **facts):
    facts = {"value": Decimal(200), "comparator": "gte", **facts}
    return builders.figure(place, indicator, nature="target", **facts)


@pytest.fixture
def ask(admin_client):
    def ask(query="", status=200):
        answer = admin_client.get(f"{PAGE}?{query}")
        assert answer.status_code == status
        return answer

    return ask


@pytest.fixture
def listed(ask):
    """Indicators of the targets that the page lists, those in words last."""

    def listed(query=""):
        context = ask(query).context
        lines = [*context["numbers"], *context["words"]]
        return [line["row"].target.indicator_id for line in lines]

    return listed


def test_a_target_stands_beside_what_was_observed(place, ask):
    target(place, value=Decimal(3 * 10**11), unit="CNY", period_end=COMING)
    builders.figure(place, value=Decimal(24 * 10**10), unit="CNY", period_end="2026-03")
    shown = ask().content.decode()
    for said in ("不低于3000亿元", "2400亿元", "2026年3月", "80%", "600亿元", "推进中"):
        assert said in shown


def test_what_is_missing_to_a_percentage_is_percentage_points(place, ask):
    target(place, value=Decimal(90), unit="percent")
    builders.figure(place, value=Decimal("86.5"), unit="percent")
    assert "3.5个百分点" in ask().content.decode()


def test_a_ceiling_says_by_how_much_it_is_passed(place, ask):
    target(place, value=Decimal(5), comparator="lte")
    builders.figure(place, value=Decimal(8))
    (line,) = ask().context["numbers"]
    assert (line["missing"], line["ceiling"], line["bar"]) == ("3", True, None)


def test_targets_in_words_are_listed_apart(place, ask):
    target(place, value=None, unit="", comparator="", statement="服务体系基本形成")
    context = ask().context
    assert [line["row"].target.statement for line in context["words"]] == [
        "服务体系基本形成"
    ]
    assert context["numbers"] == []


@pytest.mark.parametrize("kept_out", ["draft", "withdrawn", "retold", "of a draft"])
def test_what_nobody_follows_stays_out(place, listed, kept_out):
    row = target(place)
    if kept_out == "retold":
        Figure.objects.filter(pk=row.pk).update(restates=builders.figure(place))
    elif kept_out == "of a draft":
        Document.objects.update(status="draft")
    else:
        Figure.objects.update(publication=kept_out)
    assert listed() == []


def test_a_region_has_the_targets_of_its_places_and_programs(place, listed):
    district = builders.region("420106", level="district", parent=place)
    target(district, "a")
    program = builders.program(place, "420100-ku", kind="directory")
    Figure.objects.filter(pk=target(place, "b").pk).update(region=None, program=program)
    target(builders.region("310000"), "c")
    assert listed("region=420100") == ["a", "b"]


def test_targets_by_indicator_and_by_document(place, listed):
    target(place, "a")
    other = builders.document(place, "420100-ling")
    target(place, "b", passage=builders.passage(place, document=other))
    assert listed("indicator=a") == ["a"]
    assert listed("document=420100-ling") == ["b"]


@pytest.fixture
def of_each_state(place):
    for indicator, value, end in (
        ("met", 200, PAST),
        ("underway", 100, COMING),
        ("overdue", 100, PAST),
    ):
        target(place, indicator, period_end=end)
        builders.figure(place, indicator, value=Decimal(value))
    target(place, "unobserved", period_end=COMING)
    target(place, "unit", unit="CNY", period_end=COMING)
    builders.figure(place, "unit", unit="USD")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=met", ["met"]),
        ("state=underway", ["underway"]),
        ("state=overdue", ["overdue"]),
        ("state=incomparable", ["unit", "unobserved"]),
        ("gap=unobserved", ["unobserved"]),
        ("gap=unit", ["unit"]),
        ("state=overdue&gap=unit", []),
    ],
)
def test_targets_by_state_and_by_why_they_are_not_compared(
    of_each_state, listed, query, found
):
    assert sorted(listed(query)) == found


def test_the_states_are_counted_whichever_is_looked_at(of_each_state, ask):
    told = ask("state=met").context["states"]
    assert [one["number"] for one in told] == [1, 1, 1, 2]


def test_the_states_are_counted_among_what_the_reason_leaves(of_each_state, ask):
    told = ask("gap=unit").context["states"]
    assert [one["number"] for one in told] == [0, 0, 0, 1]


def test_an_observation_without_a_date_says_so(place, ask):
    target(place)
    builders.figure(place)
    assert "日期未说明" in ask().content.decode()


def test_less_than_nothing_has_an_empty_bar(place, ask):
    target(place)
    builders.figure(place, value=Decimal(-50))
    (line,) = ask().context["numbers"]
    assert line["bar"] == 0


@pytest.mark.parametrize(
    ("ordering", "found"),
    [
        ("", ["half", "most", "late", "never"]),
        ("due", ["half", "late", "most", "never"]),
        ("-due", ["most", "late", "half", "never"]),
        ("share", ["half", "most", "late", "never"]),
        ("-share", ["most", "half", "late", "never"]),
        ("indicator", ["half", "late", "most", "never"]),
        ("region", ["late", "half", "most", "never"]),
    ],
)
def test_the_order_of_the_targets(place, listed, ordering, found):
    target(place, "half", period_end="2997")
    target(place, "most", period_end="2999")
    target(place, "never")
    target(builders.region("310000"), "late", period_end="2998")
    builders.figure(place, "half", value=Decimal(100))
    builders.figure(place, "most", value=Decimal(180))
    assert listed(f"ordering={ordering}") == found


@pytest.mark.parametrize(
    "query",
    ["stat=met", "state=done", "gap=none", "ordering=value", "page=2", "page=x",
     "region=990000", "indicator=nosuch", "document=nosuch", "format=pdf",
     "publication=any", "format=csv&page=1"],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(place, ask, query):
    target(place)
    assert '<p class="errornote">' in ask(query, status=400).content.decode()


def test_targets_in_words_come_after_all_in_numbers(place, ask, monkeypatch):
    monkeypatch.setattr("programs.admin.tracker.PER_PAGE", 1)
    facts = {"value": None, "unit": "", "comparator": "", "statement": "基本形成"}
    target(place, "a", period_end=PAST, **facts)
    target(place, "b", period_end=COMING)
    assert [line["about"] for line in ask("page=2").context["words"]] == ["武汉市"]


def test_a_long_list_comes_in_pages(place, ask, monkeypatch):
    monkeypatch.setattr("programs.admin.tracker.PER_PAGE", 2)
    for indicator in ("a", "b", "c"):
        target(place, indicator)
    (line,) = ask("page=2").context["numbers"]
    assert line["row"].target.indicator_id == "c"


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (400, "还有13个月"),
        (90, "还有90天"),
        (0, "还有0天"),
        (-1, "已过1天"),
        (-200, "已过7个月"),
    ],
)
def test_how_long_is_left(days, said):
    today = localdate()
    assert left(today + timedelta(days=days), today) == said


def test_csv_has_all_that_the_filters_leave(of_each_state, ask):
    text = ask("state=overdue&format=csv").getvalue().decode("utf-8-sig")
    heading, row = csv.reader(io.StringIO(text))
    told = dict(zip(heading, row, strict=False))
    assert (told["目标"], told["最新实际值"]) == ("不低于200", "100")
    assert (told["完成(%)"], told["还差"], told["状态"]) == ("50", "100", "已到期")


def test_a_range_keeps_both_ends_in_the_file(place, ask):
    between = {"comparator": "between", "value_to": Decimal(300)}
    target(place, **between)
    builders.figure(place, value=Decimal(250), **between)
    text = ask("format=csv").getvalue().decode("utf-8-sig")
    heading, row = csv.reader(io.StringIO(text))
    told = dict(zip(heading, row, strict=True))
    assert (told["数值"], told["数值上限"]) == ("200", "300")
    assert (told["实际(数值)"], told["实际(数值上限)"]) == ("250", "300")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_two_columns_of_the_file_have_one_name(language):
    with override(language):
        heading = [str(title) for title in (*OF_TARGET, *OF_LATEST, *OF_BOTH)]
    assert len(set(heading)) == len(heading)


def test_xlsx_has_numbers_as_numbers(of_each_state, ask):
    answer = ask("state=overdue&format=xlsx")
    file = io.BytesIO(b"".join(answer.streaming_content))
    heading, row = openpyxl.load_workbook(file)["目标"].values
    assert row[heading.index("完成(%)")] == 50
    assert row[heading.index("目标")] == "不低于200"


def test_the_page_needs_the_right_to_see_targets(client, django_user_model, place):
    row = target(place)
    user = django_user_model.objects.create_user("li", password="x", is_staff=True)
    client.force_login(user)
    addresses = (PAGE, f"{PAGE}{row.pk}/")
    assert [client.get(address).status_code for address in addresses] == [403, 403]
    user.user_permissions.add(Permission.objects.get(codename="view_target"))
    assert [client.get(address).status_code for address in addresses] == [200, 200]


def test_the_page_costs_the_same_however_many_targets(
    admin_client, shipped, django_assert_max_num_queries
):
    admin_client.get(PAGE)
    for query in ("", "region=310000"):
        with django_assert_max_num_queries(20):
            admin_client.get(f"{PAGE}?{query}")


@pytest.fixture
def course(place):
    """A target for 2999, one for 2020, and observations of the same and of another."""
    aim = target(place, period_end=COMING, unit="CNY", value=Decimal(3 * 10**11))
    target(place, period_end=PAST, unit="CNY", value=Decimal(10**11))
    for end, value in (("2025-12", 24), ("2024-12", 16)):
        builders.figure(
            place, period_end=end, unit="CNY", value=Decimal(value * 10**10)
        )
    builders.figure(place, period_end="2026", unit="USD", value=Decimal(1))
    builders.figure(place, period_end="2026", unit="CNY", segment="部分")
    return aim


@pytest.fixture
def own_page(admin_client, course):
    answer = admin_client.get(f"{PAGE}{course.pk}/")
    assert answer.status_code == 200
    return answer


def test_a_targets_page_has_the_observations_of_the_same(own_page):
    rows = [(row.latest.period_end, row.gap) for row in own_page.context["course"]]
    assert rows == [("2024-12", ""), ("2025-12", ""), ("2026", "unit")]


def test_its_plot_has_what_compares_in_natural_units(own_page):
    plot = own_page.context["plot"]
    assert plot["unit"] == "亿元"
    assert [point["y"] for point in plot["observed"]] == [1600, 2400]
    assert [point["said"] for point in plot["targets"]] == [
        "不低于3000亿元",
        "不低于1000亿元",
    ]


def test_its_plot_sets_the_last_day_of_a_year_before_the_next(own_page):
    first = own_page.context["plot"]["observed"][0]
    assert 2024.99 < first["x"] < 2025


def test_a_target_that_was_never_observed_has_no_plot(admin_client, place):
    answer = admin_client.get(f"{PAGE}{target(place).pk}/")
    assert answer.context["plot"] is None
    assert "同一对象尚无实际值" in answer.content.decode()


def test_a_draft_target_has_no_page(admin_client, place):
    row = target(place, publication="draft")
    assert admin_client.get(f"{PAGE}{row.pk}/").status_code == 404


def test_its_page_takes_no_parameters(admin_client, place):
    assert admin_client.get(f"{PAGE}{target(place).pk}/?page=1").status_code == 400


def test_documents_and_regions_lead_to_their_targets(admin_client, place):
    row = target(place)
    for kind, code in (
        ("region", place.pk),
        ("document", row.passage.document_id),
    ):
        page = admin_client.get(f"/admin/programs/{kind}/{code}/page/").content.decode()
        assert f'href="{PAGE}?{kind}={code}"' in page
