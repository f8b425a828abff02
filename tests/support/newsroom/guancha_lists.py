"""Guancha's ways to its articles: home page, list pages and the two JSON lists."""

from __future__ import annotations

import json

from tests.support.newsroom import furniture
from tests.support.newsroom.guancha import HTML, NAVIGATION, USER, WWW, url_of
from tests.support.newsroom.markup import attr, each, fill, text
from tests.support.newsroom.model import Page, Piece

PAGE_SIZE = 20
JSON = "application/json; charset=utf-8"


def home(pieces: list[Piece], strays: list[tuple[str, str]], weight: int = 4) -> Page:
    """The home page; the first piece is the headline. strays: links that are no articles."""
    posts = [piece for piece in pieces if piece.look == "post"]
    columns = [piece for piece in pieces if piece.look == "column"]
    news = [piece for piece in pieces if piece not in posts and piece not in columns]
    html = fill(
        "guancha_home.html",
        styles=furniture.styles("home", 4 * weight),
        navigation=furniture.navigation(NAVIGATION, "nav-cell"),
        headline=_headline(news[0], news[1:3]),
        dead=each(range(4), _dead),
        reviews=each(columns, _review),
        main=each(news[1:], _main),
        posts=each(posts, _post) + "\n" + each(strays, _stray),
        banner=furniture.banner("home", "家居节满减进行中，点击领券", "https://ads.example/home"),
        comment_noise=furniture.comments("home", 6),
        script=furniture.script("home", 3 * weight),
    )
    return Page(url=f"{WWW}/", body=html.encode(), content_type=HTML)


def _counts(piece: Piece) -> str:
    path = url_of(piece)
    return (
        '<div class="module-interact">\n'
        f'<a href="{path}" class="interact-attention" target="_blank">{piece.comments * 131 + 17}</a>\n'
        f'<a href="{path}#comment" class="interact-comment" target="_blank">{piece.comments}</a>\n'
        '<a href="/DaGongSi?s=syztbq" class="interact-key" target="_blank">产业观察</a>\n</div>'
    )


def _headline(piece: Piece, others: list[Piece]) -> str:
    path = url_of(piece).removeprefix(WWW)
    rows = each(
        others,
        lambda other: (
            f'<li class="c_hidden">· <a href="{url_of(other)}?s=sywglbt" target="_blank">'
            f"{text(other.title)}</a></li>"
        ),
    )
    return (
        f'<h3><a href="{path}" target="_blank">{text(piece.title)}</a></h3>\n'
        f'<a href="{path}" target="_blank"><img alt="{attr(piece.title)}" '
        'src="https://i.guancha.cn/news/head.jpg" border="0"></a>\n'
        f'<ul class="content-headline-other"><li>{_counts(piece)}</li>\n{rows}</ul>'
    )


def _review(piece: Piece) -> str:
    path = url_of(piece).removeprefix(WWW)
    name = text(piece.authors[0])
    return (
        f'<li>\n<h4 class="module-title"><a href="{path}" target="_blank">{text(piece.title)}</a></h4>\n'
        f'<div class="author-intro fix"><a href="../{piece.section}" title="{name}" target="_blank">'
        f'<img class="lazy height45" data-original="https://i.guancha.cn/authors/{piece.section}.png" '
        f'alt="{name}"></a><p><a href="../{piece.section}" target="_blank">{name}</a>'
        f"<span>{text(piece.author_description or '')}</span></p></div>\n"
        f'<a href="{path}" class="module-img" target="_blank"><img class="lazy height142" '
        'data-original="https://i.guancha.cn/news/review.jpg" alt=""></a>\n'
        f'<p class="module-artile">{text(piece.summary)}<a href="{path}" target="_blank">[全文]</a></p>\n'
        f"{_counts(piece)}\n</li>"
    )


def _main(piece: Piece) -> str:
    path = url_of(piece).removeprefix(WWW)
    return (
        f'<li>\n<h4 class="module-title"><a href="{path}" target="_blank">{text(piece.title)}</a></h4>\n'
        f'<div class="fastRead-img"><a href="{path}" target="_blank"><img class="lazy height259" '
        f'data-original="https://i.guancha.cn/news/main.jpg" alt="{attr(piece.title)}"></a></div>\n'
        f"{_counts(piece)}\n</li>"
    )


def _post(piece: Piece) -> str:
    link = url_of(piece).replace("https:", "http:")
    return (
        f'<li>\n<h4 class="module-title"><a href="{link}" target="_blank">{text(piece.title)}</a></h4>\n'
        f'<div class="module-interact"><img class="fengwen-list-bigv" src="https://i.guancha.cn/noV.png">'
        f'<a href="{USER}/user/personal-homepage?uid=70{piece.comments}" class="fengwen-list-user">'
        f"{text(piece.authors[0])}</a>"
        f'<a href="{link}" class="fengwen-interact interact-comment" target="_blank">{piece.comments}</a>'
        "</div>\n</li>"
    )


def _stray(stray: tuple[str, str]) -> str:
    return f'<li><a href="{attr(stray[0])}" target="_blank">{text(stray[1])}</a></li>'


def _dead(number: int) -> str:
    """Markup that the editors commented out; nobody follows it."""
    return (
        f'<li><a href="/politics/2019_05_0{number + 1}_49{number}07{number}.shtml" target="_blank">'
        f"早已下线的滚动消息之{number + 1}</a></li>"
    )


def list_pages(name: str, path: str, list_class: str, pieces: list[Piece]) -> list[Page]:
    """All pages of a list, newest first, and the empty one after the last."""
    parts = [pieces[n : n + PAGE_SIZE] for n in range(0, len(pieces), PAGE_SIZE)]
    row = {"new-left-list": _list_row, "headline-list": _headline_row}.get(list_class, _column_row)
    return [
        Page(
            url=f"{WWW}{path}/list_{number}.shtml",
            body=_list(name, path, list_class, each(part, row), number, len(parts)).encode(),
            content_type=HTML,
        )
        for number, part in enumerate([*parts, []], start=1)
    ]


def _list(name: str, path: str, list_class: str, items: str, number: int, last: int) -> str:
    return fill(
        "guancha_list.html",
        name=text(name),
        styles=furniture.styles(path, 8),
        navigation=furniture.navigation(NAVIGATION, "nav-cell"),
        list_class=list_class,
        items=items,
        pager=each(
            range(1, last + 1),
            lambda n: (
                f'<span class="active">{n}</span>'
                if n == number
                else f'<a href="{path}/list_{n}.shtml">{n}</a>'
            ),
        ),
        banner=furniture.banner(path, "开学季文具专场，满百减三十", "https://ads.example/list"),
        script=furniture.script(path, 5),
    )


def _list_row(piece: Piece) -> str:
    path = url_of(piece).removeprefix(WWW)
    return (
        '<li class="fix">\n'
        f'<a href="{path}" target="_blank" class="fl"><img src="https://i.guancha.cn/news/l.jpg" alt=""></a>\n'
        f'<div class="right fn"><h4 class="module-title"><a href="{path}" target="_blank">'
        f"{text(piece.title)}</a></h4>\n"
        f'<p class="module-artile">{text(piece.summary)}</p>\n'
        f'<div class="module-interact"><span>{piece.published:%Y-%m-%d %H:%M}</span>'
        f'<a href="{path}#comment" class="interact-comment">{piece.comments}</a></div></div>\n</li>'
    )


def _headline_row(piece: Piece) -> str:
    path = url_of(piece).removeprefix(WWW)
    return (
        '<li><div class="content-headline">\n'
        f'<h3><a href="{path}" target="_blank">{text(piece.title)}</a></h3>\n'
        f'<a href="{path}" target="_blank"><img src="https://i.guancha.cn/news/t.jpg" alt=""></a>\n'
        f'<div class="module-interact"><span>{piece.published:%Y-%m-%d %H:%M}</span></div>\n</div></li>'
    )


def _column_row(piece: Piece) -> str:
    path = url_of(piece).removeprefix(WWW)
    return (
        f'<li><h4 class="module-title"><a href="{path}" target="_blank">{text(piece.title)}</a></h4>\n'
        f'<p class="module-artile">{text(piece.summary)}</p>\n'
        f'<div class="module-interact"><span>{piece.published:%Y-%m-%d %H:%M}</span></div></li>'
    )


def json_list(path: str, pieces: list[Piece]) -> Page:
    """/api/redian.htm and /api/gundong.htm."""
    items = [{"TITLE": piece.title, "HTTP_URL": url_of(piece)} for piece in pieces]
    return Page(
        url=f"{WWW}{path}",
        body=json.dumps({"items": items}, ensure_ascii=False, indent=1).encode(),
        content_type=JSON,
    )
