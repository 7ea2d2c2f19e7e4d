"""Eleven questions that an analyst asks, each answered by one request.

The answers are kept as files in tests/contracts/questions, for a reviewer to read.
"""

import json

import pytest

from tests.contracts import assert_kept

QUESTIONS = {
    "loans-of-shanghai-and-who-runs-them": (
        "programs/?region=310000&kind=loan&include=roles&fields=code,name,roles"
    ),
    "what-wuhans-finance-bureau-answers-for": (
        "measures/?agency=420100-caizhengju&include=responsibilities"
        "&fields=code,locator,heading,responsibilities"
    ),
    "subsidies-with-a-cap-by-city": (
        "programs/?kind=subsidy,fee_subsidy,interest_subsidy&has_term=subsidy_cap"
        "&include=terms&fields=code,name,region,terms"
    ),
    "targets-for-2027-by-city": (
        "targets/?period_end__gte=2027&period_end__lte=2027&ordering=period_end"
        "&fields=code,region,program,indicator,segment,comparator,value,unit,versus,"
        "statement,period_end"
    ),
    "shenzhens-loan-balance-and-from-whom": (
        "observations/?region=440300&indicator=loan_balance.tech_firms"
        "&fields=code,transformation,comparator,value,unit,period_end,restates,passage"
    ),
    "loss-tolerance-of-funds": (
        "terms/?kind=loss_tolerance"
        "&fields=code,applies_to,per,base,comparator,value,unit,passage"
    ),
    "measures-about-insurance": (
        "measures/?search=保险&fields=code,document,locator,heading"
    ),
    "products-for-the-seed-stage": (
        "programs/?stage=seed&fields=code,name,kind,region"
    ),
    "what-lapses-by-the-end-of-2028": (
        "documents/?expiring_before=2029-01-01"
        "&fields=code,title,region,issued_on,expires_on,expiry_basis"
    ),
    "what-cites-zhengzhous-5-3": (
        "programs/?measure=410100-zhengzhengwen-2025-66.5-3"
        "&fields=code,name,kind,lifecycle"
    ),
    "loans-for-an-srdi-firm-of-wuhan": (
        "match/?region=420100&audience=srdi_sme&kind=loan&amount=800万元&tenor=3年"
    ),
}  # fmt: skip


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_answer_is_the_one_on_file(client, shipped, question):
    answer = client.get(f"/api/v1/{QUESTIONS[question]}&page_size=200").json()
    told = json.dumps(answer["results"], ensure_ascii=False, indent=1) + "\n"
    assert answer["next"] is None
    assert answer["results"], "nobody would ask for nothing"
    assert_kept(f"questions/{question}.json", told)
