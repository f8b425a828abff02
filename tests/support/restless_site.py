"""Both sites in two nights, for crawls that are disturbed: whatever can go wrong has its case.

In the second night new articles stand above the known ones, a third of these has been edited and
one is gone. Copies of a text stand on both sites. One article is paged, one has moved to a post
that no list shows and that takes its time to answer, one address sends on to another, one page
cannot be read.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import evolve

from crawler.network.dates import http_date
from tests.support.newsroom import guancha, guancha_lists, night, sina, sina_lists
from tests.support.newsroom.model import ZONE, Page, Piece, SiteKey
from tests.support.newsroom.random_pieces import random_around, random_pieces
from tests.support.server import SiteServer

SITES: tuple[SiteKey, ...] = ("guancha", "sina")
FIRST_NIGHT = datetime(2026, 3, 2, 3, 2, 10, tzinfo=ZONE)
"""Articles appear every three minutes: for 100 s from here no article reaches the age of a
revisit, so that runs that begin a little later plan the same ones."""
MOMENTS = {1: FIRST_NIGHT, 2: FIRST_NIGHT + timedelta(days=1)}
NEW = 26
"""Articles of each site that only the second night shows: more than one page of a list."""
POST, SENT_ON = "fengwen-900117", "839117"
SLOW_HOST, SLOW_SECONDS = "user.guancha.cn", 1.3
"""Long enough for what came before it to be stored."""


def server_of(which: int, articles: int) -> SiteServer:
    """Both sites as a server for one night, with `articles` articles each."""
    server = SiteServer(hold={SLOW_HOST: SLOW_SECONDS})
    for page in pages_of(which, articles):
        server.page(
            page.url.partition("://")[2],
            page.body,
            status=page.status,
            content_type=page.content_type,
            headers={"Date": http_date(MOMENTS[which]), **page.headers},
        )
    return server


def pages_of(which: int, articles: int) -> list[Page]:
    """All that both sites answer in a night."""
    pieces = {site: random_pieces(site, articles) for site in SITES}
    for number in range(0, articles, 5):
        like = evolve(pieces["guancha"][number], images=[], noise=[], look="news")
        pieces["guancha"][number] = like
        copy = evolve(pieces["sina"][number], images=[], noise=[], look="news", body=like.body)
        pieces["sina"][number] = evolve(copy, byline=None)
    _special_cases(pieces["guancha"], which)
    shown = {site: _as_shown(found, which) for site, found in pieces.items()}
    return [*_guancha(shown["guancha"], which), *_sina(shown["sina"]), *_robots()]


def _special_cases(pieces: list[Piece], which: int) -> None:
    """Put them on the list's second page, where known articles stand above them."""
    for number, changes in {
        -2: {"look": "news", "pages": 3},
        -3: {"look": "moved", "moved_to": POST},
        -4: {"look": "no_time"},
        -7: {"look": "news", "gone_on": 2},
    }.items():
        pieces[number] = evolve(pieces[number], **changes)  # type: ignore[arg-type]
    assert which in MOMENTS


def _as_shown(pieces: list[Piece], which: int) -> list[Piece]:
    if which == 1:
        return pieces[NEW:]
    return [*pieces[:NEW], *map(_edited, range(NEW, len(pieces)), pieces[NEW:])]


def _edited(number: int, piece: Piece) -> Piece:
    """Every third article has another title in the second night, every sixth another text, too."""
    if number % 3:
        return piece
    body = piece.body if number % 6 else [*piece.body, f"本文第{number}号，后来补充了一段话。"]
    return evolve(
        piece,
        title=f"{piece.title}（更新）",
        body=body,
        updated=piece.published + timedelta(hours=5),
    )


def _robots() -> list[Page]:
    return [
        Page(url=f"https://{host}/robots.txt", body=b"", content_type="text/plain")
        for hosts in night.HOSTS.values()
        for host in hosts
    ]


def _guancha(pieces: list[Piece], which: int) -> list[Page]:
    newest = pieces[:6]
    found = [guancha_lists.home([evolve(newest[0], look="news"), *newest[1:]], [])]
    found += guancha_lists.list_pages("要闻", "/mainnews-yw", "new-left-list", pieces)
    found += guancha_lists.list_pages("头条", "/GuanChaZheTouTiao", "headline-list", newest)
    found += [guancha_lists.json_list(f"/api/{name}.htm", newest) for name in ("redian", "gundong")]
    for number, piece in enumerate(pieces):
        pages = guancha.pages(piece, random_around(pieces, number), MOMENTS[which])
        gone = piece.gone_on is not None and piece.gone_on <= which
        found += [evolve(page, status=404) for page in pages] if gone else pages
    around = random_around(pieces, 0)
    post = evolve(pieces[1], look="post", key=POST, title="不在任何列表上的风闻")
    found += guancha.pages(post, around, MOMENTS[which])
    target = evolve(pieces[-5], key=SENT_ON, title="另一个地址上的文章")
    found += guancha.pages(target, around, MOMENTS[which])
    found = [page for page in found if page.url != guancha.url_of(pieces[-5])]
    sent_on = {"Location": guancha.url_of(target)}
    body = Page(url=guancha.url_of(pieces[-5]), body=b"", content_type="text/html")
    return [*found, evolve(body, status=302, headers=sent_on)]


def _sina(pieces: list[Piece]) -> list[Page]:
    found: list[Page] = []
    for pageid, lid in night.SINA_ROLLS:
        shown = pieces if lid == night.BROKEN_ROLL else pieces[:6]
        found += sina_lists.roll(pageid, lid, shown)
    for url, (name, _channels) in night.SINA_CHANNELS.items():
        found.append(sina_lists.channel_page(url, name, pieces[:7], []))
    for number, piece in enumerate(pieces):
        found += sina.pages(piece, random_around(pieces, number))
    return found
