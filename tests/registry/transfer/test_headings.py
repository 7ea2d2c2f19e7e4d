"""Headings: what is unknown, twice, lacking or empty, with what would be right."""

import pytest

from tests.registry.transfer.samples import refused


@pytest.mark.parametrize(
    ("headings", "said", "chinese"),
    [
        ("code,nmae", "is “name” meant?", "“name”"),
        ("code,NAME", "is “name” meant?", "“name”"),
        ("code,名称", "is “name” meant?", "“name”"),
        ("code,colour", "no column “colour”. Allowed: code, name", "可用"),
        ("code,name,name", "“name” stands there twice", "重复"),
        ("name,kind", "“code” is lacking", "缺少"),
        ("code,", "Column B has no heading but cells, the first in row 2", "B 列"),
    ],
)
def test_what_is_wrong_with_a_heading_is_told(headings, said, chinese):
    data = f"{headings}\n310000-a,x,y\n"
    assert any(said in sentence for sentence in refused(data))
    assert any(chinese in sentence for sentence in refused(data, language="zh-hans"))


def test_all_headings_are_told_of_at_once():
    assert len(refused("nmae,colour,kind,kind\nx,x,x,x\n")) == 4


def test_an_empty_column_needs_no_heading():
    assert "No row" in refused("code,,name\n,,\n")[0]
