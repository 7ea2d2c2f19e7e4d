"""Two people at once, over connections of their own: the second meets the conflict."""

import io
from collections import Counter

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.urls import reverse

from programs import rows as plain_rows
from programs import seed_plan, seeding
from programs.bundles import BUNDLES
from programs.models import Program, Term
from registry import history, publication
from registry.models import Change, Conflict
from registry.transfer import importing
from registry.transfer.writing import csv_lines
from tests import builders
from tests.together import run_together, several

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 100
SAID = {"by": "wang", "reason": "核对"}


@pytest.fixture
def two(term):
    """Two reviewers, signed in."""
    clients = []
    for name in ("li", "wang"):
        client = Client()
        user = get_user_model().objects.create_superuser(name, password="x")
        client.force_login(user)
        clients.append(client)
    return clients


@pytest.fixture
def both():
    """Runs two jobs at once, round after round."""
    with several(2) as run:
        yield run


@pytest.fixture
def race(two, both):
    """Lets both post at once, in 100 rounds; counts the answers of each round."""

    def run(address, posted):
        outcomes = Counter()
        for number in range(ROUNDS):
            data, answers = posted(number), []

            def post(client, who):
                answers.append(client.post(address, data(who)).status_code)

            both([lambda c=c, n=n: post(c, n) for n, c in enumerate(two)])
            outcomes[tuple(sorted(answers))] += 1
        return outcomes

    return run


def test_of_two_forms_one_is_saved(race, form, term):
    address, data = form(term)

    def posted(number):
        read = Term.objects.get().version
        return lambda who: (
            data
            | {
                "version_read": read,
                "as_written": f"第{number}轮 {who}",
            }
        )

    assert race(address, posted) == {(302, 409): ROUNDS}
    assert Term.objects.get().version == term.version + ROUNDS


def test_of_two_rows_in_a_program_one_is_saved(race, form, term):
    address, data = form(term.program)

    def posted(number):
        program, row = Program.objects.get(), Term.objects.get()
        read = {
            "version_read": program.version,
            "terms-0-version_read": row.version,
        }
        return lambda who: data | read | {"terms-0-as_written": f"{number} {who}"}

    assert race(address, posted) == {(302, 409): ROUNDS}


def test_a_row_in_a_passage_and_the_same_in_a_program(two, form, term, both):
    """The same term through two forms: one writes it, the other meets the conflict."""
    program, of_program = form(term.program)
    passage, of_passage = form(term.passage)
    outcomes = Counter()
    for number in range(ROUNDS):
        row = Term.objects.get()
        answers = []

        def post(client, address, data, record, text, row=row):
            read = {
                "version_read": type(record).objects.get(pk=record.pk).version,
                "terms-0-version_read": row.version,
                "terms-0-as_written": text,
            }
            answers.append(client.post(address, data | read).status_code)

        both(
            [
                lambda: post(two[0], program, of_program, term.program, f"甲{number}"),
                lambda: post(two[1], passage, of_passage, term.passage, f"乙{number}"),
            ]
        )
        outcomes[tuple(sorted(answers))] += 1
    assert outcomes == {(302, 409): ROUNDS}


def test_of_two_who_withdraw_one_does(two, term, both):
    """From the list: the second is told, and nothing is written twice."""
    place = term.program.region
    for number in range(ROUNDS):
        record = builders.program(place, f"310000-w{number}")
        record.citations.create(passage=term.passage)
        record.refresh_from_db()
        address = reverse("admin:programs_program_changelist")
        posted = {
            "action": "withdraw_selected",
            "_selected_action": record.pk,
            "confirm": "1",
            "reason": "停办",
            f"version:program:{record.pk}": record.version,
        }
        both([lambda c=c: c.post(address, posted) for c in two])
        record.refresh_from_db()
        assert record.publication == "withdrawn"
        withdrawals = [
            v for v in history.versions(record) if v.differences[0].action == "U"
        ]
        assert len(withdrawals) == 1


def test_of_two_who_go_back_one_does(race, term):
    first = next(history.versions(term)).change.revision
    Term.objects.update(as_written="改")
    address = reverse("admin:programs_term_revert", args=[term.pk, first])

    def posted(_number):
        # Changed anew in each round, so that there is something to go back from.
        Term.objects.update(as_written="改")
        read = Term.objects.get().version
        return lambda _who: {"version_read": read, "reason": "改错"}

    assert race(address, posted) == {(200, 302): ROUNDS}


def test_of_two_saves_one_is_written(term, both):
    won, lost = [], []
    for number in range(ROUNDS):
        copies = [Program.objects.get(), Program.objects.get()]

        def save(copy, text):
            copy.name = text
            try:
                copy.save()
                won.append(text)
            except Conflict:
                lost.append(text)

        both([lambda c=c, w=w: save(c, f"{number} {w}") for w, c in enumerate(copies)])
    assert (len(won), len(lost)) == (ROUNDS, ROUNDS)
    assert Program.objects.get().version == 1 + ROUNDS


def test_of_two_steps_one_is_taken(term, both):
    place = term.program.region
    for number in range(ROUNDS):
        record = builders.program(place, f"310000-p{number}", publication="draft")
        record.citations.create(passage=term.passage)
        outcomes = []

        def publish(pk=record.pk):
            try:
                publication.publish(Program.objects.get(pk=pk), **SAID)
                outcomes.append("done")
            except (Conflict, publication.Blocked):
                outcomes.append("refused")

        both([publish, publish])
        assert sorted(outcomes) == ["done", "refused"]


def test_of_a_form_and_an_import_one_is_saved(two, form, term, both):
    address, data = form(term)
    bundle = BUNDLES["terms"]
    outcomes = Counter()
    for number in range(ROUNDS):
        (row,) = bundle.parts[0].rows(Term.objects.all())
        lines = csv_lines(bundle.tables[0], [row | {"as_written": "表"}], bom=False)
        file = io.BytesIO("".join(lines).encode())
        posted = {"version_read": row["version"], "as_written": f"第{number}轮"}
        told = []

        def post(posted=posted, told=told):
            answer = two[0].post(address, data | posted)
            told.append({302: "saved", 409: "conflict"}[answer.status_code])

        def load(file=file, told=told):
            try:
                importing.apply(bundle, [("terms.csv", file)], directly=True, **SAID)
                told.append("saved")
            except importing.Refused:
                told.append("conflict")

        both([post, load])
        outcomes[tuple(sorted(told))] += 1
        Term.objects.update(as_written="改")
    assert outcomes == {("conflict", "saved"): ROUNDS}


def test_fifty_forms_of_one_version_and_one_is_saved(two, form, term):
    address, data = form(term)
    answers = []

    def post(number):
        for turn in range(5):
            text = f"{number}-{turn}"
            answers.append(
                two[number % 2].post(address, data | {"as_written": text}).status_code
            )

    run_together([lambda n=n: post(n) for n in range(10)])
    assert Counter(answers) == {302: 1, 409: 49}


def test_seeding_does_not_write_over_who_saves_meanwhile(shipped):
    """The plan was made before somebody saved: nothing of it is written."""
    code = "310000-xindonglidai"
    wanted = plain_rows.of_database()
    wanted["program"][code]["summary"] = "新摘要"
    plan = seed_plan.plan(wanted)
    with_save = Program.objects.get(pk=code)
    with_save.summary = "我的摘要"
    with_save.save()
    with pytest.raises(Conflict):
        seeding.apply(plan, by="operator", reason="更新")
    assert Program.objects.get(pk=code).summary == "我的摘要"


def test_who_read_before_a_seeding_meets_the_conflict(shipped):
    code = "310000-xindonglidai"
    stale = Program.objects.get(pk=code)
    wanted = plain_rows.of_database()
    wanted["program"][code]["summary"] = "新摘要"
    seeding.apply(seed_plan.plan(wanted), by="operator", reason="更新")
    stale.name = "我的"
    with pytest.raises(Conflict):
        stale.save()


def test_writers_of_different_records_never_fail_as_locked(term):
    place = term.program.region
    for number in range(8):
        builders.program(place, f"310000-l{number}")
    before = Change.objects.count()

    def write(number):
        for turn in range(20):
            program = Program.objects.get(pk=f"310000-l{number}")
            program.name = f"{turn}"
            program.save()

    run_together([lambda n=n: write(n) for n in range(8)])
    assert Change.objects.count() == before + 160


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's writers queue")
def test_a_writer_waits_for_no_other_records_writer(term):
    """While one transaction is open on a record, another record is written."""
    other = builders.program(term.program.region, "310000-o")
    held, done = [], []

    def hold():
        from django.db import transaction

        with transaction.atomic():
            program = Program.objects.get(pk=term.program_id)
            program.name = "甲"
            program.save()
            held.append(True)
            # Ends only once the other has committed.
            run_together([write])

    def write():
        copy = Program.objects.get(pk=other.pk)
        copy.name = "乙"
        copy.save()
        done.append(True)

    run_together([hold])
    assert (held, done) == ([True], [True])
