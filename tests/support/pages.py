"""Small pages in the shapes of the two sites, for crawls against the loopback server."""

from __future__ import annotations

from collections.abc import Iterable

BAD_TITLE = "这一篇处理不了"
ARTICLE = "www.guancha.cn/economy/2026_03_01_{number}{part}.shtml"
PARAGRAPHS = (
    "河湾镇的新码头昨天通过验收，三条支线航道的水深都达到了设计要求。",
    "镇上的老船工说，过去枯水期要等潮水，今后每天都能靠船。",
)


def article_url(number: int, part: str = "") -> str:
    """Host and path of an article: the key of `SiteServer.pages`."""
    return ARTICLE.format(number=number, part=part)


def article(
    title: str = "河湾镇新码头通过验收",
    paragraphs: Iterable[str] = PARAGRAPHS,
    *,
    time: str = "2026-03-01 21:14:08",
    pager: str = "",
) -> str:
    """An article of www.guancha.cn."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title></head>
<body><div class="content"><div class="main content-main"><ul><li class="left left-main">
<h3>{title}</h3><div class="time fix"><span>{time}</span><span>字号</span>
<span>来源：河湾日报</span></div><div class="content all-txt">{body}</div>
<div id="select_page"><div class="module-page">{pager}</div></div>
<ul class="article-other"><li>责任编辑：周以宁</li></ul></li></ul></div></div></body></html>"""


def pager(number: int, pages: int, *, full_text: bool) -> str:
    """The page links below the first page of an article."""
    path = article_url(number).removeprefix("www.guancha.cn").removesuffix(".shtml")
    links = "".join(f'<a href="{path}_{n}.shtml">{n}</a>' for n in range(2, pages + 1))
    whole = f"""<a class="last" onclick="location.href='{path}_s.shtml'">余下全文</a>"""
    return links + (whole if full_text else "")


def post(title: str = "码头边的一天", *, time: str = "55分钟前") -> str:
    """A 风闻 post."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title></head><body>
<div class="user-main"><h4><a href="/user/personal-homepage?uid=7">船工老许</a></h4>
<span class="time1">{time}</span></div><div class="article-content"><h1>{title}</h1>
<div class="article-txt-content">{body}</div></div></body></html>"""


def shell(target: str) -> str:
    """What stands in the place of an article that has moved."""
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>观察者网</title>
<script>window.location.href="{target}";</script></head><body><div class="content all-txt"></div>
</body></html>"""


def home(*urls: str) -> str:
    """A home page that links to these (host and path)."""
    links = "".join(f'<h4 class="module-title"><a href="https://{url}">x</a></h4>' for url in urls)
    return (
        f"<html><head><title>观察者网-中国关怀 全球视野</title></head><body>{links}</body></html>"
    )


def yaowen(*numbers: int) -> str:
    """A page of the list 要闻."""
    entries = "".join(
        f'<li><h4><a href="https://{article_url(number)}">{number}</a></h4>'
        '<div class="module-interact"><span>2026-03-01 21:14</span></div></li>'
        for number in numbers
    )
    return f'<html><body><ul class="new-left-list">{entries}</ul></body></html>'
