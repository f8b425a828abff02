"""Article pages in Sina's shapes: news and finance of 2018-2024, older looks, mobile, the wall."""

from __future__ import annotations

from tests.support.newsroom import furniture
from tests.support.newsroom.markup import each, esc, fill
from tests.support.newsroom.model import Around, Link, Page, Picture, Piece
from tests.support.newsroom.sina_body import body, plain_body

HTML = "text/html; charset=utf-8"
NAVIGATION = [
    ("http://www.sina.com.cn/", "新浪首页"),
    ("http://news.sina.com.cn/", "新闻"),
    ("http://sports.sina.com.cn/", "体育"),
    ("http://finance.sina.com.cn/", "财经"),
    ("http://tech.sina.com.cn/", "科技"),
    ("http://blog.sina.com.cn/", "博客"),
]
SECTIONS = {
    "china": ("国内新闻", "https://news.sina.com.cn/china/", "gn"),
    "world": ("国际新闻", "https://news.sina.com.cn/world/", "gj"),
    "tech": ("科技", "https://tech.sina.com.cn/", "kj"),
    "finance": ("产经", "https://finance.sina.com.cn/chanjing/", "cj"),
    "archive": ("滚动", "https://finance.sina.com.cn/roll/", "cj"),
}
"""Name, address and comment channel of a section, by the channel of a piece."""
_HOSTS = {"news": "news.sina.com.cn", "no_time": "news.sina.com.cn"}


def url_of(piece: Piece, page: int = 1) -> str:
    """Where a piece stands."""
    host = piece.host or _HOSTS.get(piece.look, "finance.sina.com.cn")
    day = f"{piece.published:%Y-%m-%d}"
    if piece.look == "mobile":
        return f"https://{host}/{piece.path}/{day}/detail-i{piece.key}.d.html"
    if piece.look == "finance2016" and piece.encoding != "utf-8":
        day += f"/{piece.published:%H%M}"  # the oldest addresses hold the minute too
    form = "zl" if piece.look == "zl" else "doc"
    number = f"-p{page}" if page > 1 else ""
    return f"https://{host}/{piece.path}/{day}/{form}-i{piece.key}{number}.shtml"


def image_url(_: Piece, picture: Picture) -> str:
    """Where the site keeps a picture; pages write it without the scheme."""
    return f"https://{picture.file}"


def pages(piece: Piece, around: Around) -> list[Page]:
    """All pages of a piece."""
    renderers = {"finance2016": _old_finance, "tech2019": _tech, "mobile": _mobile}
    if piece.look == "wall":
        return [_page(piece, fill("sina_wall.html", url=url_of(piece)))]
    if piece.look in renderers:
        return [_page(piece, renderers[piece.look](piece, around))]
    return [
        _page(piece, _article(piece, around, part), number)
        for number, part in enumerate(piece.parts, start=1)
    ]


def _page(piece: Piece, html: str, number: int = 1) -> Page:
    legacy = piece.encoding != "utf-8"
    return Page(
        url=url_of(piece, number),
        body=html.encode("gb18030" if legacy else "utf-8"),
        content_type="text/html" if legacy else HTML,
    )


def _part(part: str, /, **parts: str) -> str:
    return fill(f"sina_parts.html#{part}", **parts)


def _common(piece: Piece, around: Around) -> dict[str, str]:
    """Placeholders that all templates share."""
    return {
        "title": esc(piece.title),
        "title_line": esc("|".join([piece.title, *piece.keywords]) + _site_name(piece)),
        "keywords": esc(",".join(piece.keywords or [piece.title])),
        "tags": esc(",".join(piece.keywords)),
        "summary": esc(piece.intro),
        "url": esc(url_of(piece)),
        "key": piece.key,
        "medium": esc(piece.source or ""),
        "published": f"{piece.published:%Y-%m-%d %H:%M:%S}",
        "published_iso": piece.published.isoformat(),
        "styles": furniture.styles(piece.key, 8 * around.weight),
        "script": furniture.script(piece.key, 4 * around.weight),
        "navigation": furniture.navigation(NAVIGATION, "nav-item"),
        "side_ad": furniture.sina_ad("PDPS000000042135"),
        "comment_noise": furniture.comments(piece.key, 4 * around.weight),
        "keyword_links": each(piece.keywords, lambda word: _part("tag", word=esc(word)), " "),
    }


def _is_news(piece: Piece) -> bool:
    return url_of(piece).startswith("https://news.")


def _site_name(piece: Piece) -> str:
    return "_新浪新闻" if _is_news(piece) else "_新浪财经_新浪网"


def _article(piece: Piece, around: Around, part: list[str]) -> str:
    news = _is_news(piece)
    section, section_url, channel = SECTIONS[piece.channel]
    mobile_url = url_of(piece).replace("sina.com.cn", "sina.cn").replace("/doc-", "/detail-")
    addresses = [url_of(piece, number) for number in range(1, piece.pages + 1)]
    parts = _common(piece, around) | {
        "path": esc(piece.path + "/"),
        "image": f"//{piece.images[0].file}" if piece.images else "",
        "time_metas": _time_metas(piece),
        "channel": channel,
        "mobile_url": esc(mobile_url),
        "day": f"{piece.published:%Y-%m-%d}",
        "top_ad": furniture.sina_ad("PDPS000000055137"),
        "title_ad": furniture.sina_ad("PDPS000000060750"),
        "home": "https://news.sina.com.cn/" if news else "https://finance.sina.com.cn/",
        "logo": "新闻中心" if news else "产经",
        "section": esc(section),
        "section_url": section_url,
        "visible": "" if piece.look == "no_time" else f"{piece.published:%Y年%m月%d日 %H:%M}",
        "source": _source(piece),
        "visible_author": _visible_author(piece),
        "participants": f"{piece.comments * 7:,}",
        "body_id": "article" if news else "artibody",
        "body": body(piece, part, addresses, "show_author" if news else "article-editor"),
        "wbkey": esc(",".join([*piece.keywords, "新闻"])),
        "keyword_label": "关键字 : " if news else "文章关键词：",
        "comments": f"{piece.comments:,}",
        "related": each(around.related, _related) if news else "",
        "hot": _hot(around.hot) if news else _hidden_ranking(around.hot),
    }
    return fill("sina_article.html", **parts)


def _time_metas(piece: Piece) -> str:
    """The times of the desk; they are hours apart."""
    if piece.look == "no_time":
        return ""
    lines = [_part("create_at", time=f"{piece.published:%Y-%m-%d %H:%M:%S}")]
    if piece.updated:
        lines.append(_part("update_at", time=f"{piece.updated:%Y-%m-%d %H:%M:%S}"))
    if piece.live:
        lines.append(_part("published_time", time=piece.live.isoformat()))
    return "\n".join(lines)


def _source(piece: Piece) -> str:
    name = esc(piece.source or "")
    if piece.source_url:
        return _part("source_link", url=esc(piece.source_url), name=name)
    return _part("source", name=name)


def _visible_author(piece: Piece) -> str:
    return _part("visible_author", name=esc(piece.visible_author)) if piece.visible_author else ""


def _related(link: Link) -> str:
    time = f"{link.time.month}月{link.time.day}日 {link.time:%H:%M}" if link.time else ""
    return _part("related", url=esc(link.url), title=esc(link.title), time=time)


def _hot(links: list[Link]) -> str:
    return _part("hot", reads=_ranking("rank", links), comments=_ranking("rank", links[::-1]))


def _hidden_ranking(links: list[Link]) -> str:
    """Finance pages carry rankings for search engines alone."""
    return _part("hidden_ranking", rows=_ranking("hidden_rank", links))


def _ranking(name: str, links: list[Link]) -> str:
    return "\n".join(
        _part(name, rank=f"{rank:02}", url=esc(link.url), title=esc(link.title))
        for rank, link in enumerate(links, start=1)
    )


def _old_finance(piece: Piece, around: Around) -> str:
    return fill(
        "sina_2016.html",
        **_common(piece, around),
        charset=piece.encoding,
        visible=f"{piece.published:%Y年%m月%d日%H:%M}",
        source=esc(piece.source or ""),
        body=plain_body(piece),
        editor=esc(piece.editor or ""),
    )


def _tech(piece: Piece, around: Around) -> str:
    return fill(
        "sina_tech.html",
        **_common(piece, around),
        visible=f"{piece.published:%Y年%m月%d日%H:%M}",
        source=esc(piece.source or ""),
        source_url=esc(piece.source_url or ""),
        body=plain_body(piece),
    )


def _mobile(piece: Piece, around: Around) -> str:
    return fill(
        "sina_mobile.html",
        **_common(piece, around),
        source=esc(piece.source or ""),
        mobile_day=f"{piece.published:%Y.%m.%d}",
        clock=f"{piece.published:%H:%M}",
        body=each(piece.text, lambda line: _part("mobile_paragraph", content=esc(line))),
    )
