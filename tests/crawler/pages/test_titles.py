"""Headlines of the head of a page lose the site's name, with and without blanks before it."""

from __future__ import annotations

import pytest

from crawler.pages.titles import without_site


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("旧码头下月改建-青石网", "旧码头下月改建"),
        ("旧码头下月改建 - 青石网", "旧码头下月改建"),
        ("旧码头下月改建_码头|改建_青石财经_青石网", "旧码头下月改建_码头|改建"),
        ("旧码头下月改建——青石网", "旧码头下月改建"),
        ("旧码头下月改建｜青石网新闻", "旧码头下月改建"),
        ("旧码头-第二期-青石网", "旧码头-第二期"),
        ("旧码头下月改建-别的网", "旧码头下月改建-别的网"),
        ("青石网", "青石网"),
        ("青石网十年", "青石网十年"),
        ("", ""),
    ],
)
def test_the_sites_name_goes(title: str, expected: str) -> None:
    assert without_site(title, ("青石网", "青石财经")) == expected
