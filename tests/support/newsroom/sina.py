"""Article pages in Sina's shapes: news and finance of 2018-2024, older looks, mobile, the wall."""

from __future__ import annotations

from tests.support.newsroom import furniture
from tests.support.newsroom.markup import attr, each, fill, text
from tests.support.newsroom.model import BOLD, Around, Link, Page, Picture, Piece
from tests.support.newsroom.sina_noise import surround

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
_HOSTS = {"news": "news.sina.com.cn", "no_time": "news.sina.com.cn"}
_INDENT = "　　"


def url_of(piece: Piece, page: int = 1) -> str:
    """Where a piece stands."""
    host = piece.host or _HOSTS.get(piece.look, "finance.sina.com.cn")
    day = f"{piece.published:%Y-%m-%d}" + ("/1542" if piece.encoding != "utf-8" else "")
    if piece.look == "mobile":
        return f"https://{host}/{piece.path}/{day}/detail-i{piece.key}.d.html"
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
    size = -(-len(piece.body) // piece.pages)
    parts = [piece.body[start : start + size] for start in range(0, len(piece.body), size)]
    return [
        _page(piece, _article(piece, around, part, number), number)
        for number, part in enumerate(parts, start=1)
    ]


def _page(piece: Piece, html: str, number: int = 1) -> Page:
    legacy = piece.encoding != "utf-8"
    return Page(
        url=url_of(piece, number),
        body=html.encode("gb18030" if legacy else "utf-8"),
        content_type="text/html" if legacy else HTML,
    )


def _common(piece: Piece, around: Around) -> dict[str, str]:
    """Placeholders that all templates share."""
    return {
        "title": text(piece.title),
        "title_attr": attr(piece.title),
        "title_line": text("|".join([piece.title, *piece.keywords]) + _site_name(piece)),
        "keywords": attr(",".join(piece.keywords or [piece.title])),
        "tags": attr(",".join(piece.keywords)),
        "summary": attr(piece.summary),
        "url": attr(url_of(piece)),
        "key": piece.key,
        "source_attr": attr(piece.source or ""),
        "published": f"{piece.published:%Y-%m-%d %H:%M:%S}",
        "published_iso": piece.published.isoformat(),
        "styles": furniture.styles(piece.key, 8 * around.weight),
        "script": furniture.script(piece.key, 4 * around.weight),
        "navigation": furniture.navigation(NAVIGATION, "nav-item"),
        "side_ad": furniture.sina_ad("PDPS000000042135"),
        "comment_noise": furniture.comments(piece.key, 4 * around.weight),
        "keyword_links": _keyword_links(piece),
    }


def _site_name(piece: Piece) -> str:
    return "_新浪新闻" if url_of(piece).startswith("https://news.") else "_新浪财经_新浪网"


def _keyword_links(piece: Piece) -> str:
    return each(
        piece.keywords,
        lambda word: (
            f'<a href="http://tags.news.sina.com.cn/{attr(word)}" target="_blank">{text(word)}</a>'
        ),
        between=" ",
    )


def _article(piece: Piece, around: Around, part: list[str], number: int) -> str:
    is_news = url_of(piece).startswith("https://news.")
    section, section_url, channel = SECTIONS[piece.channel]
    participants = f"{piece.comments * 7:,}"
    parts = _common(piece, around) | {
        "path": attr(piece.path + "/"),
        "image": f"//{piece.images[0].file}" if piece.images else "",
        "time_metas": _time_metas(piece),
        "channel": channel,
        "mobile_url": attr(url_of(piece).replace("sina.com.cn", "sina.cn").replace("doc-", "detail-")),
        "day": f"{piece.published:%Y-%m-%d}",
        "top_ad": furniture.sina_ad("PDPS000000055137"),
        "title_ad": furniture.sina_ad("PDPS000000060750"),
        "home": "https://news.sina.com.cn/" if is_news else "https://finance.sina.com.cn/",
        "logo": "新闻中心" if is_news else "产经",
        "section": text(section),
        "section_url": section_url,
        "visible": "" if piece.look == "no_time" else f"{piece.published:%Y年%m月%d日 %H:%M}",
        "source": _source(piece),
        "visible_author": _visible_author(piece),
        "participants": participants,
        "body_id": "article" if is_news else "artibody",
        "body": _body(piece, part, number, "show_author" if is_news else "article-editor"),
        "wbkey": attr(",".join([*piece.keywords, "新闻"])),
        "keyword_label": "关键字 : " if is_news else "文章关键词：",
        "comments": f"{piece.comments:,}",
        "related": each(around.related, _related) if is_news else "",
        "hot": _hot(around.hot) if is_news else _hidden_ranking(around.hot),
    }
    return fill("sina_article.html", **parts)


def _time_metas(piece: Piece) -> str:
    if piece.look == "no_time":
        return ""
    lines = [f'<meta name="weibo: article:create_at" content="{piece.published:%Y-%m-%d %H:%M:%S}">']
    if piece.updated:
        lines.append(
            f'<meta name="weibo: article:update_at" content="{piece.updated:%Y-%m-%d %H:%M:%S}">'
        )
    if piece.live:
        lines.append(f'<meta property="article:published_time" content="{piece.live.isoformat()}">')
    return "\n".join(lines)


def _source(piece: Piece) -> str:
    name = text(piece.source or "")
    if piece.source_url:
        return (
            f'<a href="{attr(piece.source_url)}" target="_blank" class="source" '
            f'data-sudaclick="content_media_p" rel="nofollow">{name}</a>'
        )
    return f'<span class="source">{name}</span>'


def _visible_author(piece: Piece) -> str:
    """Beside the source; a medium often stands where the author should."""
    name = piece.visible_author or (piece.source if piece.key.endswith("7") else None)
    if name is None:
        return ""
    return f'<span class="date" data-sudaclick="content_author_p">作者：{text(name)}</span>'


def _body(piece: Piece, part: list[str], number: int, editor_class: str) -> str:
    start = piece.body.index(part[0])
    last = start + len(part) == len(piece.body)
    lines = []
    for paragraph_number, paragraph in enumerate(part, start=start + 1):
        lines.append(_paragraph(piece, paragraph))
        lines += [_picture(each) for each in piece.images if each.after == paragraph_number]
    leading = piece.byline is not None and piece.byline.startswith("文/")
    if piece.byline and (number == 1 if leading else last):
        lines.insert(0 if leading else len(lines), f"<p>{_INDENT}{text(piece.byline)}</p>")
    if piece.original_title and number == 1:
        lines.insert(0, f"<p>{_INDENT}原标题：{text(piece.original_title)}</p>")
    lines = surround(lines, piece.noise if last else [])
    if piece.pages > 1:
        lines.append(_pager(piece, number))
    lines.append("<!-- news_keyword_pub,stock, -->")
    if piece.editor and last:
        lines.append(f'<p class="{editor_class}">责任编辑：{text(piece.editor)} </p>')
    return "\n".join(lines)


def _paragraph(piece: Piece, paragraph: str) -> str:
    content = text(paragraph.removeprefix(BOLD))
    if not paragraph.startswith(BOLD):
        return f'<p cms-style="font-L">{_INDENT}{content}</p>'
    if piece.subheads == "font":
        return f'<p cms-style="font-L"><font cms-style="strong-Bold">{_INDENT}{content}</font></p>'
    return f"<p><strong>{_INDENT}{content}</strong></p>"


def _picture(picture: Picture) -> str:
    caption = f'<span class="img_descr">{text(picture.caption)}</span>' if picture.caption else ""
    return f'<div class="img_wrapper"><img src="//{picture.file}" alt="">{caption}</div>'


def _pager(piece: Piece, number: int) -> str:
    def link(n: int, label: str) -> str:
        return f'<a href="{url_of(piece, n)}">{label}</a>'

    numbers = each(range(1, piece.pages + 1), lambda n: str(n) if n == number else link(n, str(n)), " ")
    following = link(number + 1, "下一页") if number < piece.pages else ""
    return f'<div class="pagebox"><span class="pagebox_num">{numbers}</span> {following}</div>'


def _related(link: Link) -> str:
    moment = f"{link.time.month}月{link.time.day}日 {link.time:%H:%M}" if link.time else ""
    address = attr(link.url + "?cre=tianyi&mod=pcpager_china&loc=1&r=0&rfunc=5")
    return (
        '<div class="ty-card ty-card-type1 clearfix" node-type="ty-card-item"><div class="ty-card-r">'
        f'<h3 class="ty-card-tt"><a href="{address}" target="_blank">{text(link.title)}</a></h3>'
        '<p class="ty-card-tip2 clearfix"><span class="ty-card-tip2-i ty-card-time">'
        f'{moment}</span><span class="ty-card-tip2-i ty-card-cmnt"><span class="ty-card-cmnt-total">13'
        "</span></span></p></div></div>"
    )


def _hot(links: list[Link]) -> str:
    return fill(
        "sina_hot.html",
        reads=each(enumerate(links, start=1), _hot_row),
        comments=each(enumerate(reversed(links), start=1), _hot_row),
    )


def _hot_row(row: tuple[int, Link]) -> str:
    rank, link = row
    return (
        f'<li><span class="rankLeft"><span class="rankNum color-red">{rank:02}</span></span>'
        f'<span class="text"><a href="{attr(link.url)}" target="_blank">{text(link.title)}</a></span></li>'
    )


def _hidden_ranking(links: list[Link]) -> str:
    """Finance pages carry rankings for search engines alone."""
    rows = each(
        enumerate(links, start=1),
        lambda row: (
            f'<li class="hot"><span class="num">{row[0]:02}</span>/<a target="_blank" '
            f'href="{attr(row[1].url)}">{text(row[1].title)}</a></li>'
        ),
    )
    style = "display:none!important;height:0!important;overflow:hidden!important;"
    return f'<div style="{style}" class="seo_data_list">{rows}</div>'


def _plain_body(piece: Piece) -> list[str]:
    return [_paragraph(piece, paragraph) for paragraph in piece.body]


def _old_finance(piece: Piece, around: Around) -> str:
    return fill(
        "sina_2016.html",
        **_common(piece, around),
        charset="utf-8" if piece.encoding == "utf-8" else piece.encoding,
        visible=f"{piece.published:%Y年%m月%d日%H:%M}",
        source=text(piece.source or ""),
        body="\n".join(surround(_plain_body(piece), piece.noise)),
        editor=text(piece.editor or ""),
    )


def _tech(piece: Piece, around: Around) -> str:
    return fill(
        "sina_tech.html",
        **_common(piece, around),
        visible=f"{piece.published:%Y年%m月%d日%H:%M}",
        source=text(piece.source or ""),
        source_url=attr(piece.source_url or ""),
        body="\n".join(_plain_body(piece)),
    )


def _mobile(piece: Piece, around: Around) -> str:
    return fill(
        "sina_mobile.html",
        **_common(piece, around),
        source=text(piece.source or ""),
        mobile_day=f"{piece.published:%Y.%m.%d}",
        clock=f"{piece.published:%H:%M}",
        body=each(piece.text, lambda line: f'<p class="art_p">{text(line)}</p>'),
    )
