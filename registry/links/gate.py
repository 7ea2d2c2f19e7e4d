"""Which machines the link checker may call: public ones only, by their addresses.

Records are written by people, and redirects by whoever runs the other end: either may
name a machine behind this server's firewall. So a name is resolved here, every address
that it resolves to must be public, and the connection goes to one of these very
addresses (see `registry.links.asking`), whatever the name resolves to a moment later.
"""

import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from registry.models import Link

Problem = Link.Problem

# Gives the addresses to connect to for a host and port, or raises `Unreachable`.
Gate = Callable[[str, int], list[str]]

# Where web sites are; behind another port may be what takes a request for its own.
PORTS = frozenset({80, 443, 8080, 8443})

# Where no web site is for everybody, whatever this Python's own tables say of them.
_NOT_CALLED = [
    ip_network(network)
    for network in (
        "192.0.0.0/24",  # protocols of IETF, the metadata of a cloud among them
        "168.63.129.16/32",  # Azure's host, which answers to its guests alone
        "192.88.99.0/24",  # 6to4 relays
        "2001::/23",  # protocols of IETF, Teredo among them
        "2002::/16",  # 6to4: embeds any IPv4 address
        "3fff::/20",  # documentation
    )
]
_GLOBAL_UNICAST = ip_network("2000::/3")
# Embed an IPv4 address in the last 32 bits; the prefix of a provider's DNS64.
_NAT64 = ip_network("64:ff9b::/96")


class Unreachable(Exception):
    """No connection is to be tried; `problem` says why."""

    def __init__(self, problem: Link.Problem) -> None:
        self.problem = problem
        super().__init__(problem)


def public(
    host: str, port: int, resolve: Callable[..., list[tuple]] = socket.getaddrinfo
) -> list[str]:
    """The addresses of the host, each of them public; raises `Unreachable`.

    A name with any address that is not public is refused whole.
    """
    if port not in PORTS:
        raise Unreachable(Problem.PORT)
    try:
        found = resolve(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if error.errno == socket.EAI_AGAIN:
            # The resolver did not answer: that says nothing about the name.
            raise Unreachable(Problem.OFFLINE) from error
        raise Unreachable(Problem.NO_HOST) from error
    except (OSError, ValueError) as error:
        raise Unreachable(Problem.NO_HOST) from error
    addresses = list(dict.fromkeys(str(place[4][0]) for place in found))
    if not addresses:
        raise Unreachable(Problem.NO_HOST)
    if not all(is_public(address) for address in addresses):
        raise Unreachable(Problem.PRIVATE)
    return addresses


def is_public(text: str) -> bool:
    """Whether anybody on the Internet would reach the same machine at the address."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        if address in _NAT64:
            return is_public(str(IPv4Address(int(address) & 0xFFFF_FFFF)))
        if address.scope_id is not None or address not in _GLOBAL_UNICAST:
            return False
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not any(address in network for network in _NOT_CALLED)
    )
