from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.comparators import said_alone
from registry.readings import comparators_in, readings, stated

EVIDENCE = [  # wordings of the sources: unit, values, comparators
    ("签约合同金额达到1.74万亿元", "CNY", ["1740000000000"], ["eq"]),
    ("签约1.74万亿元", "CNY", ["1740000000000"], ["eq"]),
    ("发放2180余笔", "count", ["2180"], ["gt"]),
    ("企业投资2000余万元", "CNY", ["20000000"], ["gt"]),
    ("贷款新增额0.2‰", "percent", ["0.02"], ["eq"]),
    ("占比超过五成", "percent", ["50"], ["gt"]),
    ("新增达到10亿元以上", "CNY", ["1000000000"], ["gte"]),
    ("不低于当年新增投资额的20%", "percent", ["20"], ["gte"]),
    ("最高不超过投资总额80%、60%的亏损", "percent", ["80", "60"], ["lte", "lte"]),
    ("单笔不超过实际融资额1.5%的比例给予最高200万元", "percent", ["1.5"], ["lte"]),
    ("单笔不超过实际融资额1.5%的比例给予最高200万元", "CNY", ["2000000"], ["lte"]),
    ("30万元、20万元、10万元", "CNY", ["300000", "200000", "100000"], ["eq"] * 3),
    ("30、20、10万元", "CNY", ["300000", "200000", "100000"], ["eq"] * 3),
    ("最长3年期、最高额度1000万元", "month", ["36"], ["lte"]),
    ("存续期最长可达15年", "month", ["180"], ["lte"]),
    ("3年左右", "month", ["36"], ["approx"]),
    ("一年半", "month", ["18"], ["eq"]),
    ("近3年", "month", ["36"], ["eq"]),
    ("每半年", "month", ["6"], ["eq"]),
    ("按季度更新", "month", ["3"], ["eq"]),
    ("只需一周", "day", ["7"], ["eq"]),
    ("最高可按1∶1比例参与出资", "ratio", ["1"], ["lte"]),
    ("2024年末的1.9倍", "multiple", ["1.9"], ["eq"]),
    ("年产5000吨", "tonne_year", ["5000"], ["eq"]),
    ("支持企业899家次", "instance", ["899"], ["eq"]),
    ("7大千亿级产业集群", "count", ["7"], ["eq"]),
    ("7大千亿级产业集群", "CNY", ["100000000000"], ["order"]),
    ("信贷规模突破万亿", "CNY", ["1000000000000"], ["gt"]),
    ("占全国发行总量的近50%", "percent", ["50"], ["approx_below"]),
    ("金融服务全覆盖", "percent", ["100"], ["eq"]),
    ("exceeded 900 billion yuan in 2024", "CNY", ["900000000000"], ["gt"]),
    ("the evaluation of 45 technology branches", "count", ["45"], ["eq"]),
    ("从1000万元提高至3000万元", "CNY", ["10000000", "30000000"], ["eq", "eq"]),
    ("30—50万元", "CNY", ["300000", "500000"], ["between"] * 2),
    ("500至1000万元", "CNY", ["5000000", "10000000"], ["between"] * 2),
    ("5000至1万元", "CNY", ["5000", "10000"], ["between"] * 2),
    ("3 to 5 million yuan", "CNY", ["3000000", "5000000"], ["between"] * 2),
    ("1000万、2000万元", "CNY", ["10000000", "20000000"], ["eq"] * 2),
    ("5%至5%", "percent", ["5", "5"], ["eq"] * 2),
    ("5月8日,12家券商", "count", ["12"], ["eq"]),
]


@pytest.mark.parametrize(("text", "unit", "values", "comparators"), EVIDENCE)
def test_values_of_a_unit_in_order(text, unit, values, comparators):
    assert stated(text, unit) == [Decimal(value) for value in values]


@pytest.mark.parametrize(("text", "unit", "values", "comparators"), EVIDENCE)
def test_comparator_that_touches_each_value(text, unit, values, comparators):
    assert comparators_in(text, unit) == comparators


@pytest.mark.parametrize(
    "text",
    ["签约5亿元", "50余额", "省级以上5家", "最近5家", "赶超5家", "发达5家", "近年5家"],
)
def test_words_that_only_hold_a_comparator_are_none(text):
    assert readings(text)[0].comparator == "eq"


@pytest.mark.parametrize(
    "text",
    [
        "2024年",
        "2025-2027年",
        "7月3日",
        "第十届",
        "上半年",
        "一季度",
        "11:00",
        "1∶3",
        "5个百分点",
    ],
)
def test_dates_ordinals_and_unlisted_units_are_no_quantity(text):
    assert readings(text) == []


@pytest.mark.parametrize("text", ["二级市场", "三级医院"])
def test_a_rank_is_no_order_of_magnitude(text):
    assert readings(text)[0].comparator == "eq"


def test_a_hyphen_between_numbers_is_no_minus():
    assert stated("3-5%", "percent") == [3, 5]


def test_a_minus_behind_a_comparator_is_one():
    assert stated("约-5%", "percent") == [-5]


def test_text_with_the_unit_leaves_bare_numbers_out():
    assert stated("20+8产业集群共12家", "count") == [12]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("年均增速高于各项贷款平均增速", {"gt"}),
        ("exceed the average loan growth", {"gt"}),
        ("最高不超过政府投资基金全部增值收益", {"lte"}),
        ("融资得到有力保障", set()),
    ],
)
def test_comparator_of_a_wording_without_a_number(text, said):
    assert said_alone(text) == said


WORDING = "0129一十万亿年月日元%‰∶:至-—、约近超余级以上下成个 .,第不过"


@given(st.text(alphabet=WORDING, max_size=30))
def test_readings_are_in_order_and_apart(text):
    found = readings(text)
    assert all(a.end <= b.start for a, b in pairwise(found))
