"""Which addresses are due, what is learned of them, and when a link is dead.

A link is dead after failures on three different days, and alive again with its first
answer. 401, 403, 429 and 503 say nothing either way. Nothing follows for the records.
"""

from collections import defaultdict
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from queue import SimpleQueue
from threading import Event
from urllib.parse import urlsplit

from django.apps import apps
from django.db import models
from django.utils.timezone import localdate

from registry.links.asking import Answer
from registry.models import Link, Publication, Record

AT_ONCE = 8
DAYS_TO_DEATH = 3
CANNOT_TELL = {401, 403, 429, 503}
# Of our own making, or of a certificate that some browsers take.
NO_FAILURE = {Link.Problem.OFFLINE, Link.Problem.CERTIFICATE}
NOT_CALLED = {
    Link.Problem.PRIVATE,
    Link.Problem.PORT,
    Link.Problem.SCHEME,
    Link.Problem.CREDENTIALS,
    Link.Problem.MALFORMED,
}

Source = tuple[type[Record], str]


def sources() -> list[Source]:
    """Every column of records that holds an address on the web."""
    return [
        (model, field.name)
        for model in apps.get_models()
        if issubclass(model, Record) and not model._meta.proxy
        for field in model._meta.concrete_fields
        if isinstance(field, models.URLField)
    ]


def addresses() -> set[str]:
    """Addresses that records give, but those that were withdrawn."""
    found: set[str] = set()
    for model, column in sources():
        rows = model._base_manager.exclude(publication=Publication.WITHDRAWN)
        rows = rows.exclude(**{column: ""}).order_by()
        found.update(rows.values_list(column, flat=True).distinct())
    return found


def forget_unused() -> int:
    """Remove what is known of addresses that no record gives any more; how many."""
    unused = set(Link.objects.values_list("address", flat=True)) - addresses()
    # One by one, since a database takes only so many values in one statement.
    return sum(Link.objects.filter(address=one).delete()[0] for one in unused)


def due(now: datetime) -> list[str]:
    """Addresses to ask: never asked first, then the longest ago; once a day each.

    Hosts that asked to be left alone until later are left out.
    """
    known = {link.address: link for link in Link.objects.all()}
    waiting = {
        host(link.address)
        for link in known.values()
        if link.ask_again_at and link.ask_again_at > now
    }
    wanted = [
        address
        for address in addresses()
        if host(address) not in waiting
        and not (
            address in known and localdate(known[address].checked_at) >= localdate(now)
        )
    ]
    asked = {address: link.checked_at.timestamp() for address, link in known.items()}
    return sorted(wanted, key=lambda address: (asked.get(address, 0), address))


def host(address: str) -> str:
    """Whose turn it is when the address is asked; the address itself for none."""
    try:
        return urlsplit(address).hostname or address
    except ValueError:
        return address


def answers(
    asked: Iterable[str], ask: Callable[[str], Answer]
) -> Generator[tuple[str, Answer], None, None]:
    """(address, answer) as they come: several hosts at once, each one by one.

    When a host asks to be left alone, the rest of its addresses are.
    """
    by_host: dict[str, list[str]] = defaultdict(list)
    for address in asked:
        by_host[host(address)].append(address)
    come: SimpleQueue[tuple[str, Answer] | None] = SimpleQueue()
    stopped = Event()

    def work(group: list[str]) -> None:
        try:
            for address in group:
                if stopped.is_set():
                    return
                answer = ask(address)
                come.put((address, answer))
                if answer.wait_until:
                    return
        finally:
            come.put(None)

    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        jobs = [pool.submit(work, group) for group in by_host.values()]
        working = len(jobs)
        while working:
            item = come.get()
            if item is None:
                working -= 1
            else:
                yield item
        for job in jobs:
            job.result()
    finally:
        # Those that have begun end within the patience of a request.
        stopped.set()
        pool.shutdown(cancel_futures=True)


def learn(address: str, answer: Answer, at: datetime) -> Link:
    """Keep what the address answered, and what follows for its link."""
    link = Link.objects.filter(address=address).first() or Link(address=address)
    link.status, link.problem = answer.status, answer.problem
    link.target, link.checked_at = answer.target, at
    link.ask_again_at = answer.wait_until
    if answer.problem in NOT_CALLED:
        link.state = Link.State.REFUSED
    elif answer.status in CANNOT_TELL or answer.problem in NO_FAILURE:
        # Neither counts nor takes a failure back: what was dead stays so.
        link.state = _failed(link) if link.failed_days else Link.State.UNSURE
    elif answer.status is not None and 200 <= answer.status < 300:
        link.state = Link.State.MOVED if answer.target else Link.State.ALIVE
        link.failed_days, link.failing_since, link.last_failed_on = 0, None, None
    else:
        _count(link, localdate(at))
        link.state = _failed(link)
    link.save()
    return link


def _count(link: Link, day: date) -> None:
    """Count the day as one of failure, unless it was counted already."""
    if link.last_failed_on != day:
        link.failed_days += 1
        link.last_failed_on = day
        link.failing_since = link.failing_since or day


def _failed(link: Link) -> Link.State:
    dead = link.failed_days >= DAYS_TO_DEATH
    return Link.State.DEAD if dead else Link.State.FAILING
