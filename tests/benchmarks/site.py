"""The site that benchmarks crawl: both families, 8 to 60 KB a page, the same for the same count."""

from __future__ import annotations

from attrs import define, evolve

from tests.support.newsroom import guancha, guancha_lists, night, sina, sina_lists
from tests.support.newsroom.model import Page, Piece, SiteKey
from tests.support.newsroom.random_pieces import NEWEST, random_around, random_pieces

SITES: tuple[SiteKey, ...] = ("guancha", "sina")
_HAN = range(0x4E00, 0x9FA6)
LISTED = 360
"""Articles in Guancha's list, which is walked for 20 pages; the others stand on the home page."""


@define(frozen=True)
class BenchSite:
    """Answers by "host/path?query", and how many articles each site has."""

    answers: dict[str, tuple[str, bytes]]
    articles: dict[str, int]


def own_words(text: str, number: int) -> str:
    """A text in the words of this article alone: every fifth character is another one.

    The newsroom's sentences are few, so that of a thousand articles each would share some with
    most; two real texts hardly ever meet in a band.
    """
    return "".join(
        chr(_HAN.start + (ord(each) * 31 + number * 977) % len(_HAN))
        if place % 5 == number % 5 and ord(each) in _HAN
        else each
        for place, each in enumerate(text)
    )


def build(articles: int, *, own: bool = False) -> BenchSite:
    """Both sites with `articles` articles each. own: with sentences that no other one has."""
    pieces = {site: random_pieces(site, articles) for site in SITES}
    if own:
        pieces = {
            site: [
                evolve(piece, body=[own_words(text, number) for text in piece.body])
                for number, piece in enumerate(some)
            ]
            for site, some in pieces.items()
        }
    found = [*_guancha(pieces["guancha"]), *_sina(pieces["sina"])]
    hosts = {page.url.split("/")[2] for page in found}
    robots = [
        Page(
            url=f"https://{host}/robots.txt", body=night.ROBOTS.encode(), content_type="text/plain"
        )
        for host in hosts
    ]
    answers = {
        page.url.partition("://")[2]: (page.content_type, page.body) for page in [*found, *robots]
    }
    return BenchSite(answers, dict.fromkeys(SITES, articles))


def _guancha(pieces: list[Piece]) -> list[Page]:
    listed, on_home = pieces[:LISTED], pieces[LISTED:] or pieces
    found = [guancha_lists.home([evolve(on_home[0], look="news"), *on_home[1:]], [])]
    for _, title, path, list_class in night.GUANCHA_LISTS[:2]:
        shown = listed if list_class == "new-left-list" else listed[:20]
        found += guancha_lists.list_pages(title, path, list_class, shown)
    found += [
        guancha_lists.json_list(f"/api/{name}.htm", listed[:20]) for name in ("redian", "gundong")
    ]
    for number, piece in enumerate(pieces):
        found += guancha.pages(piece, random_around(pieces, number), NEWEST)
    return found


def _sina(pieces: list[Piece]) -> list[Page]:
    found: list[Page] = []
    for (pageid, lid), channels in night.SINA_ROLLS.items():
        found += sina_lists.roll(pageid, lid, [p for p in pieces if p.channel in channels])
    for url, (name, channels) in night.SINA_CHANNELS.items():
        shown = [p for p in pieces if p.channel in channels][:40] or pieces
        found.append(sina_lists.channel_page(url, name, shown, []))
    for number, piece in enumerate(pieces):
        found += sina.pages(piece, random_around(pieces, number))
    return found
