"""``check_links``: what is learned of the addresses that records give, day by day."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from programs.models import Document, Program
from registry.links import checking
from registry.links.asking import Answer, Asker
from registry.management.commands.check_links import Command
from registry.models import Change, Link
from tests import builders
from tests.sites import served

pytestmark = pytest.mark.django_db
URL = "https://example.com/a"


@pytest.fixture
def place():
    return builders.region("310000", name="上海市")


@pytest.fixture
def run(capsys):
    """A function that asks what is due, through a gate; gives what was said."""

    def run(gate, **options):
        class Here(Command):
            @staticmethod
            def asker():
                return Asker(gate=gate, patience=1)

        call_command(Here(), **options)
        return capsys.readouterr().out

    return run


@pytest.fixture
def learn():
    """A function that lets an address answer on several days, one after another."""

    def learn(*answers, days=None):
        Link.objects.all().delete()
        start = timezone.now()
        for number, answer in enumerate(answers):
            day = days[number] if days else number
            link = checking.learn(URL, answer, start + timedelta(days=day))
        return link

    return learn


GONE, FINE = Answer(404), Answer(200)


def test_what_records_give_is_asked_and_kept(place, run):
    with served() as site:
        site.answers["/"] = (200, {})
        builders.program(place, website=site.url("/"))
        builders.document(place, url=site.url("/gone"))
        said = run(site.gate)
    found = dict(Link.objects.values_list("address", "state"))
    assert found == {site.url("/"): "alive", site.url("/gone"): "failing"}
    assert "2" in said


def test_an_address_is_asked_once_a_day(place, run):
    with served() as site:
        builders.program(place, website=site.url("/"))
        builders.program(place, "310000-b", website=site.url("/"))
        run(site.gate)
        asked = len(site.asked)
        run(site.gate)
        assert (asked, len(site.asked)) == (2, 2)  # HEAD and GET, once


def test_a_limit_leaves_the_rest_for_the_next_run(place, run):
    with served() as site:
        for path in "abc":
            builders.program(place, f"310000-{path}", website=site.url(f"/{path}"))
        run(site.gate, limit=2)
        assert Link.objects.count() == 2
        run(site.gate, limit=2)
        assert Link.objects.count() == 3


def test_what_was_learned_before_an_interruption_is_kept(place, run):
    with served() as site:
        for name in ("a", "b"):
            site.answers["/"] = (200, {})
            address = site.url("/", host=f"{name}.site.test")
            builders.program(place, f"310000-{name}", website=address)

        def gate(host, port):
            if host.startswith("b"):
                raise RuntimeError("as the test asked")
            return site.gate(host, port)

        with pytest.raises(RuntimeError):
            run(gate)
    assert [link.state for link in Link.objects.all()] == ["alive"]


def test_a_host_that_asks_to_wait_is_left_alone(place, run):
    with served() as site:
        for path in "abc":
            builders.program(place, f"310000-{path}", website=site.url(f"/{path}"))
            site.answers[f"/{path}"] = (429, {"Retry-After": "86400"})
        run(site.gate)
        run(site.gate)
        assert len(site.asked) == 1


def test_addresses_of_withdrawn_records_are_not_asked(place):
    builders.program(place, website=URL, publication="withdrawn")
    assert checking.due(timezone.now()) == []


def test_what_no_record_gives_any_more_is_forgotten(place, learn):
    learn(GONE)
    builders.program(place, website="https://example.com/b")
    assert checking.forget_unused() == 1
    assert not Link.objects.exists()


def test_three_days_of_failure_make_it_dead(learn):
    assert learn(GONE, GONE).state == "failing"
    assert learn(GONE, GONE, GONE).state == "dead"


def test_three_failures_on_one_day_are_one(learn):
    link = learn(GONE, GONE, GONE, days=[0, 0, 0])
    assert (link.state, link.failed_days) == ("failing", 1)


def test_days_are_those_of_beijing(learn):
    """23:50 and 00:10 there are one day in UTC, and two of failure."""
    night = timezone.now().replace(hour=15, minute=50)
    for moment in (night, night + timedelta(minutes=20)):
        link = checking.learn(URL, GONE, moment)
    assert link.failed_days == 2


def test_an_answer_makes_it_alive_at_once(learn):
    link = learn(GONE, GONE, GONE, FINE)
    assert (link.state, link.failed_days, link.failing_since) == ("alive", 0, None)


def test_an_answer_starts_the_count_anew(learn):
    assert learn(GONE, GONE, FINE, GONE, GONE).state == "failing"


@pytest.mark.parametrize("status", [401, 403, 429, 503])
def test_what_says_nothing_neither_counts_nor_takes_back(learn, status):
    unsure = Answer(status)
    assert learn(unsure, unsure, unsure).state == "unsure"
    assert learn(GONE, unsure, GONE, unsure).failed_days == 2
    assert learn(GONE, unsure, GONE, unsure, GONE, unsure).state == "dead"


@pytest.mark.parametrize("problem", ["offline", "certificate"])
def test_what_may_be_our_own_fault_is_no_failure(learn, problem):
    assert learn(*[Answer(problem=problem)] * 3).state == "unsure"


@pytest.mark.parametrize("problem", ["timeout", "connection", "no_host", "redirects"])
def test_no_answer_is_a_failure(learn, problem):
    assert learn(*[Answer(problem=problem)] * 3).state == "dead"


def test_a_private_address_is_not_called_and_not_dead(learn):
    assert learn(*[Answer(problem="private")] * 3).state == "refused"


def test_what_moved_for_good_says_where_to(learn):
    link = learn(Answer(200, target="https://example.com/b"))
    assert (link.state, link.target) == ("moved", "https://example.com/b")


def test_nothing_follows_for_the_record(place, learn):
    program = builders.program(place, website=URL)
    changes = Change.objects.count()
    learn(GONE, GONE, GONE)
    program.refresh_from_db()
    assert (program.publication, program.version) == ("published", 1)
    assert Change.objects.count() == changes


def test_the_columns_are_found_by_their_kind():
    assert set(checking.sources()) == {(Document, "url"), (Program, "website")}
