"""From which address a request comes."""

import ipaddress
import re

from django.conf import settings
from django.http import HttpRequest

# As some proxies write it: 192.0.2.1:5555 or [2001:db8::1]:443.
WITH_PORT = re.compile(r"\[(.+)\](?::\d+)?|([0-9.]+):\d+")


def client(request: HttpRequest) -> str:
    """The client's address; of IPv6 its network (/64), which one client has whole.

    Each of TRUSTED_PROXIES adds to ``X-Forwarded-For`` whom it was called by, so the
    client stands so many places from the end; what stands before it anybody may have
    written. Empty where the server does not know it (behind a Unix socket).
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES:
        named = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if len(named) >= settings.TRUSTED_PROXIES:
            address = _without_port(named[-settings.TRUSTED_PROXIES].strip())
    try:
        read = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(read, ipaddress.IPv6Address):
        if read.ipv4_mapped:
            return str(read.ipv4_mapped)
        return str(ipaddress.ip_network((int(read), 64), strict=False))
    return str(read)


def _without_port(address: str) -> str:
    found = WITH_PORT.fullmatch(address)
    return found[1] or found[2] if found else address
