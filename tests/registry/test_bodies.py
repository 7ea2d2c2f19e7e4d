"""What is too large is refused before it is read."""

import io

import pytest
from django.conf import settings
from django.test import Client

from registry import bodies

pytestmark = pytest.mark.django_db


class Untouched(io.RawIOBase):
    """A body that says how much of it was read."""

    read_bytes = 0

    def read(self, size=-1):
        self.read_bytes += max(size, 0) or 1
        return b""


def post(address, length, **more):
    """The answer to a form of that length, and its body afterwards."""
    body = Untouched()
    answer = Client().generic(
        "POST",
        address,
        content_type="multipart/form-data; boundary=x",
        **{"CONTENT_LENGTH": str(length), "wsgi.input": body} | more,
    )
    return answer, body


@pytest.mark.parametrize("address", ["/admin/login/", "/", "/api/v1/programs/"])
def test_what_is_too_large_is_refused(address):
    answer, _body = post(address, bodies.MOST_BYTES + 1)
    assert answer.status_code == 413


def test_nothing_of_it_is_read():
    _answer, body = post("/admin/login/", 20_000_000_000)
    assert body.read_bytes == 0


def test_the_page_says_what_is_allowed_in_both_languages():
    answer, _body = post("/admin/login/", bodies.MOST_BYTES + 1)
    assert "最多提交 16 MB" in answer.text
    assert "At most 16 MB" in answer.text


def test_the_api_says_it_as_a_problem():
    answer, _body = post("/api/v1/programs/", bodies.MOST_BYTES + 1)
    assert answer["Content-Type"] == "application/problem+json"


def test_a_length_of_many_digits_is_too_large():
    answer, _body = post("/", "9" * 5000)
    assert answer.status_code == 413


def test_the_largest_import_fits():
    from registry.admin import imports

    fields = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert imports.MOST_BYTES + fields < bodies.MOST_BYTES
