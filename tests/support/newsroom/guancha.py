"""Article pages in Guancha's shapes: news, columns, paged ones, user posts and empty shells."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from urllib.parse import quote

from tests.support.newsroom import furniture
from tests.support.newsroom.markup import attr, each, fill, text
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
_APP = '<p align="center"><img src="https://i.guancha.cn/images/qrcode_app.png" width="120"></p>\n<p>扫一扫 下载观察者APP</p>'


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
        return [_page(url_of(piece), _article(piece, around))]
    size = -(-len(piece.body) // piece.pages)
    parts = [piece.body[start : start + size] for start in range(0, len(piece.body), size)]
    found = [
        _page(url_of(piece, f"_{n}" if n > 1 else ""), _article(piece, around, part, n))
        for n, part in enumerate(parts, start=1)
    ]
    return [*found, _page(url_of(piece, "_s"), _article(piece, around, page=0))]


def _page(url: str, html: str) -> Page:
    return Page(url=url, body=html.encode(), content_type=HTML)


def _article(piece: Piece, around: Around, part: list[str] | None = None, page: int = 1) -> str:
    """One page of an article; page 0 is the full text."""
    last_page = page in {0, piece.pages}
    return fill(
        "guancha_article.html",
        title=text(piece.title),
        summary=attr(piece.summary),
        mobile_url=attr(url_of(piece).replace("//www.", "//m.")),
        doc_id=_doc_id(piece),
        styles=furniture.styles(piece.key, 6 * around.weight),
        ld_json=_ld_json(piece),
        navigation=furniture.navigation(NAVIGATION, "nav-cell j-nav-cell"),
        author=_author(piece),
        collects=str(piece.collects),
        comments=str(piece.comments),
        times=_times(piece),
        body=_body(piece, piece.body if part is None else part, page < 2, last_page),
        pager=_pager(piece, page),
        tags=_tags(piece),
        other=_other(piece),
        special=_special(around.related[:3]),
        day=f"{piece.published:%Y-%m-%d}",
        related=each(around.related, _related),
        hot=each(around.hot, _hot),
        flashes=each(around.hot[:5], _flash),
        banner=furniture.banner(piece.key, "春季新车到店礼，预约试驾赢好礼", "https://ads.example/"),
        comment_noise=furniture.comments(piece.key, 2 * around.weight),
        script=furniture.script(piece.key, 3 * around.weight),
    )


def _doc_id(piece: Piece) -> str:
    return str(int(piece.key.removeprefix("fengwen-")) - 93417)


def _ld_json(piece: Piece) -> str:
    moment = piece.updated or piece.published
    data = {
        "@context": "https://ziyuan.baidu.com/contexts/cambrian.jsonld ",
        "@id": url_of(piece) + " ",
        "title": piece.title,
        "pubDate": f"{moment:%Y-%m-%dT%H:%M:%S}",
    }
    if piece.look == "no_time":
        del data["pubDate"]
    written = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    return f'    <script type="application/ld+json">{written}</script>'


def _author(piece: Piece) -> str:
    if piece.look != "column":
        return ""
    name = text(piece.authors[0])
    home = f"../{quote(piece.section)}"
    return (
        '                <ul class="author fix"><li><div class="author-intro fix">\n'
        f'                    <a href="{home}" target="_blank"><img alt="{name}" width="45" '
        'src="https://i.guancha.cn/ColumnPic/2026/default.png"></a>\n'
        f'                    <p><a href="{home}" target="_blank">{name}</a>'
        f"<span>{text(piece.author_description or '')}</span></p>\n"
        "                </div></li></ul>"
    )


def _times(piece: Piece) -> str:
    if piece.look == "no_time":
        return '                <div class="time fix"><span>字号：A- A A+</span></div>'
    row = (
        '                <div class="time fix">\n'
        f"                    <span>{piece.published:%Y-%m-%d %H:%M:%S}</span>\n"
        '                    <span>字号：<a fsize="14px" class="current ft-s">A-</a> '
        '<a fsize="18px" class="ft-zc">A</a> <a fsize="22px" class="ft-b">A+</a></span>\n'
        f"                    <span>来源：{text(piece.source or '观察者网')}</span>\n"
        "                </div>"
    )
    if piece.updated and piece.look == "column":
        row += (
            '\n                <div class="time fix" style="padding:0">'
            f"<span>最后更新: {piece.updated:%Y-%m-%d %H:%M:%S}</span></div>"
        )
    return row


def _body(piece: Piece, part: list[str], first_page: bool, last_page: bool) -> str:
    leading = piece.byline is not None and piece.byline.startswith("【")
    lines = [_paragraph(piece.byline or "")] if leading and first_page else []
    start = piece.body.index(part[0]) if part else 0
    for number, paragraph in enumerate(part, start=start + 1):
        lines.append(_paragraph(paragraph))
        lines += [_picture(piece, each) for each in piece.images if each.after == number]
    if last_page:
        lines += [_paragraph(piece.byline)] if piece.byline and not leading else []
        lines += [_APP] if piece.app_promotion else []
        lines += [_paragraph(piece.tail)] if piece.tail else []
    return "\n".join(lines)


def _paragraph(paragraph: str) -> str:
    bold = paragraph.startswith(BOLD)
    content = text(paragraph.removeprefix(BOLD))
    content = f"<strong>{content}</strong>" if bold else content
    return f"                    <p>\n                        {content}\n                    </p>"


def _picture(piece: Piece, picture: Picture) -> str:
    lines = [f'<p align="center">\n<img src="{image_url(piece, picture)}">\n</p>']
    if picture.caption:
        lines.append(
            f'<p align="center">\n<span style="color:#999999;">{text(picture.caption)}</span>\n</p>'
        )
    return "\n".join(lines)


def _pager(piece: Piece, page: int) -> str:
    if piece.pages == 1 or page == 0:
        return ""
    path = url_of(piece).removeprefix(WWW).removesuffix(".shtml")
    numbers = each(
        range(1, piece.pages + 1),
        lambda n: (
            f'<span href="{path}_{n}.shtml" class="active">{n}</span>'
            if n == page
            else f'<a href="{path}_{n}.shtml">{n}</a>'
        ),
    )
    following = (
        f"<a class=\"next\" onclick=\"javascript:location.href='{path}_{page + 1}.shtml';\">下一页</a>"
        if page < piece.pages
        else ""
    )
    return (
        '<div class="fix" id="select_page"><div class="module-page module-page-right">\n'
        f"{numbers}\n{following}\n"
        f"<a class=\"last\" onclick=\"javascript:location.href='{path}_s.shtml';\">余下全文</a>\n"
        "</div></div>"
    )


def _tags(piece: Piece) -> str:
    search = f"{USER}/main/search?click=news&keyword="
    words = piece.keywords or [""]  # without tags the site prints one empty link
    return each(
        words,
        lambda word: (
            f'<a style="color:#d06868" href="{attr(search + quote(word))}">{text(word)}</a>'
        ),
        between="",
    )


def _other(piece: Piece) -> str:
    address = url_of(piece)
    lines = []
    if piece.look == "column":
        lines.append('<span class="gray">本文仅代表作者个人观点。</span>')
        lines.append(
            '<li id="context_endf">请支持独立网站，转发请注明本文链接：'
            f'<a href="{address}">{address}</a></li>'
        )
    if piece.original_title:
        lines.append(f"<li>原标题：{text(piece.original_title)}</li>")
    if piece.editor:
        lines.append(f"<li>责任编辑:\n                        {text(piece.editor)}&nbsp;\n</li>")
    if piece.updated and piece.look != "column":
        lines.append(f"<li>最后更新: {piece.updated:%Y-%m-%d %H:%M:%S}</li>")
    return "\n".join(lines)


def _special(links: list[Link]) -> str:
    """A box that looks like a related list and is none."""
    rows = each(
        links,
        lambda link: (
            f'<div class="resemble-art-black c_hidden"><a href="{attr(link.url)}">'
            f"{text(link.title)}</a></div>"
        ),
    )
    return (
        '<div class="img-special">\n<a href="/DaGongSi"><img src="https://i.guancha.cn/special.jpg" '
        'alt="专题"></a>\n<div class="right_title"><h4><a href="/DaGongSi">产业观察</a></h4>\n'
        f"{rows}\n</div></div>"
    )


def _related(link: Link) -> str:
    path = attr(link.url.removeprefix(WWW))
    topic = (
        f'<a href="/{link.section[0]}?s=zwyxgtjzt" target="_blank" class="interact-key">'
        f"{text(link.section[1])}</a>"
        if link.section
        else ""
    )
    moment = f"{link.time:%Y-%m-%d %H:%M}" if link.time else ""
    return (
        '                    <li class="fix" style="padding:15px 0 4px 0;">\n'
        f'                        <a href="{path}?s=zwyxgtjdt" target="_blank" class="fl">'
        '<img src="https://i.guancha.cn/news/thumb.jpg" alt="" width="150" height="106"></a>\n'
        '                        <div class="right fn" style="margin-left:180px;">\n'
        f'                            <h4 class="module-title"><a href="{path}?s=zwyxgtjbt" '
        f'target="_blank">{text(link.title)}</a></h4>\n'
        '                            <div class="module-interact">\n'
        f'                                <span style="color:#7b7b7b;">{moment}</span>\n'
        f"                                {topic}\n"
        "                            </div>\n                        </div>\n"
        "                    </li>"
    )


def _hot(link: Link) -> str:
    path = attr(link.url.removeprefix(WWW))
    return (
        f'                        <li><a href="{path}?s=zwyzxw" target="_blank">'
        f'<img src="https://i.guancha.cn/news/hot.jpg" alt="{attr(link.title)}" width="390"></a>\n'
        f'                            <h4><a href="{path}?s=zwyzxw" target="_blank">'
        f"{text(link.title)}</a></h4></li>"
    )


def _flash(link: Link) -> str:
    path = attr(link.url.removeprefix(WWW))
    return (
        f'<li><a href="{path}?s=zwykx" title="{attr(link.title)}" target="_blank">'
        f"{text(link.title)}</a></li>"
    )


def _shell(piece: Piece) -> str:
    return fill(
        "guancha_shell.html",
        title=text(piece.title),
        doc_id=_doc_id(piece),
        styles=furniture.styles(piece.key, 4),
        navigation=furniture.navigation(NAVIGATION, "nav-cell"),
        time=f"{piece.published:%Y-%m-%d %H:%M:%S}",
        target=moved_to(piece),
    )


def moved_to(piece: Piece) -> str:
    """The address that a shell's script sends the reader to."""
    target = piece.moved_to or ""
    if target.startswith("fengwen-"):
        return f"{USER}/main/content?id={target.removeprefix('fengwen-')}"
    return target


def _post(piece: Piece, around: Around, now: datetime) -> str:
    number = piece.key.removeprefix("fengwen-")
    return fill(
        "guancha_post.html",
        title=text(piece.title),
        styles=furniture.styles(piece.key, 3 * around.weight),
        navigation=furniture.navigation(NAVIGATION, "nav-cell"),
        uid=str(700_000 + int(number) % 9_973),
        author=text(piece.authors[0]),
        time=post_time(piece.published, now),
        body="\n".join(f"                <p>{text(line)}</p>" for line in piece.body),
        praises=str(piece.comments * 3),
        comments=str(piece.comments),
        number=number,
        hot=each(around.hot, _post_link),
        script=furniture.script(piece.key, 2 * around.weight),
    )


def _post_link(link: Link) -> str:
    return f'<li><a href="{attr(link.url)}" target="_blank">{text(link.title)}</a></li>'


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
