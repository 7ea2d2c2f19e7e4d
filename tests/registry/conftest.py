"""Fixtures of several modules here."""

from tests.registry.replicated import replicated

__all__ = ["replicated"]
