"""The headline: the passage that the window's title or og:title repeats, or what these leave."""

from __future__ import annotations

import re
from itertools import islice

from attrs import define

from crawler.pages.fallback.passages import Box, Passage, Passages
from crawler.pages.titles import is_section

_SHORTEST = 4
_LONGEST = 150
_LONGEST_WINDOW = 300
_MOST_PASSAGES = 3000
"""A headline stands among the first lines of a page."""
_NO_LETTER = re.compile(r"[\s\"'“”‘’「」『』…·]+")
_RANKS = {"h1": 1.0, "h2": 0.8, "h3": 0.6, "h4": 0.5}
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_NEAR = 8
_TITLE_NAMES = re.compile(r"title|\btit\b|headline|biaoti|\bttl\b")
_SEPARATOR = re.compile(r"\s{0,3}(?:[_|｜]|[-–—－]{1,4}|[«»])\s{0,3}|\s{1,3}[·•]\s{1,3}")
_WEAK = frozenset("-–—－«»·•")
"""A single dash parts title and site only if what follows is called like a site."""
_SITE = re.compile(
    r"(?:网|网站|报|台|频道|新闻|资讯|在线|社|门户|官网|首页|新媒体|杂志|周刊|月刊|客户端|中心|博客|论坛|App"
    r"|news|times|post|daily|\.com|\.cn|\.net|online)(?:\s?[(（][\w.]{2,20}[)）])?$",
    re.IGNORECASE,
)


@define
class Headline:
    """The title; number: of the passage that shows it, None if the page shows none."""

    title: str
    number: int | None


def find_headline(page: Passages, window: str, stated: str, site_name: str = "") -> Headline:
    """Find it. window: the text of `<title>`; stated: og:title; site_name: og:site_name."""
    known = [text for text in (_letters(window), _letters(stated)) if text]
    best, best_score = None, 0.0
    marks, all_marks = 0, sum(passage.marks for passage in page.passages)
    for number, passage in enumerate(page.passages[:_MOST_PASSAGES]):
        marks += passage.marks
        if marks > all_marks / 2 and number > 10:
            break  # a headline stands above the text
        score = _likeness(passage, known)
        if score > best_score:
            best, best_score = number, score
    if best is not None:
        return Headline(page.passages[best].text, best)
    title = stated or _without_site(window, site_name)
    return Headline(title, None)


def headline_above(page: Passages, first: int) -> Headline | None:
    """The heading element just above the text, for pages whose window names only the site."""
    for number in range(first, max(-1, first - _NEAR), -1):
        passage = page.passages[number]
        text = passage.text
        if passage.tag in _HEADINGS and _SHORTEST < len(text) < _LONGEST / 2 and not passage.links:
            return Headline(text, number)
    return None


def _likeness(passage: Passage, known: list[str]) -> float:
    if passage.length + passage.linked > _LONGEST:
        return 0.0
    letters = _letters(passage.text)
    if len(letters) < _SHORTEST:
        return 0.0
    cover = max((len(letters) / len(text) for text in known if letters in text), default=0.0)
    if cover < 0.3 and (len(letters) < 2 * _SHORTEST or passage.tag not in _RANKS):
        return 0.0
    rank = _RANKS.get(passage.tag, 0.0)
    if not rank and any(map(_is_titled, islice(passage.box.around(), 2))):
        rank = 0.5
    return 4 * cover + rank - (0.8 if passage.linked > passage.length else 0.0)


def _is_titled(box: Box) -> bool:
    names = f"{box.element.get('class', '')} {box.element.get('id', '')}"
    return _TITLE_NAMES.search(names.lower()) is not None


def _letters(text: str) -> str:
    return _NO_LETTER.sub("", text)


def _without_site(window: str, site_name: str) -> str:
    """The window's title without the names of site and channel at its end."""
    title = window[:_LONGEST_WINDOW]
    while separators := list(_SEPARATOR.finditer(title)):
        last = separators[-1]
        before, after = title[: last.start()], title[last.end() :]
        is_site = after == site_name or _SITE.search(after) is not None
        is_site |= len(title) < len(window[:_LONGEST_WINDOW]) and is_section(after)
        if not is_site and after.isascii() and _is_translated(before):
            is_site = True  # 某某新闻-The Paper
        if not is_site and (last[0].strip() in _WEAK or len(after) > len(before)):
            return after if _SITE.search(before) and len(after) > len(before) else title
        title = before
    return title


def _is_translated(before: str) -> bool:
    """Whether a site's name in Chinese ends the text, before which there is a headline."""
    parts = list(_SEPARATOR.finditer(before))
    return bool(parts) and _SITE.search(before[parts[-1].end() :]) is not None
