"""Errors of the archive. Messages say what to do next."""

from __future__ import annotations


class ArchiveError(Exception):
    """Base of the archive's errors, which the command line shows as one sentence."""


class Damaged(ArchiveError):
    """Raised when bytes are no whole member or record. kind: cut, broken, or too_large."""

    def __init__(self, message: str, kind: str = "broken") -> None:
        super().__init__(message)
        self.kind = kind


class NotThere(ArchiveError):
    """Raised when a file or page was asked for that the archive does not hold."""


class TargetAway(ArchiveError):
    """Raised when the archive's target does not answer, or refuses what is asked of it."""


class NotShipped(ArchiveError):
    """Raised when a file cannot be shipped as it is: its index is missing, or its name is taken."""
