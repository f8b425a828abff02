"""What the pages of Guancha have in common: captions, pictures, lists, and where shells lead."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice

from crawler.exceptions import NotCollectable, PageError, PageGone
from crawler.pages.blocks import absolute
from crawler.pages.html import Element, find, has_class, raw_text, text_of
from crawler.pages.shells import where_it_leads
from crawler.sites.guancha.urls import identify
from crawler.urls import ArticleUrl
from pipelines.items import HotArticle, RelatedArticle

SITE_NAMES = ("观察者网", "觀察者網", "观察者", "觀察者", "风闻", "風聞", "风闻社区", "風聞社區")

TITLE_ENDS = ("观察者网", "观察者", "风闻", "guancha.cn")
"""What stands behind a headline in the head of a page."""

_GREY = re.compile(r"color\s*:\s*(?:#999(?:999)?|#888(?:888)?|gr[ae]y)\b", re.IGNORECASE)
_CENTRED = re.compile(r"text-align\s*:\s*center", re.IGNORECASE)
_SET_APART = ("img", "strong", "b", "br")
_LONGEST_CAPTION = 60
_NO_PICTURE = re.compile(r"/images/|favorite|vip-crown|noV\.png|blueV\.png", re.IGNORECASE)
_HOME_TITLE = re.compile(r"(?:观察者网|觀察者網)\s?(?:[-_—|].*)?")
_HOME_MARKS = ("content-headline", "Review-item", "img-List", "fengwen-list")
_COUNT = re.compile(r"(?P<number>\d{1,9}(?:\.\d)?)\s*(?P<tens>[万萬])?")
_COMMENTS = re.compile(r"[评評][论論]\s*(?P<number>\d{1,9})")

_MOST_ROWS = 200
_SECTION_CLASS = "interact-key"


def is_caption(element: Element) -> bool:
    """Whether an element is the line below a picture: grey and centred, or short and centred
    right after a picture that stands alone."""
    style = element.get("style")
    if style and _GREY.search(style):
        return _is_centred(element)
    return element.tag == "p" and _follows_picture(element) and _is_centred(element)


def _is_centred(element: Element) -> bool:
    node: Element | None = element
    for _ in range(3):
        if node is None:
            return False
        if node.get("align") == "center" or _CENTRED.search(node.get("style", "")):
            return True
        node = node.getparent()
    return False


def _follows_picture(element: Element) -> bool:
    before = element.getprevious()
    if before is None or (len(before) == 0 and before.tag != "img"):
        return False  # most lines stand below other lines
    if next(before.iter("img"), None) is None or text_of(before):
        return False
    set_apart = next(element.iterdescendants(*_SET_APART), None)
    return set_apart is None and len(text_of(element)) <= _LONGEST_CAPTION


def is_picture(url: str) -> bool:
    """Whether an image address is not one of the site's own signs."""
    return not _NO_PICTURE.search(url)


def count_of(node: Element | None) -> int | None:
    """The number an element shows ("22", "1.2万"); None if it shows none."""
    match = _COUNT.fullmatch(text_of(node))
    if match is None:
        return None
    return round(float(match["number"]) * (10_000 if match["tens"] else 1))


def clean_link(link: str | None, base_url: str) -> str | None:
    """An article's clean address, any other http(s) address as it is, None for no link."""
    url = absolute(base_url, link) if link else None
    identity = identify(url) if url else None
    return identity.url if isinstance(identity, ArticleUrl) else url


def related_list(
    lists: Iterable[Element], base_url: str, read_time: Callable[[str], datetime | None]
) -> list[RelatedArticle]:
    """相关推荐: title, address, time and the section if one is printed."""
    found = []
    for row, title, url in _rows(lists, base_url):
        times = (time for span in row.iter("span") if (time := read_time(text_of(span))))
        sections = (a for a in row.iter("a") if _SECTION_CLASS in a.get("class", ""))
        found.append(
            RelatedArticle(
                title=title,
                url=url,
                published_at=next(times, None),
                section=text_of(next(sections, None)) or None,
            )
        )
    return found


def hot_list(lists: Sequence[Element], base_url: str) -> list[HotArticle]:
    """最新闻 Hot, ranked from the top."""
    found: list[HotArticle] = []
    counted = any(_COMMENTS.search(raw_text(each)) for each in lists)
    for row, title, url in _rows(lists, base_url):
        comments = _COMMENTS.search(text_of(row)) if counted else None
        number = int(comments["number"]) if comments else None
        found.append(HotArticle(title=title, rank=len(found) + 1, url=url, comment_count=number))
    return found


def _rows(lists: Iterable[Element], base_url: str) -> Iterator[tuple[Element, str, str | None]]:
    """The rows that have a headline, a link in their first h4: row, its text, where it leads."""
    rows = (row for each in lists for row in each.iterchildren("li"))
    for row in islice(rows, _MOST_ROWS):
        heading = next(row.iter("h4"), None)
        link = next(heading.iter("a"), None) if heading is not None else None
        title = text_of(link)
        if link is not None and title:
            yield row, title, clean_link(link.get("href"), base_url)


def where_it_went(root: Element, own: ArticleUrl, base_url: str) -> PageError | None:
    """What to raise for a page without a text of its own, or None if nothing explains it."""
    why = where_it_leads(root, own, base_url, identify)
    if why is not None:
        return why
    if _is_home(root):
        return PageGone("home_page", "the site answered with its home page")
    if find(root, "//video | //iframe | //embed | //object") is not None:
        return NotCollectable("video", "a player and no text")
    return None


def _is_home(root: Element) -> bool:
    if _HOME_TITLE.fullmatch(text_of(find(root, "/html/head/title"))):
        return True
    marks = [find(root, f"//*[{has_class(mark)}]") is not None for mark in _HOME_MARKS]
    return sum(marks) >= 2
