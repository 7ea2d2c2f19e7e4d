"""Servers that fail: each is left alone for a while, so that not all requests wait."""

import time

PAUSE = 5.0


class Outage:
    """Of one server, as the process sees it: on for some seconds after each failure."""

    over_at = 0.0

    def is_on(self) -> bool:
        return time.monotonic() < self.over_at

    def begin(self) -> None:
        self.over_at = time.monotonic() + PAUSE
