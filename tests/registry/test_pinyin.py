"""How names are read: field usage, both sounds where unsure, words of codes."""

import pytest

from registry import pinyin


@pytest.mark.parametrize(
    ("name", "full", "initials"),
    [
        ("宁科贷", "ningkedai", "nkd"),
        ("重庆银行", "chongqingyinhang", "cqyh"),
        ("中国银行长沙分行", "zhongguoyinhangchangshafenhang", "zgyhcsfh"),
        ("厦门市会计行业协会", "xiamenshikuaijihangyexiehui", "xmskjhyxh"),
        ("人行深圳市分行行长", "renhangshenzhenshifenhanghangzhang", "rhszsfhhz"),
        ("科技支行", "kejizhihang", "kjzh"),
        ("漯河", "luohe", "lh"),
        ("长三角", "changsanjiao", "csj"),
        ("上市行动", "shangshixingdong", "ssxd"),
        ("省行政", "shengxingzheng", "sxz"),
        ("绿色贷", "lvsedai", "lsd"),
        ("S基金", "sjijin", "sjj"),
        ("首台(套)保险", "shoutaitaobaoxian", "sttbx"),
        ("“贷款+外部直投”", "daikuanwaibuzhitou", "dkwbzt"),
    ],
)
def test_a_name_is_read_as_the_field_says_it(name, full, initials):
    assert pinyin.readings(name).split() == [full, initials]


def test_a_character_with_two_sounds_is_read_both_ways():
    assert pinyin.readings("某行").split() == ["mouxing", "mouhang", "mx", "mh"]


def test_a_name_has_no_more_than_four_readings():
    assert len(pinyin.readings("长甲行乙重").split()) == 8


def test_a_latin_name_is_read_as_one_word():
    assert pinyin.readings("Ten-Hundred Plan") == "tenhundredplan"


def test_a_name_of_signs_alone_has_no_reading():
    assert pinyin.readings("——") == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [("宁科贷", "“宁 科贷”"), ("Ａ款（一）", "a款(一)"), ("股贷债", "股、贷、债")],
)
def test_signs_width_and_case_tell_no_names_apart(one, other):
    assert pinyin.normalised(one) == pinyin.normalised(other)
    assert pinyin.readings(one) == pinyin.readings(other)


@pytest.mark.parametrize(
    ("word", "spelt"),
    [
        ("NKD", "nkd"),
        ("Níngkēdài", "ningkedai"),
        ("lǜse", "lvse"),
        ("lüse", "lvse"),
        ("xi'an", "xian"),
        ("ning-ke", "ningke"),
        ("ｎｋｄ", "nkd"),
        ("宁科", ""),
        ("宁kd", ""),
        ("a+b", ""),
    ],
)
def test_what_is_typed_is_spelt_as_readings_are(word, spelt):
    assert pinyin.typed(word) == spelt


def test_every_word_of_the_list_has_a_syllable_for_each_character():
    wrong = [w for w, said in pinyin.OVERRIDES.items() if len(w) != len(said)]
    assert wrong == []


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("宁科贷", "ningkedai"),
        ("科技贷款增量补助", "keji-daikuan-zengliang-buzhu"),
        ("创新积分制", "chuangxin-jifenzhi"),
        ("资产支持票据(ABN)", "zichan-zhichi-piaoju-abn"),
        ("武 汉", "wuhan"),
        ("科技和金融的服务", "keji-jinrong-fuwu"),
        ("。。", ""),
    ],
)
def test_a_code_has_the_words_of_the_name(name, slug):
    assert pinyin.slug(name, 40) == slug


def test_a_long_name_is_cut_behind_a_word():
    slug = pinyin.slug("科技贷款增量补助" * 20, 40)
    assert slug == "keji-daikuan-zengliang-buzhu-keji"


def test_a_word_that_is_too_long_by_itself_is_cut():
    assert pinyin.slug("x" * 300, 40) == "x" * 40


@pytest.mark.parametrize(
    ("name", "sound", "place"),
    [
        ("宁科贷", "ningkedai", (0, 3)),
        ("宁科贷", "kd", (1, 2)),
        ("宁科贷", "ed", (1, 2)),
        ("“宁 科贷”(A款)", "kda", (3, 5)),
        ("某行", "mh", (0, 2)),
        ("𠮷é行", "hang", (2, 1)),
        ("宁科贷", "xyz", None),
        ("", "x", None),
    ],
)
def test_the_characters_that_sound_so_are_told(name, sound, place):
    assert pinyin.place_of(name, sound) == place
