"""What the two sites answer in a night: every page that the spiders ask for, and some more."""

from __future__ import annotations

from datetime import timedelta

from attrs import evolve

from tests.support.newsroom import guancha, guancha_lists, sina, sina_lists
from tests.support.newsroom.load import NIGHTS, Newsroom
from tests.support.newsroom.model import Around, Link, Page, Piece, SiteKey

ROBOTS = "User-agent: *\nDisallow: /admin/\nDisallow: /search/\nAllow: /\n"
HOSTS: dict[SiteKey, tuple[str, ...]] = {
    "guancha": ("www.guancha.cn", "user.guancha.cn"),
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
RECENT = timedelta(days=30)
"""Related lists show nothing older (Sina prints their times without a year)."""
GUANCHA_LISTS = [
    ("yaowen", "要闻", "/mainnews-yw", "new-left-list"),
    ("toutiao", "头条", "/GuanChaZheTouTiao", "headline-list"),
    ("economy", "财经", "/economy", "column-list"),
    ("industry-science", "产业·科技", "/industry-science", "column-list"),
]
"""Name, title, path and the class of the list element; a section lists what is in it."""
SINA_ROLLS = {
    (153, 2509): ("china", "world", "tech", "finance"),
    (153, 2515): ("tech",),
    (153, 2516): ("finance",),
    (155, 1686): ("finance",),
}
BROKEN_ROLL, JSONP_ROLL = 2509, 1686
SINA_CHANNELS = {
    "https://news.sina.com.cn/": ("新闻中心", ("china", "world")),
    "https://finance.sina.com.cn/": ("新浪财经", ("finance", "archive")),
    "https://tech.sina.com.cn/": ("新浪科技", ("tech",)),
}


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
    others = [
        p for p in room.of(piece.site, night) if p.body and p.id != piece.id and p.look != "post"
    ]
    earlier = [p for p in others if timedelta() < piece.published - p.published < RECENT][:5]
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


def _guancha(room: Newsroom, night: int) -> list[Page]:
    known = [seen_on(piece, night) for piece in room.of("guancha", night)]
    strays = [*room.strays["guancha"], UNRECORDED]
    home = guancha_lists.home([piece for piece in known if "home" in piece.at], strays)
    found = [home]
    for name, title, path, list_class in GUANCHA_LISTS:
        listed = [piece for piece in known if name in (*piece.at, piece.section)]
        found += guancha_lists.list_pages(title, path, list_class, listed)
    for name in ("redian", "gundong"):
        listed = [piece for piece in known if name in piece.at]
        found.append(guancha_lists.json_list(f"/api/{name}.htm", listed))
    for piece in known:
        if _is_gone(piece, night):
            found.append(_gone(piece, home))
        else:
            found += guancha.pages(piece, around(room, piece, night), NIGHTS[night])
    return found


def _sina(room: Newsroom, night: int) -> list[Page]:
    known = [seen_on(piece, night) for piece in room.of("sina", night)]
    found: list[Page] = []
    for (pageid, lid), channels in SINA_ROLLS.items():
        listed = [piece for piece in known if piece.channel in channels]
        broken, callback = lid == BROKEN_ROLL, "feedCallback" if lid == JSONP_ROLL else ""
        found += sina_lists.roll(pageid, lid, listed, broken=broken, callback=callback)
    for url, (name, channels) in SINA_CHANNELS.items():
        listed = [piece for piece in known if piece.channel in channels]
        found.append(sina_lists.channel_page(url, name, listed, room.strays["sina"]))
    for piece in known:
        if _is_gone(piece, night):
            found.append(_gone(piece, None))
        else:
            found += sina.pages(piece, around(room, piece, night))
    return found


def _is_gone(piece: Piece, night: int) -> bool:
    return piece.gone_on is not None and piece.gone_on <= night


def _gone(piece: Piece, home: Page | None) -> Page:
    """The answer for a deleted article: 404, or 200 with the home page."""
    if piece.gone_as == "home" and home is not None:
        return evolve(home, url=url_of(piece))
    body = b"<html><head><title>404 Not Found</title></head><body>Not Found</body></html>"
    return Page(url=url_of(piece), body=body, content_type="text/html", status=404)
