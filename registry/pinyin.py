"""How Chinese names sound, in plain letters: to find names by, and to make codes of.

pypinyin reads most words; ``pronunciation.tsv`` beside this module says what it gets
wrong (人行 is renhang, 支行 zhihang) and where words end.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from functools import lru_cache
from itertools import accumulate, islice, product
from pathlib import Path

from pypinyin import lazy_pinyin
from pypinyin.seg import mmseg

# Characters that stand alone in names with either sound; a name with several of them
# is read in at most so many ways.
SEVERAL = {
    "行": ("xing", "hang"),
    "长": ("chang", "zhang"),
    "重": ("zhong", "chong"),
    "朝": ("chao", "zhao"),
    "乐": ("le", "yue"),
    "调": ("diao", "tiao"),
    "传": ("chuan", "zhuan"),
    "单": ("dan", "shan"),
    "曾": ("zeng", "ceng"),
    "厦": ("sha", "xia"),
    "藏": ("cang", "zang"),
    "埔": ("pu", "bu"),
    "堡": ("bao", "pu"),
    "盛": ("sheng", "cheng"),
    "涌": ("yong", "chong"),
}
MOST_READINGS = 4
# Words that a code leaves out.
JOINING = "的和与及"


def _overrides() -> dict[str, list[str]]:
    """Word → syllables, as the data file has them."""
    lines = Path(__file__).with_name("pronunciation.tsv").read_text("utf-8").split("\n")
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return {word: syllables.split() for word, syllables in rows}


OVERRIDES = _overrides()
_WORD = re.compile("|".join(sorted(OVERRIDES, key=len, reverse=True)))
_LATIN = re.compile(r"[a-z0-9]+")
_HAN_ONE = r"[㐀-䶿一-鿿豈-﫿\U00020000-\U000323af]"
_HAN = re.compile(f"{_HAN_ONE}+")
_PART = re.compile(f"{_LATIN.pattern}|{_HAN.pattern}")


def normalised(name: str) -> str:
    """The name without what tells no two names apart: width, case, blanks, signs.

    ``“宁科贷” (A款)`` → ``宁科贷a款``.
    """
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def typed(word: str) -> str:
    """What somebody typed, as readings are spelt: ``Nǐng-kē`` → ``ningke``, ü → v.

    Empty where it holds anything but letters and digits, such as a Chinese word.
    """
    split = unicodedata.normalize("NFKD", word.casefold()).replace("u\u0308", "v")
    plain = "".join(
        letter
        for letter in split
        if not unicodedata.combining(letter) and letter not in "'’-"
    )
    return plain if _LATIN.fullmatch(plain) else ""


@lru_cache(maxsize=4096)
def readings(name: str) -> str:
    """The ways to type a name, in full and by initials: ``ningkedai nkd``.

    Where a character may sound in two ways, both are given. The same for names of one
    normalised form; empty where the name has neither letters nor characters.
    """
    ways = list(islice(product(*_syllables(normalised(name))), MOST_READINGS))
    found = ["".join(way) for way in ways]
    if _HAN.search(name):
        found += ["".join(syllable[:1] for syllable in way) for way in ways]
    return " ".join(word for word in dict.fromkeys(found) if word)


def place_of(name: str, sound: str) -> tuple[int, int] | None:
    """Start and length of the characters of the name that sound so, in full or short.

    ``kedai`` and ``kd`` stand in 宁科贷 from 1, two characters long; None where no
    reading of the name has the sound.
    """
    letters = [
        (place, letter)
        for place, sign in enumerate(name)
        for letter in normalised(sign)
    ]
    syllables = _syllables("".join(letter for _place, letter in letters))
    if len(syllables) != len(letters):
        return None
    for way in islice(product(*syllables), MOST_READINGS):
        for spelt in (way, [syllable[:1] for syllable in way]):
            found = "".join(spelt).find(sound)
            if found < 0:
                continue
            ends = list(accumulate(map(len, spelt)))
            first = letters[bisect_right(ends, found)][0]
            last = letters[bisect_left(ends, found + len(sound))][0]
            return first, last - first + 1
    return None


def _syllables(text: str) -> list[tuple[str, ...]]:
    """The sounds of each character; digits and Latin letters stand for themselves."""
    return [sounds for word in _split(text) for sounds in _sounds(word)]


@lru_cache(maxsize=20_000)
def _sounds(word: str) -> list[tuple[str, ...]]:
    if word in OVERRIDES:
        return [(syllable,) for syllable in OVERRIDES[word]]
    if word in SEVERAL:
        return [SEVERAL[word]]
    if _HAN.fullmatch(word):
        return [(syllable,) for syllable in lazy_pinyin(word)]
    return [(letter if _LATIN.fullmatch(letter) else "",) for letter in word]


def _split(text: str) -> list[str]:
    """Words of the data file and of pypinyin, else single characters."""
    parts: list[str] = []
    end = 0
    for found in _WORD.finditer(text):
        parts += mmseg.seg.cut(text[end : found.start()])
        parts.append(found.group())
        end = found.end()
    return [*parts, *mmseg.seg.cut(text[end:])]


def slug(name: str, longest: int) -> str:
    """The name's words as a code has them: 科技贷款增量补助 → ``keji-daikuan-…``.

    A character alone joins the word before it (积分制 → ``jifenzhi``); what no list
    knows is taken in pairs. Cut behind the last word that fits.
    """
    plain = unicodedata.normalize("NFKC", name).casefold()
    # A blank between characters, often a break of the printed line, ends no word.
    plain = re.sub(rf"(?<={_HAN_ONE})\s+(?={_HAN_ONE})", "", plain)
    words: list[str] = []
    for part in _PART.findall(plain):
        words += [part] if _LATIN.fullmatch(part) else _words(part)
    kept = ""
    for word in words:
        longer = f"{kept}-{word}" if kept else word[:longest]
        if len(longer) > longest:
            break
        kept = longer
    return kept


def _words(text: str) -> list[str]:
    """The readings of a Chinese text's words, in order."""
    words: list[str] = []
    alone = ""  # what is in no list, since the last word that is

    def close() -> None:
        nonlocal alone
        if len(alone) == 1 and words:
            words[-1] += _first(alone)
        else:
            while alone:
                size = 3 if len(alone) == 3 else 2
                words.append(_first(alone[:size]))
                alone = alone[size:]
        alone = ""

    for part in _split(text):
        if part in JOINING:
            close()
        elif len(part) == 1:
            alone += part
        else:
            close()
            words.append(_first(part))
    close()
    return words


def _first(text: str) -> str:
    return "".join(sounds[0] for sounds in _syllables(text))
