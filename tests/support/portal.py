"""A news portal that no code knows, with the newsroom's articles; its second night looks different.

Lists with times and pages, a feed, a sitemap, galleries under addresses like articles', the same
links beside every article. `write_night` makes a recording of it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from html import escape
from pathlib import Path

from attrs import define

from tests.support.newsroom.load import load
from tests.support.newsroom.model import BOLD, ZONE

HOST = "www.jiangwan.example"
HOME = f"https://{HOST}/"
KEY = "jiangwan"
TITLE = "江湾网"
SECTIONS = {"finance": "财经", "tech": "科技", "society": "社会"}
NIGHTS = {
    1: datetime(2026, 3, 3, 3, 0, tzinfo=ZONE),
    2: datetime(2026, 3, 4, 3, 0, tzinfo=ZONE),
}
FIRST_NIGHT = 24
ON_A_PAGE = 10
_PROMOTED = ("江湾网客户端上线新版", "订阅早报，六点送达", "江湾图库征集老照片")
_HOT = ("春茶开采，第一锅火候怎么看", "旧码头改造公布方案", "城西公交线路本周调整")


@define(frozen=True, kw_only=True)
class Story:
    """An article as its authors meant it."""

    number: int
    title: str
    body: tuple[str, ...]
    published: datetime
    source: str
    author: str | None
    editor: str
    keywords: tuple[str, ...]
    comments: int

    @property
    def section(self) -> str:
        return list(SECTIONS)[self.number % len(SECTIONS)]

    @property
    def path(self) -> str:
        return f"/{self.section}/{self.published:%Y%m%d}/c{self.number}.html"

    @property
    def url(self) -> str:
        return f"https://{HOST}{self.path}"


def stories(night: int) -> list[Story]:
    """All articles of the site in a night, newest first."""
    found, seen = [], set()
    for piece in load().pieces[1]:
        usual = piece.body and piece.source and piece.editor and piece.script == "hans"
        if not usual or piece.same_text_as or piece.look in {"no_time", "wall"}:
            continue
        if len(piece.body) < 3 or piece.title in seen:
            continue
        seen.add(piece.title)
        found.append(piece)
    whole = found[: FIRST_NIGHT + 8]
    made = []
    for place, piece in enumerate(reversed(whole)):
        first = NIGHTS[1] - timedelta(hours=30)
        later = timedelta(hours=24) if place >= FIRST_NIGHT else timedelta()
        made.append(
            Story(
                number=10_846_100 + 13 * place,
                title=piece.title,
                body=tuple(line.removeprefix(BOLD) for line in piece.body),
                published=(first + later + timedelta(minutes=37 * place)).replace(second=0),
                source=piece.source or "",
                author=piece.authors[0] if piece.authors else None,
                editor=(piece.editor or "").split()[0],
                keywords=tuple(piece.keywords),
                comments=3 + 7 * place,
            )
        )
    known = made if night > 1 else made[:FIRST_NIGHT]
    return sorted(known, key=lambda story: story.published, reverse=True)


def write_night(folder: Path, night: int) -> Path:
    """Write the recording of a night into a folder; returns the folder."""
    pages = night_pages(night)
    folder.mkdir(parents=True, exist_ok=True)
    entries: list[dict[str, object]] = []
    for number, (path, (kind, text)) in enumerate(pages.items()):
        name = f"{number:03}.{'html' if 'html' in kind else 'txt'}"
        (folder / name).write_text(text, encoding="utf-8")
        headers = {"Content-Type": f"{kind}; charset=utf-8"}
        entries.append({"url": f"https://{HOST}{path}", "file": name, "headers": headers})
    ends = [f"{HOME}{name}/index_{count}.html" for name, count in _ends(stories(night)).items()]
    entries += [{"url": url, "status": 404} for url in ends]
    manifest = {"recorded_at": NIGHTS[night].isoformat(), "pages": entries}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def night_pages(night: int) -> dict[str, tuple[str, str]]:
    """Content type and text of each page by its path."""
    known = stories(night)
    article = _old_article if night == 1 else _new_article
    html = {"/": _home(known), "/about.html": _page("关于我们", "<p>江湾网，2004年上线。</p>")}
    for name, title in {"roll": "滚动新闻", **SECTIONS}.items():
        own = [story for story in known if name in {"roll", story.section}]
        html |= _list_pages(name, title, own)
    for story in known:
        html[story.path] = article(story, known)
    for place in range(6):
        html[_photo(place)] = _page("图集", f"<h1>图集</h1><img src='/p/{place}.jpg'><p>1/8</p>")
    found = {path: ("text/html", text) for path, text in html.items()}
    found["/rss/news.xml"] = ("application/rss+xml", _feed(known[:15]))
    found["/sitemap.xml"] = ("application/xml", _sitemap(known))
    robots = f"User-agent: *\nDisallow: /admin/\nSitemap: {HOME}sitemap.xml\n"
    found["/robots.txt"] = ("text/plain", robots)
    return found


def _page(title: str, body: str, head: str = "") -> str:
    menu = "".join(f"<li><a href='/{name}/'>{word}</a></li>" for name, word in SECTIONS.items())
    hot = "".join(
        f"<li><a href='/society/20260220/c1080000{place}.html'>{escape(words)}</a></li>"
        for place, words in enumerate(_HOT)
    )
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{escape(title)}_{TITLE}</title>"
        "<link rel='alternate' type='application/rss+xml' href='/rss/news.xml'>"
        f"{head}</head><body><div class='topbar'><h1 class='logo'><a href='/'>{TITLE}</a></h1>"
        f"<ul class='menu'><li><a href='/'>首页</a></li><li><a href='/roll/'>滚动</a></li>{menu}"
        f"</ul></div>{body}<div class='side'><h3>热榜</h3><ul class='hot-list'>{hot}</ul></div>"
        f"<div class='footer'>Copyright © 2026 {TITLE} 版权所有，未经许可不得转载。"
        "<a href='/about.html'>关于我们</a></div></body></html>"
    )


def _home(known: Sequence[Story]) -> str:
    focus = "".join(
        f"<li><a href='{story.path}'>{escape(story.title)}</a></li>" for story in known[:8]
    )
    photos = "".join(
        f"<a href='{_photo(place)}'><img src='/p/{place}.jpg'>江湾图集第{place + 1}期</a>"
        for place in range(6)
    )
    body = f"<ul class='focus-list'>{focus}</ul><div class='photo-wall'>{photos}</div>"
    return _page(f"{TITLE}-江湾新闻门户", body)


def _ends(known: Sequence[Story]) -> dict[str, int]:
    """The page after the last one of each list."""
    own = {name: sum(story.section == name for story in known) for name in SECTIONS}
    return {name: -(-count // ON_A_PAGE) + 1 for name, count in {"roll": len(known), **own}.items()}


def _photo(place: int) -> str:
    return f"/photo/20260302/c1090{place:04}.html"


def _list_pages(name: str, title: str, own: Sequence[Story]) -> dict[str, str]:
    found = {}
    for start in range(0, len(own), ON_A_PAGE):
        number = start // ON_A_PAGE + 1
        rows = "".join(
            f"<li class='news-item'><a class='pic' href='{story.path}'><img src='/t.jpg'></a>"
            f"<h3 class='news-title'><a href='{story.path}'>{escape(story.title)}</a></h3>"
            "<div class='news-info'>"
            f"<span class='news-time'>{story.published:%Y-%m-%d %H:%M}</span>"
            f"<span class='news-comment'>评论 {story.comments}</span></div></li>"
            for story in own[start : start + ON_A_PAGE]
        )
        more = start + ON_A_PAGE < len(own)
        after = f"<a class='next' href='/{name}/index_{number + 1}.html'>下一页</a>" if more else ""
        path = f"/{name}/" if number == 1 else f"/{name}/index_{number}.html"
        found[path] = _page(
            title, f"<ul class='news-list'>{rows}</ul><div class='pager'>{after}</div>"
        )
    return found


def _related(story: Story, known: Sequence[Story]) -> str:
    others = [each for each in known if each.section == story.section and each != story][:3]
    return "".join(f"<li><a href='{o.path}'>{escape(o.title)}</a></li>" for o in others)


def _old_article(story: Story, known: Sequence[Story]) -> str:
    """The look of the first night."""
    text = "".join(f"<p>{escape(line)}</p>" for line in story.body)
    author = f"<span class='pub-author'>作者：{story.author}</span>" if story.author else ""
    body = (
        f"<div class='crumb'><a href='/'>首页</a> &gt; <a href='/{story.section}/'>"
        f"{SECTIONS[story.section]}</a> &gt; 正文</div>"
        f"<div class='article-head'><h1 class='article-title'>{escape(story.title)}</h1>"
        f"<div class='article-meta'><span class='pub-time'>{story.published:%Y-%m-%d %H:%M}</span>"
        f"<span class='pub-source'>来源：{story.source}</span>{author}"
        f"<span class='cmt-num'>评论 <em>{story.comments}</em></span></div></div>"
        f"<div id='article-body'>{text}"
        f"<div class='promo-box'>{_PROMOTED[story.number % 3]}</div>"
        f"<div class='related-box'><h4>相关阅读</h4><ul>{_related(story, known)}</ul></div>"
        f"<div class='editor-line'>责任编辑：{story.editor}</div></div>"
    )
    head = f"<meta name='keywords' content='{','.join(story.keywords)}'>"
    return _page(story.title, body, head)


def _new_article(story: Story, known: Sequence[Story]) -> str:
    """The look from the second night on: other names, other places, the time in another form."""
    text = "".join(f"<div class='para'>{escape(line)}</div>" for line in story.body)
    author = f"<b class='writer'>{story.author}</b>" if story.author else ""
    body = (
        f"<main><div class='story-hd'><div class='story-tit'>{escape(story.title)}</div>"
        f"<p class='story-info'><i class='from'>{story.source}</i>{author}"
        f"<i class='clock'>{story.published:%Y年%m月%d日 %H:%M}</i></p></div>"
        f"<div class='story-bd css-x82kd1'><div class='share'>分享到微信 分享到微博</div>"
        f"<div class='story-txt'>{text}</div>"
        f"<div class='story-ed'>（编辑 {story.editor}）</div></div>"
        f"<div class='story-more'><ul>{_related(story, known)}</ul></div></main>"
    )
    return _page(story.title, body)


def _feed(known: Sequence[Story]) -> str:
    items = "".join(
        f"<item><title>{escape(story.title)}</title><link>{story.url}</link>"
        f"<pubDate>{story.published:%a, %d %b %Y %H:%M:%S %z}</pubDate></item>"
        for story in known
    )
    return (
        f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>{TITLE}</title>"
        f"<link>{HOME}</link><description>{TITLE}</description>{items}</channel></rss>"
    )


def _sitemap(known: Sequence[Story]) -> str:
    urls = "".join(
        f"<url><loc>{story.url}</loc><lastmod>{story.published.isoformat()}</lastmod></url>"
        for story in known
    )
    return (
        "<?xml version='1.0' encoding='utf-8'?>"
        f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{urls}</urlset>"
    )
