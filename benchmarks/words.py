"""Chinese words that believable names and summaries are made of."""

import tomllib
from pathlib import Path
from random import Random
from typing import Any

# Stands in a handful of passages and programs of a registry of any size, and in no
# other word: what search is asked for as a rare word.
RARE = "琥珀"
# How many passages, and how many programs, hold it.
RARE_PASSAGES, RARE_PROGRAMS = 7, 3

_GIVEN: dict[str, Any] = tomllib.loads(
    Path(__file__).with_name("words.toml").read_text("utf-8")
)
BRANDS, BODIES = _GIVEN["brands"].split(), _GIVEN["bodies"].split()
KIND_OF_BODY = dict(
    zip(
        BODIES,
        (
            "department department department department department regulator"
            " tech_branch bank bank guarantor guarantor insurer investor state_group"
            " securities zone_committee service_centre exchange"
        ).split(),
        strict=True,
    )
)
# Kind → what the names of such programs end in, and how many of a hundred they are.
PRODUCTS = {kind: names.split() for kind, names in _GIVEN["products"].items()}
SHARES = dict(
    zip(PRODUCTS, (30, 12, 12, 10, 8, 8, 6, 5, 4, 3, 2), strict=True),
)
_WHO, _DOES, _WHAT, _HOW, _FIELDS = (
    _GIVEN[name].split() for name in ("who", "does", "what", "how", "fields")
)


def sentence(dice: Random) -> str:
    """One sentence of a policy, some forty characters."""
    pick = dice.choice
    return (
        f"面向{pick(_FIELDS)}领域的{pick(_WHO)}，{pick(_DOES)}{pick(_WHAT)}，"
        f"{pick(_HOW)}。"
    )


def summary(dice: Random) -> str:
    """One to three sentences."""
    return "".join(sentence(dice) for _time in range(dice.choice((1, 1, 2, 3))))


def rare(number: int, of: int, times: int) -> str:
    """A sentence with the rare word for so many of all rows, nothing for the others."""
    every = max(of // times, 1)
    chosen = number % every == every // 2 and number // every < times
    return f"试点代号{RARE}，名单另行公布。" * chosen
