"""In every test here: what an answer was said to be read from is all that it reads."""

import re
from contextlib import contextmanager

import pytest
from django.db import connection

from registry import journal
from registry.api import conditional
from registry.models import Change

TABLE = re.compile(r'"(\w+)"')


@pytest.fixture(autouse=True)
def _nothing_else_is_read(monkeypatch):
    """An answer that reads another table would keep its ETag when that one changes."""
    tables = {model._meta.db_table: model for model in journal.journaled()}
    state_of, given = conditional.state_of, conditional.given
    said, wrong = [], []

    def watched_state_of(read):
        said[:] = [frozenset(read)]
        return state_of(read)

    @contextmanager
    def watching(address):
        named = set()

        def look(execute, sql, *rest):
            named.update(TABLE.findall(sql))
            return execute(sql, *rest)

        with connection.execute_wrapper(look):
            yield
        read = {tables[name] for name in named & tables.keys()}
        if said and Change not in said[0] and not read <= said[0]:
            wrong.append((address, sorted(m.__name__ for m in read - said[0])))

    def watched_given(request, asked, state, make, **kwargs):
        def watched_make():
            with watching(request.get_full_path()):
                return make()

        return given(request, asked, state, watched_make, **kwargs)

    monkeypatch.setattr(conditional, "state_of", watched_state_of)
    monkeypatch.setattr(conditional, "given", watched_given)
    yield
    assert wrong == []
