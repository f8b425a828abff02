"""From links to addresses."""

from __future__ import annotations

from crawler.pages.blocks import absolute
from tests.crawler.pages.blocks.reading import BASE


def test_absolute_without_a_base() -> None:
    assert absolute("", "/a") is None
    assert absolute("", "https://h/a") == "https://h/a"
    assert absolute(BASE, "/a/../b") == "https://www.example.com/b"
    assert absolute(BASE, "mailto:a@b") is None
