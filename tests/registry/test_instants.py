"""Instants come back from the database as they were put there."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import DataError, connection

on_postgresql = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="SQLite keeps instants as text"
)


def read(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone()[0]


@on_postgresql
@pytest.mark.parametrize("microseconds", [0, 1, 10, 250_000, 999_999])
@pytest.mark.parametrize("year", [1, 1969, 2026, 9999])
def test_an_instant_is_read_to_the_microsecond(db, year, microseconds):
    put = datetime(year, 3, 1, 23, 59, 59, microseconds, tzinfo=UTC)
    found = read("SELECT %s::timestamptz", put)
    assert (found, found.utcoffset()) == (put, timedelta())


@on_postgresql
def test_an_instant_of_another_zone_is_read_in_utc(db):
    put = datetime(2026, 3, 1, tzinfo=timezone(timedelta(hours=8)))
    assert read("SELECT %s::timestamptz", put).isoformat() == (
        "2026-02-28T16:00:00+00:00"
    )


@on_postgresql
@pytest.mark.parametrize("text", ["infinity", "0044-03-15 12:00 BC"])
def test_an_instant_that_python_has_not_is_refused(db, text):
    with pytest.raises(DataError):
        read(f"SELECT '{text}'::timestamptz")
