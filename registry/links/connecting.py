"""A connection to an address that was checked, for the name that it was checked for."""

import http.client
import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.encoding import iri_to_uri

from registry.links.gate import Unreachable
from registry.models import Link

Problem = Link.Problem


@dataclass(frozen=True)
class Place:
    """An address on the web taken apart: whom to connect to, what to ask for."""

    scheme: str
    host: str
    port: int
    path: str

    @classmethod
    def of(cls, address: str) -> "Place":
        """Raises `Unreachable` for what is not called, wherever it leads."""
        try:
            parts = urlsplit(address)
            port = parts.port
            host = (parts.hostname or "").encode("idna").decode("ascii")
        except (ValueError, UnicodeError) as error:
            raise Unreachable(Problem.MALFORMED) from error
        if parts.scheme not in ("http", "https"):
            raise Unreachable(Problem.SCHEME)
        if parts.username is not None or parts.password is not None:
            raise Unreachable(Problem.CREDENTIALS)
        if not host:
            raise Unreachable(Problem.MALFORMED)
        if port is None:
            port = 443 if parts.scheme == "https" else 80
        path = iri_to_uri(parts.path or "/")
        if parts.query:
            path += f"?{iri_to_uri(parts.query)}"
        return cls(parts.scheme, host, port, path)


class Connection(http.client.HTTPConnection):
    """To one of a place's addresses; all that it does is cut off after some seconds.

    The time-outs of sockets start anew with every byte, so that a server which sends
    one now and then would hold them for ever.
    """

    def __init__(
        self, place: Place, address: str, tls: ssl.SSLContext, seconds: float
    ) -> None:
        super().__init__(place.host, place.port, timeout=seconds)
        self.address = address
        self.tls = tls if place.scheme == "https" else None
        # Of the name for a Host header, which leaves the scheme's own port out.
        self.default_port = 443 if self.tls else 80
        self.cut = False
        self._watch = threading.Timer(seconds, self._cut)
        self._watch.daemon = True
        self._handle: socket.socket | None = None

    def connect(self) -> None:
        """Connect to the address, not to what the name resolves to by now."""
        sock = socket.create_connection((self.address, self.port), self.timeout)
        self._handle = sock.dup()
        self._watch.start()
        if self.tls:
            sock = self.tls.wrap_socket(sock, server_hostname=self.host.rstrip("."))
        self.sock = sock

    def _cut(self) -> None:
        self.cut = True
        if self._handle:
            with suppress(OSError):
                self._handle.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._watch.cancel()
        super().close()
        if self._handle:
            self._handle.close()
