"""What is printed is free of what could steer a terminal."""

from __future__ import annotations

from newsdesk.cli.terminal.console import clean


def test_clean_keeps_lines_where_wanted() -> None:
    assert clean("a\nb\x1b[0m") == "a b[0m"
    assert clean("a\nb\tc", lines=True) == "a\nb c"
