"""What a firm needs in numbers, and what a program's terms prove of it.

A term says its value by a comparator. What is proved has to hold whatever the value is
that the comparator leaves open; what is ruled out, too.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db import models
from django.db.models import Case, Q, QuerySet, Value, When
from django.utils.translation import pgettext_lazy

from programs.models import Term
from registry.models import visible
from registry.quantities import Quantity

# What an amount is asked of, the first of these that the program states: what a firm
# gets at once, or what is guaranteed or granted to it.
AMOUNTS = ("amount", "guarantee_amount", "subsidy_amount", "subsidy_cap")
# Of whom a limit is no limit of a firm's.
POTS = (Term.Per.INSTITUTION, Term.Per.FUND)
# Kinds of program by which no firm gets money, whatever it asks for.
GIVING_NONE = (
    "monetary_tool directory recognition event talent venue framework campaign"
    " mechanism cooperation institution_building regulation"
).split()
# How far 约 and 近 may be off, as a share of the number.
ABOUT = Decimal("0.1")
MICRO = Decimal("0.000001")


class Answer(models.TextChoices):
    MET = "met", pgettext_lazy("criterion", "met")
    NOT_MET = "not_met", pgettext_lazy("criterion", "not met")
    NOT_STATED = "not_stated", pgettext_lazy("criterion", "not stated")


@dataclass(frozen=True)
class Verdict:
    """When a criterion is met and when it is not; in between, it is not stated."""

    met: Q
    not_met: Q

    def expression(self) -> Case:
        return Case(
            When(self.met, then=Value(Answer.MET.value)),
            When(self.not_met, then=Value(Answer.NOT_MET.value)),
            default=Value(Answer.NOT_STATED.value),
            output_field=models.TextField(),
        )


def having(rows: QuerySet) -> Q:
    """Programs that some of the rows belong to.

    The rows are read once, whatever the number of programs: beside each of many, SQLite
    would search all terms of a kind anew.
    """
    return Q(pk__in=rows.exclude(program=None).order_by().values("program"))


def stated_terms() -> QuerySet:
    return Term.objects.filter(visible(Term))


@dataclass(frozen=True)
class Need:
    """A value that the firm asks for; of the first of the kinds that is stated.

    ``ceiling``: the program's value limits what the firm gets, and has to reach the
    need; else it is what the firm pays, and has to stay within it.
    """

    kinds: tuple[str, ...]
    value: Quantity
    ceiling: bool

    def term(self) -> Verdict:
        """What a single term proves, by its comparator.

        In other units it proves nothing, nor as the limit of an institution or fund,
        nor as a share of another price (80% of the LPR).
        """
        verdict = _reaching if self.ceiling else _within
        met, not_met = verdict(self.value.value)
        known = Q(unit=self.value.unit, value__isnull=False)
        if self.ceiling:
            known &= ~Q(per__in=POTS)
        else:
            known &= Q(base="")
        return Verdict(known & met, known & not_met)

    def program(self) -> Case:
        """What its terms prove: one that is met is enough, all must fail to fail.

        Where it states none, its kind may rule out that it gives a firm money.
        """
        whens: list[When] = []
        proof = self.term().expression()
        for kind in self.kinds:
            stated = stated_terms().filter(kind=kind).annotate(said=proof)
            whens += [
                When(having(stated.filter(said=Answer.MET)), then=Value("met")),
                When(
                    having(stated.filter(said=Answer.NOT_STATED)),
                    then=Value("not_stated"),
                ),
                When(having(stated), then=Value("not_met")),
            ]
        return Case(
            *whens,
            When(kind__in=GIVING_NONE, then=Value("not_met")),
            default=Value("not_stated"),
            output_field=models.TextField(),
        )


def _reaching(need: Decimal) -> tuple[Q, Q]:
    """Limits under which the need is granted, and limits that rule it out.

    A lower bound proves no more than itself: less may be too little to ask for, and
    how much more there is, it doesn't say.
    """
    met = (
        Q(comparator__in=("eq", "lte", "order"), value__gte=need)
        | Q(comparator="lt", value__gt=need)
        | Q(comparator="gte", value=need)
        | Q(comparator="between", value__lte=need, value_to__gte=need)
        | Q(comparator__in=("approx", "approx_below"), value__gte=_least(need))
    )
    not_met = (
        Q(comparator__in=("eq", "lte"), value__lt=need)
        | Q(comparator__in=("lt", "approx_below"), value__lte=need)
        | Q(comparator="between", value_to__lt=need)
        | Q(comparator="between", value__gt=need)
        | Q(comparator="approx", value__lt=_most(need))
        | Q(comparator="order", value__lte=_shift(need))
    )
    return met, not_met


def _within(most: Decimal) -> tuple[Q, Q]:
    """Prices that stay within what the firm would pay, and those that exceed it."""
    met = (
        Q(comparator__in=("eq", "lt", "lte", "approx_below"), value__lte=most)
        | Q(comparator="between", value_to__lte=most)
        | Q(comparator="approx", value__lte=_most(most))
        | Q(comparator="order", value__lte=_shift(most))
    )
    not_met = (
        Q(comparator__in=("eq", "gte", "between", "order"), value__gt=most)
        | Q(comparator="gt", value__gte=most)
        | Q(comparator__in=("approx", "approx_below"), value__gt=_least(most))
    )
    return met, not_met


def _least(value: Decimal) -> Decimal:
    """The least number of which nine tenths reach the value, as columns keep it."""
    return (value / (1 - ABOUT)).quantize(MICRO, "ROUND_CEILING")


def _most(value: Decimal) -> Decimal:
    """The greatest number of which eleven tenths stay within the value."""
    return (value / (1 + ABOUT)).quantize(MICRO, "ROUND_FLOOR")


def _shift(value: Decimal) -> Decimal:
    """A tenth: what is in the order of it is less than the value."""
    return (value / 10).quantize(MICRO, "ROUND_FLOOR")
