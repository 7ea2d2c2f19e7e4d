"""Texts cut into grams for an index: pairs of signs side by side, and rare signs.

Folded as search folds (`registry.folding`). Whoever finds rows by their grams compares
the texts themselves after that. A search asks for no pair with an ASCII sign that is
neither letter nor digit, and for no common sign alone, for which a scan is as quick;
so an index may have the one and lacks the other.
"""

from functools import cache
from itertools import pairwise

from registry.folding import fold, foldings

# The most frequent characters of Chinese, and of this field. Changing them, as changing
# what folds to what, has the index built anew.
COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发"
    "年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如"
    "水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然"
    "前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但"
    "质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五"
    "果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组"
    "见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即"
    "保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清"
    "己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八"
    "离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观"
    "越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响"
    "约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯"
    "院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听"
    "该铁价严龙飞贷款融险债投创企担银额补贴券股"
    "，。、；：？！（）《》「」—…·０１２３４５６７８９"
)


def grams(word: str) -> list[str]:
    """What every text has in which the word stands: its pairs, and rare signs alone.

    Empty where an index is of no use.
    """
    signs = fold(word)
    found = [
        one + other for one, other in pairwise(signs) if _is_asked_for(one + other)
    ]
    beside = set("".join(found))
    found += [sign for sign in signs if sign not in beside and is_rare(sign)]
    return list(dict.fromkeys(found))


def cut(text: str) -> set[str]:
    """All grams of a text that a search may ask for."""
    signs = fold(text)
    pairs = {
        one + other for one, other in pairwise(signs) if _is_asked_for(one + other)
    }
    return pairs | {sign for sign in signs if is_rare(sign)}


def number(gram: str) -> int:
    """The gram as a number of 32 bits, its own but for characters past U+FFFF."""
    *first, last = map(ord, gram)
    bits = (sum(first) << 16 ^ last) & 0xFFFFFFFF
    return bits - (bits >> 31 << 32)


def is_rare(sign: str) -> bool:
    """Whether the sign alone is a gram."""
    return sign > "\x7f" and sign not in COMMON


def _is_asked_for(pair: str) -> bool:
    return all(sign > "\x7f" or sign.isalnum() for sign in pair)


@cache
def unfolded() -> dict[str, str]:
    """What folds to a sign that is in grams, but for the capitals of ASCII."""
    return {
        sign: folded
        for code, folded in foldings().items()
        if (sign := chr(code)) > "\x7f" and _is_asked_for(folded)
    }
