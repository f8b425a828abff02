"""Guancha's ways to its articles: home page, list pages and the two JSON lists."""

from __future__ import annotations

import json
from urllib.parse import quote

from tests.support.newsroom import furniture
from tests.support.newsroom.guancha import HTML, NAVIGATION, WWW, url_of
from tests.support.newsroom.markup import each, esc, fill
from tests.support.newsroom.model import Page, Piece

PAGE_SIZE = 20
JSON = "application/json; charset=utf-8"
ROWS = {
    "new-left-list": "list_row",
    "headline-list": "headline_list_row",
    "column-list": "column_row",
}


def home(pieces: list[Piece], strays: list[tuple[str, str]], weight: int = 4) -> Page:
    """The home page; the first piece is the headline. strays: links that are no articles."""
    posts = [piece for piece in pieces if piece.look == "post"]
    columns = [piece for piece in pieces if piece.look == "column"]
    news = [piece for piece in pieces if piece not in posts and piece not in columns]
    stray_rows = each(strays, lambda each: _part("stray", url=esc(each[0]), title=esc(each[1])))
    html = fill(
        "guancha_home.html",
        styles=furniture.styles("home", 4 * weight),
        navigation=furniture.navigation(NAVIGATION, "nav-cell"),
        headline=_headline(news[0], news[1:3]),
        dead=each(range(1, 5), lambda number: _part("dead", number=str(number))),
        reviews=each(columns, _review),
        main=each(news[1:], _main),
        posts=each(posts, _post) + "\n" + stray_rows,
        banner=furniture.banner("home", "家居节满减进行中，点击领券"),
        comment_noise=furniture.comments("home", 6),
        script=furniture.script("home", 3 * weight),
    )
    return Page(url=f"{WWW}/", body=html.encode(), content_type=HTML)


def list_pages(name: str, path: str, list_class: str, pieces: list[Piece]) -> list[Page]:
    """All pages of a list, newest first, and the empty one after the last."""
    parts = [pieces[n : n + PAGE_SIZE] for n in range(0, len(pieces), PAGE_SIZE)]
    found = []
    for number, part in enumerate([*parts, []], start=1):
        html = fill(
            "guancha_list.html",
            name=esc(name),
            styles=furniture.styles(path, 8),
            navigation=furniture.navigation(NAVIGATION, "nav-cell"),
            list_class=list_class,
            items=each(part, lambda piece: _row(ROWS[list_class], piece)),
            pager=_pager(path, number, len(parts)),
            banner=furniture.banner(path, "开学季文具专场，满百减三十"),
            script=furniture.script(path, 5),
        )
        url = f"{WWW}{path}/list_{number}.shtml"
        found.append(Page(url=url, body=html.encode(), content_type=HTML))
    return found


def json_list(path: str, pieces: list[Piece]) -> Page:
    """/api/redian.htm and /api/gundong.htm."""
    items = [{"TITLE": piece.title, "HTTP_URL": url_of(piece)} for piece in pieces]
    written = json.dumps({"items": items}, ensure_ascii=False, indent=1)
    return Page(url=f"{WWW}{path}", body=written.encode(), content_type=JSON)


def _part(part: str, /, **parts: str) -> str:
    return fill(f"guancha_parts.html#{part}", **parts)


def _line(piece: Piece) -> dict[str, str]:
    return {"path": url_of(piece).removeprefix(WWW), "title": esc(piece.title)}


def _counts(piece: Piece) -> str:
    reads = str(piece.comments * 131 + 17)
    path = url_of(piece).removeprefix(WWW)
    return _part("counts", path=path, reads=reads, comments=str(piece.comments))


def _headline(piece: Piece, others: list[Piece]) -> str:
    rows = each(others, lambda other: _part("headline_row", **_line(other)))
    return _part("headline", **_line(piece), counts=_counts(piece), rows=rows)


def _review(piece: Piece) -> str:
    return _part(
        "review",
        **_line(piece),
        home=quote(piece.section),
        name=esc(piece.authors[0]),
        description=esc(piece.author_description or ""),
        intro=esc(piece.intro),
        counts=_counts(piece),
    )


def _main(piece: Piece) -> str:
    return _part("main", **_line(piece), counts=_counts(piece))


def _post(piece: Piece) -> str:
    return _part(
        "post",
        url=url_of(piece).replace("https:", "http:"),
        title=esc(piece.title),
        uid=f"70{piece.comments}",
        name=esc(piece.authors[0]),
        comments=str(piece.comments),
    )


def _row(row: str, piece: Piece) -> str:
    time, comments = f"{piece.published:%Y-%m-%d %H:%M}", str(piece.comments)
    return _part(row, **_line(piece), time=time, intro=esc(piece.intro), comments=comments)


def _pager(path: str, number: int, last: int) -> str:
    names = ["page_here" if n == number else "page_other" for n in range(1, last + 1)]
    return "\n".join(_part(name, path=path, number=str(n)) for n, name in enumerate(names, 1))
