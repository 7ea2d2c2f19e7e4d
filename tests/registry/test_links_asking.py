"""What addresses answer, asked of a real server, and which machines are never asked."""

import shutil
import socket
import ssl
import subprocess
from datetime import timedelta

import pytest
from django.utils import timezone

from registry.links.asking import Asker
from registry.links.gate import Unreachable, is_public, public
from tests.sites import served


@pytest.fixture
def site():
    with served() as site:
        yield site


@pytest.fixture
def ask(site):
    """A function that asks for a path of the site, or for a whole address."""

    def ask(address, patience=10):
        asker = Asker(gate=site.gate, patience=patience)
        return asker.ask(site.url(address) if address.startswith("/") else address)

    return ask


@pytest.mark.parametrize("status", [200, 204, 401, 403, 404, 410, 500, 503])
def test_the_status_is_that_of_the_server(site, ask, status):
    site.answers["/"] = (status, {})
    assert ask("/").status == status


def test_only_the_head_of_a_page_is_asked_for(site, ask):
    site.answers["/"] = (200, {})
    ask("/")
    assert [method for method, _path, _headers in site.asked] == ["HEAD"]


@pytest.mark.parametrize("status", [403, 404, 405, 501])
def test_a_server_that_refuses_head_is_asked_for_the_page(site, ask, status):
    site.answers["/"] = ({"HEAD": status, "GET": 200}, {})
    assert ask("/").status == 200


def test_a_server_that_breaks_off_at_head_is_asked_for_the_page(site, ask):
    def answer(request):
        if request.command == "GET":
            request.send_response(200)
            request.end_headers()

    site.answers["/"] = answer
    assert ask("/").status == 200


def test_it_says_who_asks_and_carries_nothing_else(site, ask, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    site.answers["/a"] = (302, {"Location": "/b", "Set-Cookie": "a=b"})
    site.answers["/b"] = (200, {})
    ask("/a")
    _method, _path, headers = site.asked[-1]
    assert headers.pop("User-Agent").startswith("technology-finance-registry")
    assert headers.pop("Host") == f"site.test:{site.server_port}"
    assert set(headers) == {"Accept", "Accept-Encoding", "Connection"}


def test_a_temporary_redirect_is_followed(site, ask):
    site.answers |= {"/a": (302, {"Location": "/b"}), "/b": (200, {})}
    assert (ask("/a").status, ask("/a").target) == (200, "")


def test_a_redirect_for_good_tells_where_to(site, ask):
    site.answers |= {"/a": (301, {"Location": "/b"}), "/b": (200, {})}
    assert ask("/a").target == site.url("/b")


def test_what_comes_behind_a_temporary_redirect_is_not_for_good(site, ask):
    site.answers |= {
        "/a": (308, {"Location": "/b"}),
        "/b": (302, {"Location": "/c"}),
        "/c": (301, {"Location": "/d"}),
        "/d": (200, {}),
    }
    assert ask("/a").target == site.url("/b")


def test_a_redirect_written_in_chinese_is_followed(site, ask):
    there = "/政策".encode().decode("latin-1")
    site.answers["/a"] = (302, {"Location": there})
    site.answers["/%E6%94%BF%E7%AD%96"] = (200, {})
    assert ask("/a").status == 200


def test_a_loop_of_redirects_ends(site, ask):
    site.answers |= {"/a": (302, {"Location": "/b"}), "/b": (302, {"Location": "/a"})}
    assert ask("/a").problem == "redirects"
    assert len(site.asked) < 20


@pytest.mark.parametrize(
    ("leads", "problem"),
    [
        ("http://localhost/", "private"),
        ("http://127.1/", "private"),
        ("http://[::1]/", "private"),
        ("http://169.254.169.254/latest/meta-data/", "private"),
        ("file:///etc/hostname", "scheme"),
        ("gopher://site.test/", "scheme"),
        ("http://site.test:22/", "port"),
        ("http://li:secret@site.test/", "credentials"),
        ("http://[::1/", "malformed"),
    ],
)
def test_a_redirect_to_where_nothing_is_called_is_not_followed(
    site, ask, leads, problem
):
    site.answers["/a"] = (302, {"Location": leads})
    assert ask("/a").problem == problem
    assert len(site.asked) == 1


@pytest.mark.parametrize("address", ["http://localhost/", "ftp://site.test/a"])
def test_such_an_address_itself_is_not_called(ask, address):
    assert ask(address).problem in ("private", "scheme")


def test_a_name_is_resolved_once_and_connected_to_as_it_was(site):
    """Against names that resolve to something else a moment later."""
    calls = []

    def gate(host, port):
        calls.append(host)
        return ["127.0.0.1"] if len(calls) == 1 else ["192.0.2.1"]

    site.answers["/"] = (200, {})
    # Such a name has no address: only what the gate says can have been connected to.
    assert Asker(gate=gate).ask(site.url("/", host="x.invalid")).status == 200
    assert calls == ["x.invalid"]


def test_the_next_address_of_a_host_is_tried(site):
    asker = Asker(gate=lambda *_: ["127.0.0.2", "127.0.0.1"])
    site.answers["/"] = (200, {})
    assert asker.ask(site.url("/")).status == 200


def test_nobody_listens(ask):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    asker = Asker(gate=lambda *_: ["127.0.0.1"])
    assert asker.ask(f"http://site.test:{port}/").problem == "connection"


def test_no_answer_in_time(site, ask):
    site.answers["/"] = lambda _request: site.closing.wait()
    assert ask("/", patience=0.3).problem == "timeout"


def test_an_answer_that_comes_byte_by_byte_is_cut_off(site, ask):
    def drip(request):
        while not site.closing.wait(0.05):
            request.wfile.write(b"H")

    site.answers["/"] = drip
    assert ask("/", patience=0.3).problem == "timeout"


def test_a_body_without_end_is_not_waited_for(site, ask):
    def flow(request):
        request.send_response(200 if request.command == "GET" else 405)
        request.end_headers()
        while request.command == "GET" and not site.closing.is_set():
            request.wfile.write(b"." * 65536)

    site.answers["/"] = flow
    assert ask("/").status == 200


def test_something_else_than_http(site, ask):
    site.answers["/"] = lambda request: request.wfile.write(b"SSH-2.0-OpenSSH\r\n")
    assert ask("/").problem == "protocol"


@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_asks_to_wait_is_not_asked_again_at_once(site, ask, status):
    site.answers["/"] = (status, {"Retry-After": "3600"})
    wait = ask("/").wait_until - timezone.now()
    assert timedelta(minutes=59) < wait <= timedelta(hours=1)
    assert len(site.asked) == 1


@pytest.mark.parametrize(
    ("said", "waits"),
    [
        ("Fri, 31 Dec 2100 23:59:59 GMT", True),
        ("9" * 4000, True),
        ("Fri, 31 Dec 1999 23:59:59 GMT", False),
        ("soon", False),
        ("0", False),
        ("", False),
    ],
)
def test_how_long_to_wait_may_be_said_in_many_ways(site, ask, said, waits):
    site.answers["/"] = (503, {"Retry-After": said})
    until = ask("/").wait_until
    assert bool(until) is waits
    if waits:
        assert until <= timezone.now() + timedelta(days=30)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A file with a key and a certificate for site.test."""
    if not shutil.which("openssl"):
        pytest.skip("no openssl to make a certificate with")
    file = tmp_path_factory.mktemp("tls") / "site.pem"
    made = subprocess.run(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
        " -keyout - -subj /CN=site.test -addext subjectAltName=DNS:site.test"
        " -days 1".split(),
        capture_output=True,
        check=True,
    )
    file.write_bytes(made.stdout)
    return file


def test_a_certificate_is_held_against_the_name(certificate):
    with served(certificate) as site:
        asker = Asker(gate=site.gate)
        asker.tls = ssl.create_default_context(cafile=certificate)
        site.answers["/"] = (200, {})
        assert asker.ask(site.url("/", scheme="https")).status == 200
        other = site.url("/", scheme="https", host="other.site.test")
        assert asker.ask(other).problem == "certificate"


def test_a_certificate_of_nobody_known_is_not_trusted(certificate):
    with served(certificate) as site:
        asker = Asker(gate=site.gate)
        assert asker.ask(site.url("/", scheme="https")).problem == "certificate"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.9.1", "0.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1",
        "169.254.169.254", "100.64.0.1", "100.100.100.200", "192.0.0.192", "192.0.2.1",
        "198.18.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
        "168.63.129.16", "192.88.99.1", "::", "::1", "fe80::1", "fe80::1%eth0",
        "fd00:ec2::254", "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8",
        "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::808:808",
        "2002:7f00:1::", "2001::1", "2001:db8::1", "3fff::1", "100::1", "nonsense",
    ],
)  # fmt: skip
def test_an_address_that_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "114.114.114.114", "2400:3200::1", "64:ff9b::808:808"]
)
def test_a_public_address(address):
    assert is_public(address)


def resolving(*addresses):
    """A resolver, as `socket.getaddrinfo`, that knows one name."""
    return lambda _host, port, **_kwargs: [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
        for address in addresses
    ]


def test_a_name_with_public_addresses_is_let_through():
    found = public("site.test", 443, resolving("8.8.8.8", "114.114.114.114"))
    assert found == ["8.8.8.8", "114.114.114.114"]


def test_a_name_with_one_private_address_is_refused_whole():
    with pytest.raises(Unreachable) as refused:
        public("site.test", 443, resolving("8.8.8.8", "10.0.0.1"))
    assert refused.value.problem == "private"


@pytest.mark.parametrize(
    ("errno", "problem"),
    [(socket.EAI_NONAME, "no_host"), (socket.EAI_AGAIN, "offline")],
)
def test_a_name_that_is_not_resolved(errno, problem):
    def resolve(*_args, **_kwargs):
        raise socket.gaierror(errno, "")

    with pytest.raises(Unreachable) as refused:
        public("site.test", 80, resolve)
    assert refused.value.problem == problem


@pytest.mark.parametrize("port", [22, 25, 6379, 8081])
def test_a_port_where_no_sites_are_is_refused(port):
    with pytest.raises(Unreachable) as refused:
        public("8.8.8.8", port)
    assert refused.value.problem == "port"
