"""Helpers of Sina's page objects: names of noise, the page's variables, times and sources.

Names were read off saved pages of 2016-2024; those of other templates are said by public code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from lxml import etree

from crawler.pages.blocks import Blocks, absolute, read_blocks
from crawler.pages.html import Element, text_of, visible
from crawler.pages.lines.labels import account_name
from crawler.pages.lines.words.media import is_medium
from crawler.pages.lines.words.plain import plain_form
from crawler.pages.times import find_times, is_time, without_times
from crawler.sites.sina.urls import identify
from crawler.urls import ArticleUrl, NotAnArticleUrl
from pipelines.items import HotArticle, RemovedLine, Source

SITE_NAMES = frozenset({"新浪", "新浪网", "新浪新闻", "新浪财经", "新浪科技", "手机新浪网"})
TITLE_ENDS = ("新浪", "sina", "sina.com.cn")
"""What stands behind a headline in the head of a page: 新浪网, 新浪财经 …"""

# Stands inside the body and is no part of the article: advertisements, promotions, players,
# quotes, pagers, share buttons, comments.
NOISE = frozenset(
    {
        "appendQr_wrap",
        "app-kaihu-qr",
        "art_time",
        "art_tit_h1",
        "art_video",
        "art_video_box",
        "article-bottom",
        "article-keywords",
        "artical-player-wrap",
        "blk-comment",
        "blk-related",
        "blk-wxfollow",
        "cms-qrcode",
        "ct_hqimg",
        "fin_art_weixin",
        "finance_app_zqtg",
        "hqimg_related",
        "j_article_wbreco",
        "keywords",
        "left_hzh_ad",
        "look_info",
        "look_sub",
        "new_style_article",
        "otherContent_01",
        "otherContent_02",
        "page-tools",
        "pagebox",
        "play-video-area",
        "quotation",
        "sina-comment-wrap",
        "sinaads",
        "tech-quotation",
        "top-ad",
        "vd_player",
        "wap_special",
        "video-info",
        "weibo_info",
        "weibo_time",
        "wx-qr",
        "wx_pic",
        "xb_new_finance_app",
    }
)
_CAPTIONS = frozenset({"img_descr", "art_img_tit"})
_NOISE_IDS = ("ad_", "quote_", "Sinads", "videoList", "videolist")
_NOISE_CLASS = re.compile(r"(?<!\S)(?:appendQr|sinaads|video-20)")
_NO_PICTURE = re.compile(
    r"image\.sinajs\.cn/newchart|beacon\.sina|//tva\d*\.sinaimg\.cn/crop|/20200514/343233024\.png",
    re.IGNORECASE,
)
_ICONS = frozenset({"video", "icon"})
_PROMOTED = frozenset(
    {"slides", "video", "live", "topic_page", "home", "list", "quotes", "blog", "other_page"}
)
"""What the pages are that promotions lead to."""
_DUMP = re.compile(
    r"<!--\s{0,9}wapdump begin\s{0,9}-->(?P<inner>.{0,3000}?)<!--\s{0,9}wapdump end\s{0,9}-->",
    re.DOTALL,
)
_PARAGRAPH = re.compile(r"<(?:p|div|table|ul|h[1-6])\b", re.IGNORECASE)
_TAG = re.compile(r"</?(?!img\b)[a-z][^<>]{0,2000}+>", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"\$\{[^{}\n]{1,60}\}")
_PAGER = re.compile(r"(?:上一页|下一页|首页|尾页|末页|上页|下页|[\d\[\]\s|…·])+")

_VARIABLES = re.compile(r"\bSINA_TEXT_PAGE_INFO\s*=\s*\{")
_VARIABLE = re.compile(
    r"^[ \t]{0,40}([A-Za-z_]\w{0,40})[ \t]{0,8}:[ \t]{0,8}(?:'([^'\n]*)'|\"([^\"\n]*)\"|(\d+))",
    re.MULTILINE,
)
_LONGEST_VARIABLES = 8000

_LONGEST_RELATIVE = 20
_HERE = "正文"
_TOPIC_LINK = re.compile(r"/zt[_/]|/z/|/special/|//zt\.|/subject/|/focus/", re.IGNORECASE)
_SOURCE_LABEL = re.compile(r"^(?:文章)?[来來]源\s?[:：]\s?")
_SOURCE_TAIL = re.compile(r"微博$|官方账号$|我有话说|收藏本文|作者[:：]")
_LONGEST_SOURCE = 60
_MOST_BESIDE = 30


def page_variables(html: str) -> dict[str, str]:
    """The plain values in `SINA_TEXT_PAGE_INFO = {…}` (newsid, channel, pagepubtime …).

    It is not JSON (bare names, single quotes, comments): only lines `name: 'text'` or
    `name: number` are read, and no more than 8,000 characters of it.
    """
    start = _VARIABLES.search(html)
    if start is None:
        return {}
    text = html[start.end() : start.end() + _LONGEST_VARIABLES].partition("</script")[0]
    return {
        name: single or double or number for name, single, double, number in _VARIABLE.findall(text)
    }


def without_decoration(html: str) -> str:
    """A page of 2008 without the brackets and signs that it puts after names.

    They stand between comments that kept them out of the page for telephones.
    """
    return _DUMP.sub(_tags_alone, html)


def _tags_alone(dump: re.Match[str]) -> str:
    inner = dump["inner"]
    return inner if _PARAGRAPH.search(inner) else "".join(_TAG.findall(inner))


def body_blocks(body: Element | None, base_url: str) -> Blocks:
    """Lines and pictures of a Sina body without what stands in it and is not the article."""
    blocks = read_blocks(
        body,
        base_url=base_url,
        drop=NOISE,
        is_dropped=_is_noise,
        is_caption=_is_caption,
        is_picture=is_picture,
        leads_away=_is_promoted,
    )
    lines = (visible(_PLACEHOLDER.sub("", line)) if "${" in line else line for line in blocks.lines)
    blocks.lines = []
    for line in filter(None, lines):
        if "页" in line and _PAGER.fullmatch(line):
            blocks.removed.append(RemovedLine(line=line, rule="control"))
        else:
            blocks.lines.append(line)
    return blocks


def is_picture(url: str) -> bool:
    """Whether an image is one of the article's: no chart of a quote, no avatar."""
    return _NO_PICTURE.search(url) is None


def _is_noise(element: Element) -> bool:
    classes = element.get("class", "")
    return (
        element.get("id", "").startswith(_NOISE_IDS)
        or _NOISE_CLASS.search(classes) is not None
        or element.get("data-sudaclick", "").startswith("content_relative")
        or (element.tag == "img" and not _ICONS.isdisjoint(classes.split()))
    )


def _is_promoted(url: str) -> bool:
    """Whether a link leads to a page of the site that is no article, or nowhere."""
    found = identify(url)
    return isinstance(found, NotAnArticleUrl) and found.reason in _PROMOTED


def _is_caption(element: Element) -> bool:
    return not _CAPTIONS.isdisjoint(element.get("class", "").split())


def split_time_and_source(text: str) -> tuple[str, str]:
    """ "2016年05月25日10:10 新浪财经" -> both parts as printed; "" for a part that is not there."""
    times = find_times(text)
    if not times:
        text = text.strip()
        return (text, "") if len(text) <= _LONGEST_RELATIVE and is_time(text) else ("", text)
    first = min(times, key=lambda time: (time.is_update, time.kind))
    return first.text, without_times(text, times)


def read_source(node: Element | None, text: str, base_url: str) -> Source | None:
    """The medium: the first link in `node` that is no Weibo account, or else `text`."""
    for link in node.iter("a") if node is not None else ():
        name = _source_name(text_of(link))
        url = absolute(base_url, link.get("href") or "")
        if name and name != "微博":
            return Source(name=name, url=None if url is None or _is_account(url) else url)
    name = _source_name(text)
    return Source(name=name) if name else None


def find_source(box: Element | None, base_url: str) -> Source | None:
    """The source beside the title where no element is called so: behind its label, or a medium."""
    text = split_time_and_source(text_of(box))[1]
    if _SOURCE_LABEL.match(text):
        return read_source(box, text, base_url)
    for node in islice(box.iterdescendants(), _MOST_BESIDE) if box is not None else ():
        name = text_of(node)
        if is_medium(plain_form(name)) and not find_times(name):
            return read_source(node, name, base_url)
    return None


def _source_name(text: str) -> str:
    name = _SOURCE_LABEL.sub("", text[:_LONGEST_SOURCE])
    tail = _SOURCE_TAIL.search(name)
    return account_name((name[: tail.start()] if tail else name).strip("\u3000 |·"))


def channel_of(path: Element) -> str | None:
    """The channel of a breadcrumb: its last link before 正文; no link to a special topic."""
    channel = None
    for event, node in etree.iterwalk(path, events=("start", "end")):
        if event == "start" and node.tag == "a":
            name = text_of(node)
            if name and name != _HERE and not _TOPIC_LINK.search(node.get("href") or ""):
                channel = name
        beside = node.text if event == "start" else node.tail
        if beside and _HERE in beside and (event == "start" or node is not path):
            break
    return channel


def _is_account(url: str) -> bool:
    return "//weibo.com/" in url or "//www.weibo.com/" in url or "//m.weibo.cn/" in url


def clean_link(base_url: str, href: str) -> str | None:
    """The address of a listed article, without tracking where it leads to Sina."""
    url = absolute(base_url, href)
    if url is None:
        return None
    found = identify(url)
    if isinstance(found, ArticleUrl):
        return found.url
    return url.partition("?")[0] if found.reason != "other_site" and "cre=" in url else url


def read_ranking(items: Iterable[Element], base_url: str) -> list[HotArticle]:
    """The lines of a ranking: `li` with a rank of two digits, a link and at times a count."""
    hot: list[HotArticle] = []
    for item in items:
        link = next((a for a in item.iter("a") if "href" in a.attrib), None)
        title = text_of(link)
        if link is not None and title:
            url = clean_link(base_url, link.get("href", ""))
            hot.append(HotArticle(title=title, rank=len(hot) + 1, url=url))
    return hot


def count(text: str) -> int | None:
    """A printed number ("5,874", "1.2万"); None for anything else."""
    match = re.fullmatch(r"(\d{1,9}(?:\.\d{1,3})?)([万萬]?)", text.replace(",", "").strip())
    return int(float(match[1]) * (10_000 if match[2] else 1) + 0.5) if match else None
