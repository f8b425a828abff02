from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest

from crawler.kit.links.patterns import pattern_of

SITE = "https://www.example.com"
SECTIONS = ("finance", "tech", "society", "world")
NUMBERED = [
    f"{SITE}/{section}/20260{month}0{n}/c{40 + n}0{month}{n}7.html"
    for n, section in enumerate(SECTIONS, 1)
    for month in (1, 2)
]
HEX = [
    f"{SITE}/politics/2024050{n}/3dd6e33cc6d749fbaae01fea337ff4{n}{n}/c.html" for n in range(1, 7)
]
CODES = [f"{SITE}/c/8Wda7wwUn{n}{chr(65 + n)}" for n in range(6)]
BY_DAY = [f"{SITE}/news/2026/03/0{day}/{n}.shtml" for day in (1, 2, 3, 4) for n in (1, 2, 3)]
HOSTS = [
    f"https://{host}.example.com/2026-03-0{n}/10247{n}08{n}.html"
    for n, host in enumerate(("finance", "china", "opinion", "economy"), 1)
]


@pytest.mark.parametrize(
    ("urls", "path", "key", "address"),
    [
        (
            NUMBERED,
            r"/(?P<section>[A-Za-z_-]+)/(?P<date>\d{8})/c(?P<key>\d{5,8})\.html",
            "{key}",
            "https://www.example.com/{section}/{date}/c{key}.html",
        ),
        (
            HEX,
            r"/politics/(?P<date>\d{8})/(?P<key>[0-9a-f]{32})/c\.html",
            "{key}",
            "https://www.example.com/politics/{date}/{key}/c.html",
        ),
        (CODES, r"/c/(?P<key>[A-Za-z0-9]{11})", "{key}", "https://www.example.com/c/{key}"),
        (
            BY_DAY,
            r"/news/(?P<date>\d{4}/\d{2}/\d{2})/(?P<key>\d+)\.shtml",
            "{date}-{key}",
            "https://www.example.com/news/{date}/{key}.shtml",
        ),
        (
            HOSTS,
            r"/(?P<date>\d{4}-\d{2}-\d{2})/(?P<key>\d{8,11})\.html",
            "{key}",
            "https://{host}/{date}/{key}.html",
        ),
    ],
)
def test_addresses_become_a_pattern(urls: list[str], path: str, key: str, address: str) -> None:
    found = pattern_of(urls)
    assert (found.path, found.key, found.address) == (path, key, address)
    assert all(found.matches(url) for url in urls)


def test_an_address_leads_back_to_itself() -> None:
    found = pattern_of(NUMBERED)
    for url in NUMBERED:
        match = re.fullmatch(found.path, urlsplit(url).path)
        assert match is not None
        assert found.address.format_map(match.groupdict()) == url


def test_of_two_numbers_the_longer_one_is_the_key() -> None:
    urls = [f"{SITE}/a/97900{n}{n}77_12000{n}" for n in range(1, 7)]
    assert pattern_of(urls).address == f"{SITE}/a/{{key}}_{{part2}}"


def test_the_mobile_host_names_the_same_article() -> None:
    both = [url.replace("www.", prefix) for url in NUMBERED for prefix in ("www.", "m.")]
    assert pattern_of(both).address.startswith("https://www.example.com/")


@pytest.mark.parametrize(
    "url",
    [
        "https://www.example.com/finance/",
        "https://www.example.com/finance/index_2.html",
        "https://www.example.com/special/2026/two.html",
    ],
)
def test_lists_and_specials_do_not_fit(url: str) -> None:
    assert not pattern_of(NUMBERED).matches(url)
