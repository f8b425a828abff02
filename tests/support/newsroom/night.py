"""What the two sites answer in a night: every page that the spiders ask for, and some more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from attrs import evolve

from tests.support.newsroom import guancha, guancha_lists, sina, sina_lists
from tests.support.newsroom.load import NIGHTS, Newsroom
from tests.support.newsroom.model import Around, Link, Page, Piece, SiteKey

ROBOTS = "User-agent: *\nDisallow: /admin/\nDisallow: /search/\nAllow: /\n"
HOSTS: dict[SiteKey, tuple[str, ...]] = {
    "guancha": ("www.guancha.cn", "user.guancha.cn", "app.guancha.cn"),
    "sina": (
        "news.sina.com.cn",
        "finance.sina.com.cn",
        "tech.sina.com.cn",
        "feed.mix.sina.com.cn",
        "news.sina.cn",
    ),
}
UNRECORDED = ("https://www.guancha.cn/industry-science/2026_02_27_846288.shtml", "已经撤下的旧闻")
"""The home page links it, the recording lacks it: a replay has to say so."""
GROWTH = {1: 1.0, 2: 1.4}
"""Comments come in between the nights."""


def url_of(piece: Piece) -> str:
    """Where a piece stands."""
    return guancha.url_of(piece) if piece.site == "guancha" else sina.url_of(piece)


def seen_on(piece: Piece, night: int) -> Piece:
    """The piece with that night's counts."""
    return evolve(
        piece,
        comments=round(piece.comments * GROWTH[night]),
        collects=round(piece.collects * GROWTH[night]),
    )


def around(room: Newsroom, piece: Piece, night: int) -> Around:
    """Related: what was published before it, then older things; hot: what is talked about most."""
    others = [p for p in room.of(piece.site, night) if p.id != piece.id and p.body]
    earlier = [p for p in others if p.published < piece.published][:5]
    margin = room.margins[piece.site]
    hottest = sorted(others, key=lambda p: (-p.comments, p.key))[:6]
    return Around(
        related=[*map(_link, earlier), *margin[len(piece.key) % 3 :: 3]],
        hot=[*map(_link, hottest), *margin[night * 2 : night * 2 + 3]],
    )


def _link(piece: Piece) -> Link:
    return Link(title=piece.title, url=url_of(piece), time=piece.published)


def pages(room: Newsroom, night: int) -> list[Page]:
    """Everything that both sites answer in that night, each URL once."""
    found = [*_robots(), *_guancha(room, night), *_sina(room, night)]
    return list({page.url: page for page in found}.values())


def _robots() -> list[Page]:
    return [
        Page(url=f"https://{host}/robots.txt", body=ROBOTS.encode(), content_type="text/plain")
        for hosts in HOSTS.values()
        for host in hosts
    ]


def _articles(
    room: Newsroom, site: SiteKey, night: int, render: Callable[[Piece, Around, datetime], list[Page]]
) -> list[Page]:
    found: list[Page] = []
    for piece in room.of(site, night):
        if piece.gone_on is not None and piece.gone_on <= night:
            body = b"<html><head><title>404 Not Found</title></head><body>404</body></html>"
            found.append(Page(url=url_of(piece), body=body, content_type="text/html", status=404))
        else:
            state = seen_on(piece, night)
            found += render(state, around(room, piece, night), NIGHTS[night])
    return found
