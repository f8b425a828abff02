"""Sitemaps: the newest first, however many there are, and nothing lost over one that is broken."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, datetime

import pytest
from scrapy import Request
from scrapy.http import Response

from crawler.exceptions import SourceError
from crawler.sources.base import SourcePage
from crawler.sources.sitemap import AT_ONCE, Sitemap

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
HOME = "https://news.example.com"
URL = f"{HOME}/sitemap.xml"
SITEMAP = Sitemap(name="sitemap", title="Sitemap", url=URL)


def read(body: str | bytes, request: Request | None = None, page: int = 1) -> SourcePage:
    asked = request or SITEMAP.first_request()
    data = body.encode() if isinstance(body, str) else body
    return SITEMAP.read(Response(asked.url, body=data, request=asked), page, NOW)


def urlset(*entries: str) -> str:
    inside = "".join(f"<url>{entry}</url>" for entry in entries)
    return (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{inside}</urlset>'
    )


def index(**days: str) -> str:
    """An index: name of a sitemap and the day of its last change, "" for none."""
    inside = "".join(
        f"<sitemap><loc>{HOME}/{name}.xml</loc>"
        + (f"<lastmod>{day}</lastmod>" if day else "")
        + "</sitemap>"
        for name, day in days.items()
    )
    return (
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inside}</sitemapindex>'
    )


def test_news_with_times_and_titles() -> None:
    news = (
        f"<loc>{HOME}/1.html</loc><news:news><news:publication><news:name>报</news:name>"
        "</news:publication><news:publication_date>2026-03-02T08:00:00+08:00"
        "</news:publication_date><news:title>石桥修好了</news:title></news:news>"
    )
    (link,) = read(urlset(news)).found
    assert (link.url, link.title) == (f"{HOME}/1.html", "石桥修好了")
    assert link.published_at == NOW.replace(hour=0)


def test_the_newest_come_first_and_a_change_is_no_publication() -> None:
    listing = read(
        urlset(
            f"<loc>{HOME}/old.html</loc><lastmod>2026-01-01</lastmod>",
            f"<loc>{HOME}/2026-02-28/by-address.html</loc>",
            f"<loc>{HOME}/new.html</loc><lastmod>2026-03-01T08:00:00Z</lastmod>",
            f"<loc>{HOME}/unknown.html</loc><lastmod>neulich</lastmod>",
        )
    )
    names = [link.url.rpartition("/")[2] for link in listing.found]
    assert names == ["new.html", "by-address.html", "old.html", "unknown.html"]
    assert {link.published_at for link in listing.found} == {None}
    assert listing.problems == ["unreadable times: 1, the first is 'neulich'"]


def test_an_index_leads_to_the_newest_first_and_says_when_that_changed() -> None:
    listing = read(index(a="2026-01-01", b="2026-03-01", c="2026-02-01"))
    assert (listing.found, listing.leads_on) == ([], True)
    asked = []
    while listing.next_request is not None:
        asked.append((listing.next_request.url[len(HOME) :], listing.next_changed_at))
        entry = urlset(f"<loc>{listing.next_request.url}.html</loc>")
        listing = read(entry, listing.next_request, len(asked) + 1)
    assert [name for name, _ in asked] == ["/b.xml", "/c.xml", "/a.xml"]
    assert asked[0][1] == datetime(2026, 2, 28, 16, tzinfo=UTC)
    assert listing.found[0].rank == 3


def test_loops_and_depth_are_named() -> None:
    listing = read(index(sitemap="", a=""))
    assert listing.problems == [f"{URL} is named again"]
    for depth in "bcd":
        assert listing.next_request is not None
        listing = read(index(**{"sitemap": "", depth: ""}), listing.next_request, 2)
    assert listing.next_request is None
    assert listing.problems[-1] == "1 sitemaps stand more than 3 indexes deep"


def test_one_that_is_lost_costs_itself_alone() -> None:
    first = read(index(a="2026-03-01", b="2026-02-01")).next_request
    assert first is not None
    following = SITEMAP.beyond(first)
    assert following is not None
    assert following[0].url == f"{HOME}/b.xml"
    assert SITEMAP.beyond(following[0]) is None


def test_robots_txt_names_sitemaps() -> None:
    source = Sitemap(name="r", title="R", url=f"{HOME}/robots.txt", where=r"news\.xml")
    asked = source.first_request()

    def listing(body: bytes) -> SourcePage:
        return source.read(Response(asked.url, body=body, request=asked), 1, NOW)

    text = b"User-agent: *\r\nDisallow: /x\r\nSitemap: /videos.xml\r\nSITEMAP:  /news.xml\r\n"
    following = listing(text).next_request
    assert following is not None
    assert following.url == f"{HOME}/news.xml"
    with pytest.raises(SourceError, match="names no sitemap"):
        listing(b"User-agent: *\nDisallow: /")


def big(number: int) -> bytes:
    return urlset(
        *(
            f"<loc>{HOME}/{n}.html</loc><lastmod>2026-02-{n % 28 + 1:02d}T00:00:00Z</lastmod>"
            for n in range(number)
        )
    ).encode()


def test_fifty_thousand_entries_come_page_by_page_in_little_memory() -> None:
    body = big(50_000)
    asked = SITEMAP.first_request()
    answer = Response(URL, body=body, request=asked)
    tracemalloc.start()
    listing = SITEMAP.read(answer, 1, NOW)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000, "Python's own part"
    assert len(listing.found) == AT_ONCE
    assert listing.next_request is not None
    assert listing.next_request.url == URL
    second = read(body, listing.next_request, 2)
    assert len(second.found) == AT_ONCE
    assert second.found[0].rank == AT_ONCE + 1
    assert not {each.url for each in second.found} & {each.url for each in listing.found}
    assert listing.next_changed_at is not None
    assert second.next_changed_at is not None
    assert second.next_changed_at <= listing.next_changed_at


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("", "answered no XML"),
        ("<html><body>维护中</body></html>", "holds <html> instead of a sitemap"),
        ("<rss></rss>", "holds <rss> instead of a sitemap"),
        ('<!DOCTYPE x [<!ENTITY a "a">]><urlset>&a;</urlset>', "entities of its own"),
        ("<urlset/>", "lists nothing"),
        (b"x" * 9_000_000, "9,000,000 bytes of XML"),
    ],
)
def test_what_is_no_sitemap_says_so(body: str | bytes, why: str) -> None:
    with pytest.raises(SourceError, match=why) as caught:
        read(body)
    assert "\n" not in str(caught.value)


def test_what_is_damaged_is_read_as_far_as_it_goes() -> None:
    whole = urlset(*(f"<loc>{HOME}/{n}.html?a=1&b={n}</loc>" for n in range(3)))
    listing = read(whole[: whole.rindex("<loc>")])
    assert [link.url for link in listing.found] == [
        f"{HOME}/0.html?a=1&b=0",
        f"{HOME}/1.html?a=1&b=1",
    ]
    assert listing.problems[0].startswith("mended XML: ")
