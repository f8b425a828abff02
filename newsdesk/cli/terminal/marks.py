"""A job's state and an alert's severity as a sign and a colour."""

from __future__ import annotations

from collections.abc import Mapping

from rich.text import Text

MARKS: Mapping[str, tuple[str, str]] = {
    "ok": ("✓", "green"),
    "partial": ("!", "yellow"),
    "blocked": ("⊘", "red"),
    "failed": ("✗", "red"),
    "lost": ("✗", "red"),
    "cancelled": ("■", "yellow"),
    "stopping": ("■", "yellow"),
}

SEVERITIES: Mapping[str, tuple[str, str]] = {
    "error": ("✗", "red"),
    "warning": ("!", "yellow"),
    "info": ("·", "dim"),
}


def mark(state: str) -> Text:
    """Returns a job's state with its sign, in its colour."""
    sign, style = MARKS.get(state, ("·", "dim"))
    return Text(f"{sign} {state}", style=style)


def sign(severity: str) -> Text:
    """Returns the sign before an alert."""
    text, style = SEVERITIES[severity]
    return Text(f"{text} ", style=style)
