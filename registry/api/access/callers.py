"""Who asks: nobody in particular, or whoever a token in the header stands for."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from rest_framework import exceptions, status

from registry import addresses
from registry.access import tokens
from registry.models import Token

SCHEMES = ("token", "bearer")
# Asked by those who have no token yet: they tell of the API and of no record.
ALWAYS_OPEN = ("/api/v1/schema/", "/api/v1/docs/")


@dataclass(frozen=True)
class Caller:
    """Whose limits count, and the token if a valid one came."""

    subject: str
    token: Token | None = None

    @property
    def scope(self) -> str:
        return "token" if self.token else "anonymous"

    @property
    def person(self) -> Any:
        return self.token and self.token.user


class Unknown(exceptions.APIException):
    """Status 401, with the schemes that would do (RFC 9110, 11.6.1; RFC 6750, 3)."""

    status_code = status.HTTP_401_UNAUTHORIZED

    def __init__(self, detail: str, *, sent: bool) -> None:
        super().__init__(detail)
        wrong = ', error="invalid_token"' if sent else ""
        self.challenge = f'Token realm="api", Bearer realm="api"{wrong}'


class Unprotected(exceptions.APIException):
    """A request over plain HTTP, where everything else is sent on to HTTPS."""

    status_code = status.HTTP_403_FORBIDDEN

    def __init__(self) -> None:
        super().__init__(
            _(
                "The API is asked over HTTPS only. A token that was sent just now could"
                " be read on its way: revoke it."
            )
        )


def anonymous(request: HttpRequest) -> Caller:
    """Whoever asks from that address."""
    return Caller(f"address-{addresses.client(request) or 'unknown'}")


def caller(request: HttpRequest) -> Caller:
    """Who asks; raises `Unknown` for a token that opens nothing, or none if one must.

    Sessions count for nothing here, so that no other site's page asks with one.
    """
    header = request.headers.get("Authorization", "")
    if header:
        token = _token(header)
        return Caller(f"token-{token.pk}", token)
    if not settings.API_ANONYMOUS and request.path_info not in ALWAYS_OPEN:
        raise Unknown(
            _("This registry is read with a token: Authorization: Token tfr_…"),
            sent=False,
        )
    return anonymous(request)


def _token(header: str) -> Token:
    parts = header.split()
    if len(parts) != 2 or parts[0].lower() not in SCHEMES:
        raise Unknown(
            _("The Authorization header takes the form: Token tfr_…"), sent=True
        )
    try:
        return tokens.read(parts[1])
    except tokens.Rejected as rejected:
        raise Unknown(str(rejected), sent=True) from rejected
