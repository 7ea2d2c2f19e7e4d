"""Backups of the whole registry: taken while it is in use, restored and proven.

A backup is two files: the database's own dump, and a manifest that says what has to
stand in a registry that was restored from it.
"""


class Failed(Exception):
    """What stands in the way, in Chinese and English."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(f"{chinese}\n{english}")
