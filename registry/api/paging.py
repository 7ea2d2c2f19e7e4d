"""What a list is asked of its pages, and what it says of them."""

from urllib.parse import urlencode

from registry.api import parameters
from registry.api.parameters import Parameter

PAGE = "page_size"
PAGE_SIZE, LARGEST_PAGE = 50, 200
# Parameters that say neither which rows there are nor in which order.
UNBOUND = {"cursor", "page_size", "count", "fields", "include", "format"}


def bound(path: str, asked: dict[str, str]) -> str:
    """What a cursor is bound to, besides its ordering: the route and its filters."""
    unbound = UNBOUND | {"ordering"}
    filters = sorted((name, v) for name, v in asked.items() if name not in unbound)
    return f"{path}?{urlencode(filters)}"


def link_header(links: dict[str, str | None]) -> str:
    """The ``Link`` header (RFC 8288) for those of the relations that lead anywhere."""
    names = {"previous": "prev"}
    return ", ".join(
        f'<{url}>; rel="{names.get(rel, rel)}"' for rel, url in links.items() if url
    )


def sized(text: str) -> Parameter:
    """The parameter ``page_size``."""
    schema = {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE}
    return Parameter(PAGE, text, schema | {"default": PAGE_SIZE}, example="10")


def page_size(asked: dict[str, str]) -> int:
    """The size asked for, 1 to 200; 50 by default."""
    text = asked.get(PAGE, str(PAGE_SIZE))
    return parameters.whole(text, parameter=PAGE, most=LARGEST_PAGE)
