"""Publishing, withdrawing and merging: what they need, what they leave."""

import pytest

from programs.models import Agency, Citation, Program, Term
from registry import merging, publication
from registry.models import Change, Conflict, Entry
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)

SAID = {"by": "wang", "reason": "核对"}


@pytest.fixture
def place():
    return builders.region("310000", name="上海市")


@pytest.fixture
def draft(place):
    """A draft program with its passage cited, and a draft term of it."""
    program = builders.program(place, "310000-x", publication="draft")
    passage = builders.passage(place)
    program.citations.create(passage=passage, as_written="新贷")
    builders.term(place, passage=passage, program=program, publication="draft")
    return program


def test_publishing_shows_it(client, draft):
    publication.publish(draft, **SAID)
    assert client.get("/api/v1/programs/310000-x/").status_code == 200


def test_publishing_is_one_version_and_one_change(draft):
    before = Change.objects.count()
    publication.publish(draft, **SAID)
    assert (Program.objects.get().version, Change.objects.count()) == (2, before + 1)


def test_it_says_who_and_why(draft):
    publication.publish(draft, **SAID)
    change = Change.objects.latest("id")
    assert (change.actor, change.reason) == ("wang", "核对")


def test_a_program_without_a_passage_is_not_published(place):
    lone = builders.program(place, "310000-lone", publication="draft")
    with pytest.raises(publication.Blocked):
        publication.publish(lone, **SAID)
    assert Program.objects.get().publication == "draft"


def test_what_refers_to_a_draft_is_not_published(draft):
    with pytest.raises(publication.Blocked, match="310000-x"):
        publication.publish(Term.objects.get(), **SAID)


def test_what_is_referred_to_is_not_withdrawn(draft):
    publication.publish(draft, **SAID)
    publication.publish(Term.objects.get(), **SAID)
    with pytest.raises(publication.Blocked, match="310000"):
        publication.withdraw(Program.objects.get(), **SAID)
    assert Program.objects.get().publication == "published"


def test_a_passage_that_a_published_program_cites_is_not_withdrawn(draft):
    publication.publish(draft, **SAID)
    passage = Citation.objects.get().passage
    with pytest.raises(publication.Blocked, match="310000-x"):
        publication.withdraw(passage, **SAID)


def test_a_withdrawn_record_is_not_published_again(draft):
    publication.publish(draft, **SAID)
    publication.withdraw(Program.objects.get(), **SAID)
    with pytest.raises(publication.Blocked):
        publication.publish(Program.objects.get(), **SAID)


@pytest.mark.parametrize("step", [publication.publish, publication.withdraw])
def test_a_record_changed_since_it_was_read_stays(draft, step):
    stale = Program.objects.get()
    Program.objects.update(name="新名")
    with pytest.raises(Conflict):
        step(stale, **SAID)


@pytest.fixture
def two(place):
    """Two published programs: a link, a term and a citation each of the first."""
    first = builders.program(place, "310000-jiu", name="旧名贷")
    second = builders.program(place, "310000-xin", name="新名贷")
    passage = builders.passage(place)
    first.citations.create(passage=passage, as_written="旧名贷")
    second.citations.create(passage=builders.passage(place, "¶2"), as_written="x")
    builders.term(place, passage=passage, program=first)
    other = builders.program(place, "310000-qita")
    other.citations.create(passage=passage)
    other.links.create(relation="variant_of", target=first)
    return first, second


def merged(two):
    first, second = two
    merging.merge(first, into=second, **SAID)


def test_a_merged_record_leads_to_its_successor(client, two):
    merged(two)
    answer = client.get("/api/v1/programs/310000-jiu/")
    assert (answer.status_code, answer["Location"]) == (
        301,
        "http://testserver/api/v1/programs/310000-xin/",
    )


def test_rows_that_pointed_to_it_point_to_the_other(two):
    merged(two)
    assert Term.objects.get().program_id == "310000-xin"
    assert Program.objects.get(pk="310000-qita").links.get().target_id == "310000-xin"


def test_rows_that_it_owned_belong_to_the_other(two):
    merged(two)
    told = Program.objects.get(pk="310000-xin").citations.values_list("as_written")
    assert {text for (text,) in told} == {"旧名贷", "x"}


def test_a_merge_is_one_change(two):
    before = Change.objects.count()
    merged(two)
    assert Change.objects.count() == before + 1
    assert Entry.objects.filter(change=Change.objects.latest("id")).count() >= 4


def test_whoever_edits_a_record_with_a_moved_row_meets_the_conflict(two):
    stale = Program.objects.get(pk="310000-qita")
    merged(two)
    with pytest.raises(Conflict):
        stale.save()


def test_a_row_that_the_other_has_already_is_not_doubled(two):
    first, second = two
    for program in two:
        program.roles.create(role="lender", order=1, as_written="7家银行")
    merged((first, second))
    assert second.roles.count() == 1


def test_a_link_between_the_two_goes(two):
    first, second = two
    second.links.create(relation="variant_of", target=first)
    merged(two)
    assert not second.links.exists()


def test_versions_only_grow(two):
    before = dict(Program.objects.values_list("pk", "version"))
    merged(two)
    after = dict(Program.objects.values_list("pk", "version"))
    assert all(after[code] > version for code, version in before.items())


def test_a_merged_agency_lends_its_name(place):
    old = Agency.objects.create(
        code="310000-a", name="市金融局", kind="department", region=place,
        publication="published",
    )  # fmt: skip
    new = Agency.objects.create(
        code="310000-b", name="市委金融办", kind="party", region=place,
        publication="published",
    )  # fmt: skip
    merging.merge(old, into=new, **SAID)
    assert Agency.objects.named("市金融局", "310000") == new


def test_a_record_that_owns_records_is_not_merged(two, place):
    document = builders.document(place, "310000-anderes")
    with pytest.raises(publication.Blocked, match="310000-wenjian"):
        merging.merge(document.__class__.objects.get(pk="310000-wenjian"),
                      into=document, **SAID)  # fmt: skip


def test_a_record_is_not_merged_into_itself(two):
    with pytest.raises(publication.Blocked):
        merging.merge(two[0], into=Program.objects.get(pk=two[0].pk), **SAID)


def test_a_record_is_not_merged_into_a_draft(two, place):
    draft = builders.program(place, "310000-d", publication="draft")
    with pytest.raises(publication.Blocked, match="310000-d"):
        merging.merge(two[0], into=draft, **SAID)


def test_a_chain_of_merges_leads_to_its_end(client, two, place):
    merged(two)
    third = builders.program(place, "310000-san")
    third.citations.create(passage=builders.passage(place, "¶3"))
    merging.merge(Program.objects.get(pk="310000-xin"), into=third, **SAID)
    location = client.get("/api/v1/programs/310000-jiu/")["Location"]
    assert location.endswith("/310000-san/")


def test_a_withdrawn_record_is_gone_since_a_day(client, draft):
    publication.publish(draft, **SAID)
    publication.withdraw(Program.objects.get(), **SAID)
    answer = client.get("/api/v1/programs/310000-x/")
    at = Change.objects.latest("id").at
    assert answer.status_code == 410
    assert answer.json()["code"] == "310000-x"
    assert answer.json()["withdrawn_on"] == f"{at.astimezone():%Y-%m-%d}"


def test_a_draft_is_not_found(client, draft):
    assert client.get("/api/v1/programs/310000-x/").status_code == 404
