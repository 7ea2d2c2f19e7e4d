"""The words that compare: which of them touches a number, and on which side.

以上, 以下 and 以内 include the number, 超过 and 不满 do not (Civil Code, article 1259).
"""

import re

from registry.numerals import DIGITS

COMPARATORS = (
    "eq",
    "gt",
    "gte",
    "lt",
    "lte",
    "between",
    "approx",
    "approx_below",
    "order",
)

_LIMITS = {
    "lte": "不超过|未超过|不突破|不高于|不多于|不大于|最高|最长|最多|至多",
    "gte": "不低于|不少于|不小于|最低|最短|最少|至少",
}
_OTHERS = {
    "gt": "超过|突破|高于|多于|大于",
    "lt": "不满|未满|不足|低于|少于|小于",
    "approx": "大约",
    "approx_below": "接近|将近",
}
# One character compares only where it is no part of another word: 签约, 最近, 赶超.
_SHORT = {
    "gt": "(?<![不未赶反])超(?!过)|逾",
    "approx": "(?<![签合契预节特条公制违履续缔邀])约",
    "approx_below": "(?<![最附临邻靠接将])近",
    "eq": "(?<![发到抵])达(?!到)",
}
_REACHED = (
    "达到|(?:提高|提升|增加|增长|扩大|上调|上升|升高|延长|降低|下降|下调|减少|缩短|调整)"
    "(?:至|到)|[升增提降](?:至|到)"
)
_ENGLISH = {
    "lte": "up to|at most|(?:no|not) more than|not exceeding",
    "gte": "at least|(?:no|not) less than",
    "gt": "more than|over|above|exceed(?:s|ed|ing)?",
    "lt": "less than|below|under",
    "approx": "about|around|approximately",
    "approx_below": "nearly|almost|close to",
    "order": "(?:in|on|of) the order of",
    "eq": "reached|reaching|raised to|lowered to",
}
_AFTER = {
    "lte": r"(?:及)?以下|以内|[ ]or less",
    "gte": r"(?:及)?以上|[ ]or more",
    "approx": "左右",
    "order": "(?:数?量)?级(?![别市])",
}

_NUMERAL = f"[{''.join(DIGITS)}十百千万亿]"
# What may stand between the comparator and its number: 最高额度可达2000万元.
_LINK = (
    "(?:(?:信用)?(?:额度|金额|限额))?(?:可以|可)?(?:达到|达|到|至|为|按照?|允许)?"
    "(?:人民币)?"
)
# A limit governs the number behind its base: 不低于当年新增投资额的20%.
_BASE = (
    f"(?:(?!{_NUMERAL})[\u4e00-\u9fff]){{1,12}}?"
    "(?:额|量|数|值|支出|收入|资产|价款|规模)的?"
)


def _named(words: dict[str, str], prefix: str) -> str:
    return "|".join(f"(?P<{prefix}_{name}>{said})" for name, said in words.items())


_CHINESE_WORD = "|".join(
    (
        _named(_LIMITS, "limit"),
        _named(_OTHERS, "other"),
        f"(?P<reached_eq>{_REACHED})",
        _named(_SHORT, "short"),
    )
)
_ENGLISH_WORD = rf"(?<![A-Za-z])(?i:{_named(_ENGLISH, 'english')})(?![A-Za-z])[ \xa0]+"
_WORD = re.compile(f"(?:{_CHINESE_WORD}|{_ENGLISH_WORD}){_LINK}[ \xa0]?")
_ANY_LINKED = re.sub(r"\?P<\w+>", "?:", _WORD.pattern)
_CHAIN = re.compile(rf"(?:{_ANY_LINKED})+\Z")
_LIMIT_AND_BASE = re.compile(rf"(?:{_named(_LIMITS, 'limit')}){_BASE}\Z")
_SUFFIX = re.compile(_named(_AFTER, "after"))
_WITHIN = re.compile("内(?![部容外地])")
# Words that say so by themselves, without a number: 高于全部贷款增速.
_ALONE = re.compile(
    "|".join(
        (
            _named(_LIMITS, "limit"),
            _named(_OTHERS, "other"),
            rf"(?<![A-Za-z])(?i:{_named(_ENGLISH, 'english')})(?![A-Za-z])",
        )
    )
)

_LONGEST = 48


def before(
    text: str, end: int, since: int = 0, *, duration: bool = False
) -> tuple[int, list[str]]:
    """Where the comparator words that end at ``end`` begin, and what they say.

    Looks back no further than ``since``. Without such words: ``end`` and nothing. 近
    before a duration is no comparator: 近3年 is the last three years.
    """
    window = max(since, end - _LONGEST)
    chain = _CHAIN.search(text, window, end)
    if chain is None or (duration and chain[0].strip() == "近"):
        return end, []
    said = []
    place = chain.start()
    while place < end and (word := _WORD.match(text, place, end)):
        said.append(_comparator(word))
        place = word.end()
    return chain.start(), said


def limit_over_base(text: str, end: int, since: int = 0) -> list[str]:
    """The limit whose base phrase ends at ``end``: gte in 不低于新增投资额的20%."""
    window = max(since, end - _LONGEST)
    match = _LIMIT_AND_BASE.search(text, window, end)
    return [_comparator(match)] if match else []


def after(text: str, start: int, *, duration: bool = False) -> tuple[int, list[str]]:
    """Where the comparator word at ``start`` ends, and what it says.

    内 alone is one behind a duration only (3年内).
    """
    if match := _SUFFIX.match(text, start):
        return match.end(), [_comparator(match)]
    if duration and (match := _WITHIN.match(text, start)):
        return match.end(), ["lte"]
    return start, []


def said_alone(wording: str) -> set[str]:
    """The comparators that a wording without a number says.

    ``高于全部贷款增速`` and ``exceed the average`` say gt; 约 and the like, which need
    a number to touch, say nothing.
    """
    return {_comparator(match) for match in _ALONE.finditer(wording)} - {"eq"}


def _comparator(match: re.Match[str]) -> str:
    (name,) = (name for name, said in match.groupdict().items() if said is not None)
    return name.partition("_")[2]
