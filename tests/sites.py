"""A web site on this machine that answers as sites do, well and badly."""

import ssl
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from registry.links.gate import public


class Site(ThreadingHTTPServer):
    """Serves what `answers` says by path: (status, headers), or a function that writes.

    `asked` has (method, path, headers) of every request.
    """

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Answering)
        self.answers, self.asked = {}, []
        self.closing = threading.Event()

    def gate(self, host, port):
        """Lets site.test through at this server's port, and else what is public."""
        if host.endswith("site.test") and port == self.server_port:
            return ["127.0.0.1"]
        return public(host, port)

    def handle_error(self, request, client_address):
        """Nothing: who asked went away in the middle, as some tests want it."""

    def url(self, path, host="site.test", scheme="http"):
        return f"{scheme}://{host}:{self.server_port}{path}"


class _Answering(BaseHTTPRequestHandler):
    def _answer(self):
        self.server.asked.append((self.command, self.path, dict(self.headers)))
        found = self.server.answers.get(self.path, (404, {}))
        if callable(found):
            found(self)
            return
        status, headers = found
        if isinstance(status, dict):
            status = status[self.command]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    # As the base looks for them.
    do_HEAD = _answer  # noqa: N815
    do_GET = _answer  # noqa: N815

    def log_message(self, *args):
        pass


@contextmanager
def served(certificate=None):
    site = Site()
    if certificate:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)
        site.socket = tls.wrap_socket(site.socket, server_side=True)
    thread = threading.Thread(target=site.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.closing.set()
        site.shutdown()
        site.server_close()
        thread.join()
