"""A real browser against a live server with the shipped registry."""

import os
import shutil

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
    None,
)

# The browser's own event loop makes Django take tests for asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


def pytest_collection_modifyitems(items):
    lacking = pytest.mark.skip(reason="没有 Chromium · no Chromium on this machine")
    for item in items:
        if "browser" in str(item.path.parent):
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None and os.environ.get("REQUIRE_BROWSER") != "1":
                item.add_marker(lacking)


@pytest.fixture(scope="session")
def browser_type_launch_args():
    # Root, as which containers run, can't use Chromium's own sandbox.
    return {"executable_path": CHROMIUM, "args": ["--no-sandbox", "--disable-gpu"]}


@pytest.fixture
def analyst(transactional_db):
    return get_user_model().objects.create_superuser("li", password="analyst-pass")


@pytest.fixture
def complaints(page):
    """What the browser complains of: policy violations, script errors."""
    found = []
    page.on(
        "console",
        lambda message: found.append(message.text) if message.type == "error" else None,
    )
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


@pytest.fixture
def let_in(live_server):
    """Gives a browser the session of somebody, as if they had signed in there."""

    def let_in(context, user):
        client = Client()
        client.force_login(user)
        session = client.cookies["sessionid"].value
        context.add_cookies(
            [{"name": "sessionid", "value": session, "url": live_server.url}]
        )

    return let_in


@pytest.fixture
def signed_in(page, live_server, shipped, analyst, let_in):
    """A function that opens an address as the analyst, and gives the page."""
    let_in(page.context, analyst)

    def visit(address):
        page.goto(live_server.url + address)
        return page

    return visit
