"""The verbs that querysets have: by place, by time, by publication and freshness."""

from datetime import date

import pytest

from programs.models import Agency, AgencyAlias, Document, Program, Region
from tests import builders


@pytest.fixture
def places(db):
    hubei = builders.region("420000", name="湖北省")
    wuhan = builders.region("420100", name="武汉市", level="city", parent=hubei)
    builders.region("420100-donghu", name="东湖", level="zone", parent=wuhan)
    return {region.code: region for region in Region.objects.all()}


def codes(queryset):
    return sorted(queryset.values_list("code", flat=True))


@pytest.fixture
def programs(places):
    for code, place in places.items():
        builders.program(place, f"{code[:6]}-{place.level}")
    builders.region("430000")
    builders.program(Region.objects.get(code="430000"), "430000-x")


def test_within_a_province_are_its_cities_and_zones(programs):
    found = codes(Program.objects.within("420000"))
    assert found == ["420000-province", "420100-city", "420100-zone"]


def test_within_a_zone_is_the_zone_alone(programs):
    assert codes(Program.objects.within("420100-donghu")) == ["420100-zone"]


def test_within_the_country_is_everything(programs):
    assert Program.objects.within("000000").count() == 5


def test_a_program_lies_within_the_places_where_it_runs(programs, places):
    Program.objects.get(code="430000-x").places.add(places["420100"])
    assert "430000-x" in codes(Program.objects.within("420000"))


def test_covering_a_zone_are_the_regions_above_it(programs):
    found = codes(Program.objects.covering("420100-donghu"))
    assert found == ["000000-country", "420000-province", "420100-city", "420100-zone"]


def test_published_leaves_drafts_out(programs):
    Program.objects.filter(code="430000-x").update(publication="draft")
    assert "430000-x" not in codes(Program.objects.published())


@pytest.fixture
def policy(places):
    return builders.document(
        places["420100"], "420100-zc", kind="policy", status="issued",
        issued_on="2025-06-03", expires_on="2028-06-03", expiry_basis="computed",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("day", "known"),
    [
        (date(2025, 6, 2), False),
        (date(2025, 6, 3), True),
        (date(2028, 6, 3), True),
        (date(2028, 6, 4), False),
    ],
)
def test_a_policy_is_in_force_from_its_first_day_to_its_last(policy, day, known):
    assert Document.objects.in_force(day).exists() is known


def test_a_policy_without_a_stated_end_is_not_known_to_be_in_force(policy):
    Document.objects.update(expires_on="", expiry_basis="")
    assert not Document.objects.in_force(date(2026, 1, 1)).exists()


def test_what_ends_before_a_day_is_expiring(policy):
    assert not Document.objects.expiring(date(2028, 6, 3)).exists()
    assert Document.objects.expiring(date(2028, 6, 4)).exists()


def test_what_nobody_verified_is_stale(programs):
    Program.objects.filter(code="430000-x").update(verified_on=date(2026, 5, 1))
    stale = codes(Program.objects.stale(date(2026, 6, 1), after_days=31))
    assert "430000-x" not in stale
    assert len(stale) == 4


def test_a_program_is_without_evidence_until_it_is_cited(programs, places):
    program = Program.objects.get(code="430000-x")
    assert program in Program.objects.without_evidence()
    program.citations.create(passage=builders.passage(places["420100"]))
    assert program not in Program.objects.without_evidence()


def test_a_document_is_without_evidence_until_it_is_read(places):
    document = builders.document(places["420100"])
    assert document in Document.objects.without_evidence()
    builders.passage(places["420100"], document=document)
    assert document not in Document.objects.without_evidence()


def test_a_document_that_another_tells_of_has_evidence(places):
    told = builders.document(places["420100"], "420100-a")
    told.learned_from = builders.passage(places["420100"])
    told.save()
    assert "420100-a" not in codes(Document.objects.without_evidence())


def test_an_agency_is_without_evidence_until_a_text_names_it(places):
    place = places["420100"]
    body = Agency.objects.create(code="420100-b", name="x", kind="bank", region=place)
    assert body in Agency.objects.without_evidence()
    AgencyAlias.objects.create(agency=body, name="x行", region=place)
    assert body not in Agency.objects.without_evidence()


def test_a_name_is_looked_up_in_the_region_first(places):
    for code in ("420000", "420100"):
        body = Agency.objects.create(
            code=f"{code}-jrb", name=code, kind="party", region=places[code]
        )
        AgencyAlias.objects.create(agency=body, name="金融办", region=places[code])
    assert Agency.objects.named("金融办", "420100").code == "420100-jrb"


def test_a_name_is_looked_up_in_the_regions_above(places):
    body = Agency.objects.create(
        code="420000-jrb", name="省金融办", kind="party", region=places["420000"]
    )
    assert Agency.objects.named("省金融办", "420100-donghu") == body


def test_an_unknown_name_says_where_else_it_is_known(places):
    Agency.objects.create(
        code="420100-jrb", name="市委金融办", kind="party", region=places["420100"]
    )
    with pytest.raises(ValueError, match="420100-jrb"):
        Agency.objects.named("市委金融办", "420000")
