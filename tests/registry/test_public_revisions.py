"""The last revision of a kind that everybody sees."""

import pytest

from programs.models import Program
from registry.models import Change, PublicRevision
from tests.builders import program, region

pytestmark = pytest.mark.django_db(transaction=True)


def of_programs():
    return PublicRevision.objects.get(kind="program").revision


def last():
    return Change.objects.order_by("-revision").values_list("revision", flat=True)[0]


def test_a_published_row_moves_it():
    program(region())
    Program.objects.update(name="新名")
    assert of_programs() == last()


def test_a_draft_leaves_it_where_it_is():
    place = region()
    program(place)
    before = of_programs()
    program(place, code="310000-caogao", name="草稿", publication="draft")
    Program.objects.filter(code="310000-caogao").update(name="另稿")
    assert (of_programs(), last()) == (before, before + 2)


def test_what_is_withdrawn_moves_it():
    program(region())
    Program.objects.update(publication="withdrawn")
    assert of_programs() == last()
