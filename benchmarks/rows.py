"""The rows of a believable registry of any number of programs, table by table.

Each table is a stream of its columns by name; what a column is not given stays as the
model has it by default. What rows refer to is worked out from their numbers, so that
nothing is kept, and the same number and seed give the same registry.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import accumulate
from random import Random
from typing import Any

from benchmarks import words
from benchmarks.places import Place, places

Row = dict[str, Any]

BEGIN = datetime(2024, 1, 1, 1, tzinfo=UTC)
PASSAGES_OF_DOCUMENT = 20
PROGRAMS_OF_AGENCY = 25
KINDS = tuple(words.PRODUCTS)
_CUMULATIVE = list(accumulate(words.SHARES.values()))
ROLES = ("lender", "guarantor", "operator", "lead", "funder", "partner")
_TERMS = (
    ("amount", "lte", (100, 300, 500, 800, 1000, 2000, 3000), 10_000, "CNY", "万元"),
    ("tenor", "lte", (1, 2, 3, 5, 10), 12, "month", "年"),
    ("rate", "lte", (3, 4, 5), 1, "percent", "%"),
    ("risk_share", "eq", (20, 40, 50, 80), 1, "percent", "%"),
    ("subsidy_rate", "eq", (10, 30, 50), 1, "percent", "%"),
)
_SAID = {"lte": "最高", "eq": "按"}


class Registry:
    """What a registry of ``size`` programs holds."""

    def __init__(self, size: int, seed: int = 1) -> None:
        self.size, self.seed = size, seed
        self.documents = max(size // PASSAGES_OF_DOCUMENT, 1)
        self.agencies = max(size // PROGRAMS_OF_AGENCY, len(words.BODIES))

    def _dice(self, table: str) -> Random:
        return Random(f"{self.seed} {table}")  # noqa: S311  # nothing is kept secret

    # --- what the rows refer to ------------------------------------------------------

    def place(self, number: int) -> Place:
        found = places()
        return found[number * 7919 % len(found)]

    def kind(self, number: int) -> str:
        share = number * 61 // 7 % _CUMULATIVE[-1]
        return KINDS[next(n for n, end in enumerate(_CUMULATIVE) if share < end)]

    def program(self, number: int) -> str:
        return f"{self.place(number).code}-p{number}"

    def agency(self, number: int) -> str:
        number %= self.agencies
        return f"{self.place(number).code}-a{number}"

    def document(self, number: int) -> str:
        return f"{self.place(number).code}-kejinfa-{number}"

    def passage(self, number: int) -> str:
        """The passage that the program of that number is read from."""
        of, place = divmod(number, PASSAGES_OF_DOCUMENT)
        return f"{self.document(min(of, self.documents - 1))}.p{self._p(of, place)}"

    def _p(self, of: int, place: int) -> int:
        # A remainder that fills no document stands at the end of the last.
        last = self.documents - 1
        return place + 1 + max(of - last, 0) * PASSAGES_OF_DOCUMENT

    # --- tables ----------------------------------------------------------------------

    def region(self) -> Iterator[Row]:
        for place in places():
            yield {
                "code": place.code, "name": place.name, "level": place.level,
                "parent_id": place.parent,
            }  # fmt: skip

    def agency_rows(self) -> Iterator[Row]:
        dice = self._dice("agency")
        for number in range(self.agencies):
            place, body = self.place(number), words.BODIES[number % len(words.BODIES)]
            yield {
                "code": self.agency(number), "region_id": place.code,
                "name": f"{place.short}{dice.choice(words.BRANDS)}{body}",
                "short_name": f"{place.short}{body}",
                "kind": words.KIND_OF_BODY[body], "summary": words.sentence(dice),
                "updated_at": self._changed(number, self.agencies),
            }  # fmt: skip

    def alias(self) -> Iterator[Row]:
        for number in range(self.agencies):
            code, place = self.agency(number), self.place(number)
            body = words.BODIES[number % len(words.BODIES)]
            yield {
                "code": f"{code}.alias", "agency_id": code, "region_id": place.code,
                "name": f"{place.short}市{body}{number}处",
            }  # fmt: skip

    def document_rows(self) -> Iterator[Row]:
        dice = self._dice("document")
        for number in range(self.documents):
            place = self.place(number)
            year = 2020 + number % 6
            issued = f"{year}-{1 + number % 12:02}-{1 + number % 28:02}"
            what = dice.choice(("若干措施", "行动方案", "实施意见", "管理办法"))
            yield {
                "code": self.document(number), "region_id": place.code,
                "title": f"{place.name}支持{dice.choice(words.BRANDS)}科技金融{what}",
                "kind": "policy", "status": "issued", "coverage": "full",
                "number": f"科金发〔{year}〕{number}号", "language": "zh",
                "issued_on": issued, "effective_on": issued,
                "url": f"https://policy.example/{number}",
                "updated_at": self._changed(number, self.documents),
            }  # fmt: skip

    def document_role(self) -> Iterator[Row]:
        for number in range(self.documents):
            code, agency = self.document(number), self.agency(number)
            yield {
                "code": f"{code}.issuer-{agency}", "document_id": code, "order": 1,
                "role": "issuer", "agency_id": agency,
            }  # fmt: skip

    def passage_rows(self) -> Iterator[Row]:
        dice = self._dice("passage")
        for number in range(self.size):
            code = self.passage(number)
            document, key = code.rsplit(".p", 1)
            extra = words.rare(number, self.size, words.RARE_PASSAGES)
            yield {
                "code": code, "document_id": document, "locator": f"¶{key}",
                "kind": "measure" if number % 2 else "paragraph", "order": int(key),
                "heading": dice.choice(words.BRANDS) if number % 2 else "",
                "summary": words.summary(dice) + extra,
                "updated_at": self._changed(number),
            }  # fmt: skip

    def responsibility(self) -> Iterator[Row]:
        for number in range(1, self.size, 2):
            passage = self.passage(number)
            yield {
                "code": f"{passage}.listed-1", "passage_id": passage, "order": 1,
                "source": "listed", "group": 1, "role": "responsible",
                "agency_id": self.agency(number * 31),
            }  # fmt: skip

    def program_rows(self) -> Iterator[Row]:
        dice = self._dice("program")
        pick = dice.choice
        for number in range(self.size):
            place, kind = self.place(number), self.kind(number)
            extra = words.rare(number, self.size, words.RARE_PROGRAMS)
            launched = f"{2010 + number % 16}-{1 + number % 12:02}"
            row = {
                "code": self.program(number), "region_id": place.code, "kind": kind,
                "name": place.short + pick(words.BRANDS) + pick(words.PRODUCTS[kind]),
                "publication": "draft" if number % 50 == 7 else "published",
                "lifecycle": pick(("active", "active", "planned", "pilot", "")),
                "summary": words.summary(dice) + extra,
                "eligibility": words.sentence(dice) if number % 3 == 0 else "",
                "launched": launched if number % 3 else "",
                "verified_on": (BEGIN + timedelta(days=number % 600)).date()
                if number % 4 else None,
                "updated_at": self._changed(number),
            }  # fmt: skip
            if kind == "fund":
                row |= {"fund_strategy": "angel", "fund_vehicle": "guidance"}
            yield row

    def program_role(self) -> Iterator[Row]:
        for number in range(self.size):
            code = self.program(number)
            for order in (1, 2):
                role = ROLES[(number + order) % len(ROLES)]
                agency = self.agency(number * 13 + order)
                yield {
                    "code": f"{code}.{role}-{agency}", "program_id": code, "role": role,
                    "order": order, "agency_id": agency,
                }  # fmt: skip

    def program_link(self) -> Iterator[Row]:
        for number in range(20, self.size, 20):
            code, target = self.program(number), self.program(number - 20)
            yield {
                "code": f"{code}.variant_of-{target}", "program_id": code,
                "relation": "variant_of", "target_id": target,
            }  # fmt: skip

    def citation(self) -> Iterator[Row]:
        for number in range(self.size):
            code, passage = self.program(number), self.passage(number)
            yield {
                "code": f"{code}.{passage}", "program_id": code, "passage_id": passage,
            }  # fmt: skip

    def term(self) -> Iterator[Row]:
        dice = self._dice("term")
        for number in range(self.size):
            for step in (0, 1):
                kind, comparator, values, times, unit, said = _TERMS[
                    (number + step) % len(_TERMS)
                ]
                value, passage = dice.choice(values), self.passage(number)
                yield {
                    "code": f"{passage}.{kind}", "passage_id": passage, "kind": kind,
                    "program_id": self.program(number), "order": 1,
                    "comparator": comparator, "value": Decimal(value * times),
                    "unit": unit, "as_written": f"{_SAID[comparator]}{value}{said}",
                    "per": "enterprise" if kind == "amount" else "",
                    "updated_at": self._changed(number),
                }  # fmt: skip

    def place_of_program(self) -> Iterator[Row]:
        for number in range(0, self.size, 33):
            yield {
                "program_id": self.program(number),
                "region_id": self.place(number + 1).code,
            }

    def category_of_program(self) -> Iterator[Row]:
        for number in range(0, self.size, 2):
            for category in ("startup", "tech_sme")[: 1 + number % 3 % 2]:
                yield {"program_id": self.program(number), "category_id": category}

    def _changed(self, number: int, of: int = 0) -> datetime:
        """Each at another instant, over a year and a half, not in order of codes."""
        step = number * 7919 % (of or self.size)
        return BEGIN + timedelta(
            seconds=step * 46_000_000 // (of or self.size),
            microseconds=1 + number % 1000,
        )
