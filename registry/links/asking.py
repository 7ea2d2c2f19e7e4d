"""What an address on the web answers: HEAD, and GET where a server refuses that.

The connection goes to an address that the gate has let through, with the name in the
Host header and in the TLS handshake, where the certificate is held against it. So it is
at every redirect. Proxies, cookies and credentials are not used; bodies are not read.
"""

import errno
import ssl
import threading
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from urllib.parse import urljoin

from django.utils import timezone
from django.utils.encoding import iri_to_uri

from registry.links.connecting import Connection, Place
from registry.links.gate import Gate, Unreachable, public
from registry.models import Link

Problem = Link.Problem

HEADERS = {
    "User-Agent": "technology-finance-registry (link check, once a day)",
    "Accept": "*/*",
    "Connection": "close",
}
MOST_REDIRECTS = 8
# Of a host's addresses so many are tried.
MOST_ADDRESSES = 3
REDIRECTS = {301, 302, 303, 307, 308}
FOR_GOOD = {301, 308}
TOLD_TO_WAIT = {429, 503}
# However long a host asks to be left alone.
LONGEST_WAIT = timedelta(days=30)
LONGEST_TARGET = 2000


@dataclass(frozen=True)
class Answer:
    """The last status, or what went wrong before there was one."""

    status: int | None = None
    problem: str = ""
    # Where redirects for good lead.
    target: str = ""
    # Until when the host asked to be left alone.
    wait_until: datetime | None = None


class Asker:
    """Asks addresses, from several threads at once but a host only once at a time.

    ``gate`` says which machines may be called; ``patience``, how many seconds a request
    may take in all.
    """

    def __init__(self, gate: Gate = public, patience: float = 15) -> None:
        self.gate = gate
        self.patience = patience
        self.tls = ssl.create_default_context()
        self.busy: dict[str, threading.Lock] = {}

    def ask(self, address: str) -> Answer:
        """What it answers, redirects followed."""
        answer = self._follow("HEAD", address)
        refused = (answer.status or 0) >= 400 and answer.status not in TOLD_TO_WAIT
        if refused or answer.problem in (Problem.PROTOCOL, Problem.TIMEOUT):
            return self._follow("GET", address)
        return answer

    def _follow(self, method: str, address: str) -> Answer:
        target, for_good = "", True
        for _number in range(MOST_REDIRECTS + 1):
            try:
                place = Place.of(address)
                with self.busy.setdefault(place.host, threading.Lock()):
                    status, headers = self._request(method, place)
            except Unreachable as error:
                return Answer(problem=error.problem)
            location = headers.get("location", "")
            if status not in REDIRECTS or not location:
                wait = _wait_until(headers) if status in TOLD_TO_WAIT else None
                return Answer(status, target=target, wait_until=wait)
            address = _joined(address, location)
            for_good = for_good and status in FOR_GOOD
            target = iri_to_uri(address)[:LONGEST_TARGET] if for_good else target
        return Answer(problem=Problem.REDIRECTS)

    def _request(self, method: str, place: Place) -> tuple[int, Mapping[str, str]]:
        """Status and headers, by their names in small letters; or `Unreachable`."""
        problem = Problem.CONNECTION
        for address in self.gate(place.host, place.port)[:MOST_ADDRESSES]:
            with closing(
                Connection(place, address, self.tls, self.patience)
            ) as connection:
                try:
                    connection.connect()
                except ssl.SSLCertVerificationError:
                    raise Unreachable(Problem.CERTIFICATE) from None
                except OSError as error:
                    problem = _problem(error, connection)
                    continue
                try:
                    connection.request(method, place.path, headers=HEADERS)
                    answer = connection.getresponse()
                except (OSError, HTTPException) as error:
                    late = connection.cut or isinstance(error, TimeoutError)
                    raise Unreachable(
                        Problem.TIMEOUT if late else Problem.PROTOCOL
                    ) from None
                headers = {name.lower(): value for name, value in answer.getheaders()}
                return answer.status, headers
        raise Unreachable(problem)


def _problem(error: OSError, connection: Connection) -> Link.Problem:
    """What kept a connection from being made."""
    if connection.cut or isinstance(error, TimeoutError):
        return Problem.TIMEOUT
    # No way out of here, such as to IPv6 from where there is none.
    lost = error.errno == errno.ENETUNREACH
    return Problem.OFFLINE if lost else Problem.CONNECTION


def _joined(address: str, location: str) -> str:
    """Where a redirect leads; names in it may be written as UTF-8."""
    with suppress(UnicodeError):
        location = location.encode("latin-1").decode()
    try:
        return urljoin(address, location)
    except ValueError:
        # Not to be taken apart, as the next step will find.
        return location


def _wait_until(headers: Mapping[str, str]) -> datetime | None:
    """The moment that Retry-After names, in seconds or as a date."""
    said = headers.get("retry-after", "").strip()
    now = timezone.now()
    try:
        if said.isascii() and said.isdigit():
            moment = now + timedelta(seconds=min(int(said), 10**9))
        else:
            moment = parsedate_to_datetime(said)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(moment, now + LONGEST_WAIT) if moment > now else None
