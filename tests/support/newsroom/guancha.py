"""Article pages in Guancha's shapes: news, columns, paged ones, user posts and empty shells."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from urllib.parse import quote

from tests.support.newsroom import furniture
from tests.support.newsroom.markup import each, esc, fill
from tests.support.newsroom.model import BOLD, ZONE, Around, Link, Page, Picture, Piece

WWW = "https://www.guancha.cn"
USER = "https://user.guancha.cn"
HTML = "text/html; charset=utf-8"
NAVIGATION = [
    ("/?s=dhshouye", "首页"),
    ("http://user.guancha.cn/?s=dhfengwen", "风闻"),
    ("https://member.guancha.cn/", "观察员"),
    ("/internation?s=dhguoji", "国际"),
    ("/military-affairs?s=dhjunshi", "军事"),
    ("/economy?s=dhcaijing", "财经"),
    ("/gongye%C2%B7keji?s=dhgongye%C2%B7keji", "科技"),
    ("/qiche?s=dhqiche", "汽车"),
]


def url_of(piece: Piece, suffix: str = "") -> str:
    """Where a piece stands; suffix: "_2" for a following page, "_s" for the full text."""
    if piece.look == "post":
        return f"{USER}/main/content?id={piece.key.removeprefix('fengwen-')}"
    day = piece.published.strftime("%Y_%m_%d")
    return f"{WWW}/{quote(piece.section)}/{day}_{piece.key}{suffix}.shtml"


def image_url(piece: Piece, picture: Picture) -> str:
    """Where the site keeps a picture."""
    return f"https://i.guancha.cn/news/{piece.published:%Y/%m/%d}/{picture.file}"


def pages(piece: Piece, around: Around, now: datetime) -> list[Page]:
    """All pages of a piece; `now` is when they are looked at (user posts print relative times)."""
    if piece.look == "post":
        body = _post(piece, around, now)
        return [_page(url_of(piece), body), _page(url_of(piece) + "&page=0", body)]
    if piece.look in {"moved", "paid"}:
        return [_page(url_of(piece), _shell(piece))]
    if piece.pages == 1:
        return [_page(url_of(piece), _article(piece, around, piece.body))]
    found = [
        _page(url_of(piece, f"_{n}" if n > 1 else ""), _article(piece, around, part, n))
        for n, part in enumerate(piece.parts, start=1)
    ]
    return [*found, _page(url_of(piece, "_s"), _article(piece, around, piece.body, 0))]


def _page(url: str, html: str) -> Page:
    return Page(url=url, body=html.encode(), content_type=HTML)


def _part(part: str, /, **parts: str) -> str:
    return fill(f"guancha_parts.html#{part}", **parts)


def _article(piece: Piece, around: Around, part: list[str], page: int = 1) -> str:
    """One page of an article; page 0 is the full text."""
    return fill(
        "guancha_article.html",
        title=esc(piece.title),
        summary=esc(piece.intro),
        mobile_url=esc(url_of(piece).replace("//www.", "//m.")),
        doc_id=_doc_id(piece),
        styles=furniture.styles(piece.key, 6 * around.weight),
        ld_json=_ld_json(piece),
        navigation=furniture.navigation(NAVIGATION, "nav-cell j-nav-cell"),
        author=_author(piece),
        collects=str(piece.collects),
        comments=str(piece.comments),
        times=_times(piece),
        body=_body(piece, part, page),
        pager=_pager(piece, page),
        tags=_tags(piece),
        other=_other(piece),
        special=_part("special", rows=_links("special_row", around.related[:3])),
        day=f"{piece.published:%Y-%m-%d}",
        related=each(around.related, _related),
        hot=_links("hot", around.hot),
        flashes=_links("flash", around.hot[:5]),
        banner=furniture.banner(piece.key, "春季新车到店礼，预约试驾赢好礼"),
        comment_noise=furniture.comments(piece.key, 2 * around.weight),
        script=furniture.script(piece.key, 3 * around.weight),
    )


def _doc_id(piece: Piece) -> str:
    """The site's other number for a page, under which its comments are kept."""
    return str(int(piece.key.removeprefix("fengwen-")) - 93417)


def _ld_json(piece: Piece) -> str:
    data = {
        "@context": "https://ziyuan.baidu.com/contexts/cambrian.jsonld ",
        "@id": url_of(piece) + " ",
        "title": piece.title,
    }
    if piece.look != "no_time":
        data["pubDate"] = f"{piece.updated or piece.published:%Y-%m-%dT%H:%M:%S}"
    written = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    return f'    <script type="application/ld+json">{written}</script>'


def _author(piece: Piece) -> str:
    if piece.look != "column":
        return ""
    return _part(
        "author",
        home=quote(piece.section),
        name=esc(piece.authors[0]),
        description=esc(piece.author_description or ""),
    )


def _times(piece: Piece) -> str:
    if piece.look == "no_time":
        return _part("no_times")
    visible = f"{piece.published:%Y-%m-%d %H:%M:%S}"
    row = _part("times", visible=visible, source=esc(piece.source or "观察者网"))
    if piece.updated and piece.look == "column":
        row += "\n" + _part("updated", updated=f"{piece.updated:%Y-%m-%d %H:%M:%S}")
    return row


def _body(piece: Piece, part: list[str], page: int) -> str:
    leading = piece.byline is not None and piece.byline.startswith("【")
    lines = [_paragraph(piece.byline or "")] if leading and page < 2 else []
    for number, paragraph in enumerate(part, start=piece.body.index(part[0]) + 1):
        lines.append(_paragraph(paragraph))
        for picture in piece.images:
            lines += _picture(piece, picture) if picture.after == number else []
    if page in {0, piece.pages}:
        lines += [_paragraph(piece.byline)] if piece.byline and not leading else []
        lines += [_part("app")] if piece.app_promotion else []
        lines += [_paragraph(piece.tail)] if piece.tail else []
    return "\n".join(lines)


def _paragraph(paragraph: str) -> str:
    content = esc(paragraph.removeprefix(BOLD))
    bold = paragraph.startswith(BOLD)
    return _part("paragraph", content=f"<strong>{content}</strong>" if bold else content)


def _picture(piece: Piece, picture: Picture) -> list[str]:
    lines = [_part("picture", url=image_url(piece, picture))]
    return [*lines, _part("caption", caption=esc(picture.caption))] if picture.caption else lines


def _pager(piece: Piece, page: int) -> str:
    if piece.pages == 1 or page == 0:
        return ""
    stem = url_of(piece).removeprefix(WWW).removesuffix(".shtml")
    names = ["pager_here" if n == page else "pager_other" for n in range(1, piece.pages + 1)]
    numbers = [_part(name, stem=stem, number=str(n)) for n, name in enumerate(names, start=1)]
    last = page == piece.pages
    following = "" if last else _part("pager_next", stem=stem, number=str(page + 1))
    return _part("pager", stem=stem, numbers="\n".join(numbers), following=following)


def _tags(piece: Piece) -> str:
    words = piece.keywords or [""]  # without tags the site prints one empty link
    return each(words, lambda word: _part("tag", query=quote(word), word=esc(word)), between="")


def _other(piece: Piece) -> str:
    column = piece.look == "column"
    lines = [_part("column_notes", url=url_of(piece))] if column else []
    if piece.original_title:
        lines.append(_part("original_title", title=esc(piece.original_title)))
    if piece.editor:
        lines.append(_part("editor", name=esc(piece.editor)))
    if piece.updated and not column:
        lines.append(_part("updated_below", updated=f"{piece.updated:%Y-%m-%d %H:%M:%S}"))
    return "\n".join(lines)


def _links(name: str, links: list[Link]) -> str:
    return each(
        links,
        lambda link: _part(name, path=esc(link.url.removeprefix(WWW)), title=esc(link.title)),
    )


def _related(link: Link) -> str:
    slug, name = link.section or ("", "")
    return _part(
        "related",
        path=esc(link.url.removeprefix(WWW)),
        title=esc(link.title),
        time=f"{link.time:%Y-%m-%d %H:%M}" if link.time else "",
        topic=_part("related_topic", slug=slug, name=esc(name)) if link.section else "",
    )


def _shell(piece: Piece) -> str:
    target = piece.moved_to or ""
    if target.startswith("fengwen-"):
        target = f"{USER}/main/content?id={target.removeprefix('fengwen-')}"
    return fill(
        "guancha_shell.html",
        title=esc(piece.title),
        doc_id=_doc_id(piece),
        styles=furniture.styles(piece.key, 4),
        navigation=furniture.navigation(NAVIGATION, "nav-cell"),
        time=f"{piece.published:%Y-%m-%d %H:%M:%S}",
        target=target,
    )


def _post(piece: Piece, around: Around, now: datetime) -> str:
    number = piece.key.removeprefix("fengwen-")
    return fill(
        "guancha_post.html",
        title=esc(piece.title),
        styles=furniture.styles(piece.key, 3 * around.weight),
        navigation=furniture.navigation(NAVIGATION, "nav-cell"),
        uid=str(700_000 + int(number) % 9_973),
        author=esc(piece.authors[0]),
        time=post_time(piece.published, now),
        body=each(piece.body, lambda line: f"                <p>{esc(line)}</p>"),
        praises=str(piece.comments * 3),
        comments=str(piece.comments),
        number=number,
        hot=_links("post_hot", around.hot),
        script=furniture.script(piece.key, 2 * around.weight),
    )


def post_time(published: datetime, now: datetime) -> str:
    """The time as user posts print it: relative, and without a year."""
    local, seen = published.astimezone(ZONE), now.astimezone(ZONE)
    age = seen - local
    if age < timedelta(hours=1):
        return f"{int(age.total_seconds()) // 60}分钟前"
    if local.date() == seen.date():
        return f"{int(age.total_seconds()) // 3600}小时前"
    if local.date() == (seen - timedelta(days=1)).date():
        return f"昨天 {local:%H:%M}"
    return f"{local:%m-%d %H:%M}"
