"""What ``/match/`` is asked: what a firm is and needs, how it says so, who judges."""

from datetime import date
from typing import Any

import django_filters
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from programs import matching
from programs.api.offers import categories
from programs.models import Program, Region, Term
from programs.models.terms import MONEY, TIME
from programs.needs import AMOUNTS, Need
from registry.api import searching
from registry.api.comparisons import AmountFilter
from registry.api.filters import Choices, References, Unreadable
from registry.api.problems import Refused

# As many digits as columns have before the point.
LARGEST = 10**15


def _amount(label: Any, *units: str) -> AmountFilter:
    return AmountFilter(lambda _value: Q(), units=units, label=label)


# What a firm may say of itself and of what it needs, and how each is read.
QUESTIONS: dict[str, django_filters.Filter] = {
    "region": References(
        Region.objects.all, label=_("Where the firm is: one region by code.")
    ),
    "stage": categories("stage", _("The stages that it may be in.")),
    "audience": categories(
        "audience", _("All that it is, by comma: tech_sme,srdi_sme.")
    ),
    "industry": categories("industry", _("The industries that it is in.")),
    "kind": Choices(Program.Kind, label=_("Kinds of program that it wants.")),
    "amount": _amount(_("What it needs: 2000万元, or a number of yuan."), *MONEY),
    "tenor": _amount(_("For how long it needs it: 3年, or a number of months."), *TIME),
    "rate": _amount(_("The interest that it would pay at most: 4%."), "percent"),
    "fee_rate": _amount(_("The fee that it would pay at most: 1.5%."), "percent"),
    "term": Choices(Term.Kind, label=_("Kinds of term that have to be stated.")),
}
NEEDS = {
    "amount": (AMOUNTS, True),
    "tenor": (("tenor",), True),
    "rate": (("rate",), False),
    "fee_rate": (("fee_rate",), False),
}
LABELS = {
    "region": _("region"),
    "stage": _("stage"),
    "audience": _("audience"),
    "industry": _("industry"),
    "kind": _("kind"),
    "amount": _("amount"),
    "tenor": _("tenor"),
    "rate": _("interest rate"),
    "fee_rate": _("fee rate"),
    "term": _("term"),
    "purpose": pgettext_lazy("criterion", "purpose"),
    "lifecycle": _("lifecycle"),
    "validity": _("validity"),
}


def given_by(asked: dict[str, str]) -> dict[str, Any]:
    """What the firm said, read; raises `Refused` for what can't be, and for nothing."""
    given: dict[str, Any] = {}
    for name, question in QUESTIONS.items():
        if name in asked:
            given[name] = _read(name, question, asked[name])
    if "purpose" in asked:
        given["purpose"] = searching.words(asked, "purpose")
    if not given:
        allowed = [*QUESTIONS, "purpose"]
        detail = gettext("Say something of the firm or of what it needs.")
        raise Refused(detail, parameter="region", allowed=allowed)
    if len(given.get("region", [])) > 1:
        raise Refused(gettext("“%s” takes one value.") % "region", parameter="region")
    return given


def _read(name: str, question: django_filters.Filter, text: str) -> Any:
    try:
        value = question.field.clean(text)
    except Unreadable as error:
        raise Refused(
            str(error), parameter=name, allowed=error.allowed, given=error.given
        ) from error
    if name not in NEEDS:
        return value
    if not 0 < value.value < LARGEST:
        detail = gettext("“%s” takes a value above zero, of at most 15 digits.") % name
        raise Refused(detail, parameter=name)
    kinds, ceiling = NEEDS[name]
    return Need(kinds, value, ceiling)


def judging(given: dict[str, Any], day: date) -> dict[str, models.Case]:
    """Criterion → what judges it: what was asked, then whether it can be used."""
    verdicts = {
        "region": lambda codes: matching.located(codes[0]),
        "kind": matching.of_kind,
        "term": matching.stating,
        "purpose": matching.about,
    }
    found: dict[str, models.Case] = {}
    for name, value in given.items():
        if isinstance(value, Need):
            found[name] = value.program()
        elif name in verdicts:
            found[name] = verdicts[name](value).expression()
        else:
            found[name] = matching.meant_for(name, value).expression()
    found["lifecycle"] = matching.in_place().expression()
    found["validity"] = matching.valid(day).expression()
    return found
