"""Sina's ways to its articles: the roll API and channel pages."""

from __future__ import annotations

import json

from tests.support.newsroom import furniture
from tests.support.newsroom.markup import each, esc, fill
from tests.support.newsroom.model import Page, Piece
from tests.support.newsroom.sina import HTML, NAVIGATION, SECTIONS, url_of

PAGE_SIZE = 50
ROLL = "https://feed.mix.sina.com.cn/api/roll/get"


def roll_url(pageid: int, lid: int, page: int) -> str:
    """The address under which the roll is asked for."""
    return f"{ROLL}?pageid={pageid}&lid={lid}&k=&num={PAGE_SIZE}&page={page}"


def roll(
    pageid: int, lid: int, pieces: list[Piece], *, broken: bool = False, callback: str = ""
) -> list[Page]:
    """All pages of a channel's roll and the empty one after the last.

    broken: the list holds one entry without a link. callback: answers as JSONP.
    """
    entries = [_entry(piece) for piece in pieces]
    if broken:
        entries.insert(2, _without_link(entries[2]))
    parts = [entries[start : start + PAGE_SIZE] for start in range(0, len(entries), PAGE_SIZE)]
    return [
        _answer(roll_url(pageid, lid, number), part, len(entries), callback)
        for number, part in enumerate([*parts, []], start=1)
    ]


def _answer(url: str, entries: list[dict[str, object]], total: int, callback: str) -> Page:
    data = {
        "result": {
            "status": {"code": 0, "msg": "succ"},
            "timestamp": "Mon Mar 02 03:00:00 +0800 2026",
            "top": [],
            "pdps": [],
            "total": total,
            "data": entries,
        }
    }
    written = json.dumps(data, ensure_ascii=True)
    if callback:
        written = f"try{{{callback}({written});}}catch(e){{}};"
    return Page(url=url, body=written.encode(), content_type="application/json; charset=utf-8")


def _entry(piece: Piece) -> dict[str, object]:
    seconds = str(int(piece.published.timestamp()))
    address = url_of(piece)
    mobile = address.replace("sina.com.cn", "sina.cn").replace("/doc-", "/detail-")
    return {
        "docid": f"comos:{piece.key}",
        "url": address + ("?vt=4" if piece.look == "mobile" else ""),
        "wapurl": mobile.replace(".shtml", ".d.html"),
        "title": piece.title,
        "stitle": piece.title[:18],
        "intro": piece.intro,
        "media_name": piece.source or "",
        "author": piece.visible_author or "",
        "keywords": ",".join(piece.keywords),
        "ctime": seconds,
        "mtime": str(int((piece.updated or piece.published).timestamp())),
        "intime": seconds,
        "images": [{"u": f"https://{each.file}"} for each in piece.images],
        "comment_total": str(piece.comments),
        "commentid": f"{SECTIONS[piece.channel][2]}:comos-{piece.key}:0",
    }


def _without_link(like: dict[str, object]) -> dict[str, object]:
    return like | {"docid": "", "url": "", "wapurl": "", "title": "一条没有链接的滚动消息"}


def channel_page(
    url: str, name: str, pieces: list[Piece], strays: list[tuple[str, str]], weight: int = 3
) -> Page:
    """A channel's front page: cards for the newest, plain rows for the rest."""
    html = fill(
        "sina_channel.html",
        name=esc(name),
        styles=furniture.styles(url, 6 * weight),
        navigation=furniture.navigation(NAVIGATION, "nav-item"),
        cards=each(pieces[:6], _card),
        rows=each(pieces[6:], lambda piece: _row(url_of(piece), piece.title)),
        dead=each(range(1, 4), lambda number: _part("dead", number=str(number))),
        strays=each(strays, lambda each: _row(*each)),
        side_ad=furniture.sina_ad("PDPS000000042135"),
        comment_noise=furniture.comments(url, 6),
        script=furniture.script(url, 4 * weight),
    )
    return Page(url=url, body=html.encode(), content_type=HTML)


def _part(part: str, /, **parts: str) -> str:
    return fill(f"sina_parts.html#{part}", **parts)


def _card(piece: Piece) -> str:
    time = f"{piece.published.month}月{piece.published.day}日 {piece.published:%H:%M}"
    return _part("card", url=esc(url_of(piece)), title=esc(piece.title), time=time, key=piece.key)


def _row(url: str, title: str) -> str:
    return _part("row", url=esc(url), title=esc(title))
