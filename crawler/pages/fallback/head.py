"""The lines around an article: when it was published, whose it is, who wrote and edited it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from attrs import define, field

from crawler.pages.fallback.body import Found
from crawler.pages.fallback.passages import Passage, Passages
from crawler.pages.html import text_of, visible
from crawler.pages.lines.bylines import read_credit
from crawler.pages.lines.names import is_medium, length_of_medium
from crawler.pages.lines.plain import plain_form
from pipelines.items import Author, Editor

_MOST_LINES = 25
_LINES_BELOW = 15
_LAST_LINES = 3
_MARKED_TAGS = ("a", "b", "cite", "div", "em", "i", "p", "span", "strong")
_MOST_MARKED = 30
_SOURCE_NAMES = re.compile(r"source|laiyuan|\bly\b|copyfrom|\bfrom\b|origin|media-?name")
_SOURCE_LABEL = re.compile(
    r"^\s?(?:本文|文章|信息|稿件|新闻)?(?:[来來]源|稿源|出[处處])\s?[:：]?\s?"
)
_A_NAME = re.compile(r"[^\s,，。:：;；!！?？@\d]{2,24}")
_TIME_LABEL = re.compile(r"(?:发布|发表|更新)?(?:时间|日期)|发布于|发表于")
_EDITOR_LABEL = re.compile(r"[\[【（(]?\s?(?:[责責]任)?[编編][辑輯]\s?[:：/]|[责責][编編]\s?[:：]")
_LINES_BEFORE = 6
_LONGEST_LINE = 160
_LONGEST_LABELS = 80
_IS_LABELLED = re.compile(r"[^:：\s]{2,6}\s?[:：]\s?\S")
_CLOCK = r"\d{1,2}\s*[:：]\s*\d{2}(?:\s*[:：]\s*\d{2})?"
_DAY = r"(?:19|20)\d{2}\s*[-年/.]\s*\d{1,2}\s*[-月/.]\s*\d{1,2}\s*日?"
_PRINTED = (
    re.compile(rf"(?<!\d){_DAY}[\sT|]*{_CLOCK}"),
    re.compile(rf"(?<!\d){_DAY}(?!\d)"),
    re.compile(
        rf"(?<![\d年.:-])(?:\d{{2}}\s*-\s*)?\d{{1,2}}\s*[-月/]\s*\d{{1,2}}\s*日?\s*{_CLOCK}"
    ),
    re.compile(rf"\d{{1,4}}\s?(?:秒|分钟|小时|天)前|[今昨前]天\s?{_CLOCK}|^[今昨前][天日]$"),
)
"""Full times before days, days before what counts from the visit."""
_NO_TIME = re.compile(r"版本|version|copyright|©|截至|更新至", re.IGNORECASE)
_LABELS = re.compile(
    r"(?=(?:本文|文章|信息|稿件|新闻)?(?:[来來]源|稿源|出[处處])\s*[:：])"
    r"|(?=(?:本文)?作者\s*[:：]?)|(?=(?:[责責]任)?[编編][辑輯]\s*[:：])|(?=(?:发布|发表)?(?:时间|日期)\s*[:：])"
    r"|(?=(?:浏览|点击|阅读|人气|评论|字[号体]|分享|打印|我要|关键词|标签|举报)\s*)|(?<![文图])[|｜]"
)
_SOURCE = re.compile(
    r"(?:本文|文章|信息|稿件|新闻)?(?:[来來]源|稿源|出[处處])\s*[:：]\s*(?P<name>[^\s|,，。:：;；<>]{2,30})"
)
_LABEL_ALONE = re.compile(r".{0,8}[:：]|(?:本文)?作者|[来來]源|[责責]?任?[编編][辑輯]")
_NO_PERSON = re.compile(
    r"(?:[部处科室局院会网站社报台]|中心|公司|编辑|小编|管理员|用户|原创|客户端)$|^(?:本站|本网|本报|admin)"
)
_LONGEST_NAME = 4
_AUTHOR_LABEL = re.compile(r"(?:本文)?作者|记者|文\s*[:：/|｜]|撰文|采写|通讯员|编译|评论员")
_SLASHED = re.compile(r"(?P<name>[^\s/|]{2,8})\s*/\s*(?P<medium>[^\s/|]{2,16})")


@define
class Head:
    """What the lines around the headline say. times: printed, the likeliest first."""

    times: list[str] = field(factory=list)
    source: str | None = None
    authors: list[Author] = field(factory=list)
    editors: list[Editor] = field(factory=list)


def read_head(page: Passages, found: Found, heading: int | None) -> Head:
    """Read the lines between headline and text, the ones just before, and those below the text."""
    head = Head()
    lines = list(_lines(page, found, heading))
    pieces = [list(_pieces(passage)) for passage in lines]
    last = [each for each in found.passages[-_LAST_LINES:] if each.length < _LONGEST_LINE / 2]
    after = page.passages[found.last + 1 :][:_LINES_BELOW]
    below = [list(_pieces(passage)) for passage in (*last, *after)]
    head.times = [
        *_times(["  ".join(line) for line in pieces]),
        *_times([text for text in map("  ".join, below) if _TIME_LABEL.search(text)]),
    ]
    for line in pieces:
        for part in _parts(line):
            _read_part(head, part)
    if head.source is None:
        head.source = _marked_source(lines) or _unlabelled_source(pieces)
    for line in [list(_pieces(passage)) for passage in after]:
        for part in _parts(line):
            if _EDITOR_LABEL.match(part):
                _read_part(head, part)
    return head


def _lines(page: Passages, found: Found, heading: int | None) -> Iterator[Passage]:
    start = heading + 1 if heading is not None else max(0, found.first - _MOST_LINES)
    if start > found.first:
        start = max(0, found.first - _LINES_BEFORE)
    between = page.passages[start : min(found.first, start + _MOST_LINES)]
    before = page.passages[max(0, start - _LINES_BEFORE) : max(0, start - 1)]
    for passage in (*between, *before):
        if passage.length + passage.linked < _LONGEST_LINE:
            yield passage


def _pieces(passage: Passage) -> Iterator[str]:
    """The texts that inline elements set apart, each as a reader sees it."""
    for piece in passage.pieces:
        text = visible(piece)
        if text:
            yield text


def _times(lines: Sequence[str]) -> list[str]:
    found = []
    for pattern in _PRINTED:
        for line in lines:
            match = pattern.search(line)
            if match and not _NO_TIME.search(line):
                found.append(match[0])
    return list(dict.fromkeys(found))


def _parts(pieces: Sequence[str]) -> Iterator[str]:
    """What one label or element says. A label and its value may stand in two elements."""
    held = ""
    for piece in pieces:
        for part in filter(str.strip, _LABELS.split(f"{held}{piece}")):
            held = part if _LABEL_ALONE.fullmatch(part.strip()) else ""
            if not held:
                yield part.strip(" \u3000|｜·-—/")
    if held:
        yield held


def _read_part(head: Head, part: str) -> None:
    source = _SOURCE.match(part)
    if source:
        head.source = head.source or source["name"]
        return
    for pattern in _PRINTED:
        part = pattern.sub(" ", part)
    slashed = _SLASHED.fullmatch(part.strip())
    if slashed and is_medium(plain_form(slashed["medium"])):
        head.source = head.source or slashed["medium"]
        part = f"作者：{slashed['name']}"
    credit = read_credit(part) if part.strip() else None
    if credit is None or not (credit.role and (_AUTHOR_LABEL.search(part) or credit.editors)):
        return
    if not head.authors and all(map(_is_person, credit.authors)):
        head.authors = credit.authors
    head.editors += credit.editors
    if credit.media and head.source is None:
        head.source = credit.media[0][: length_of_medium(plain_form(credit.media[0]))]


def _is_person(author: Author) -> bool:
    """Whether what stands after 作者 is a name: many sites put a department there."""
    is_long = len(author.name) > _LONGEST_NAME and not author.name.isascii()
    return not (is_long and "·" not in author.name) and not _NO_PERSON.search(author.name)


def _marked_source(lines: Sequence[Passage]) -> str | None:
    """The text of an element whose name says that it is the source."""
    for passage in lines:
        for element in islice(passage.box.element.iter(*_MARKED_TAGS), _MOST_MARKED):
            names = f"{element.get('class', '')} {element.get('id', '')}".lower()
            if len(names) > 1 and _SOURCE_NAMES.search(names):
                text = _SOURCE_LABEL.sub("", text_of(element))
                if _A_NAME.fullmatch(text):
                    return text
    return None


def _unlabelled_source(lines: Sequence[Sequence[str]]) -> str | None:
    """A medium's name in or beside the line with the time, where no label says what it is."""
    timed = next((i for i, line in enumerate(lines) if _times(["  ".join(line)])), None)
    if timed is None:
        return None
    near = (*lines[timed : timed + 2], *lines[max(0, timed - 1) : timed])
    words = [word for pieces in near for piece in pieces for word in _words(piece)]
    return next((word for word in words if is_medium(plain_form(word))), None)


def _words(text: str) -> list[str]:
    for pattern in _PRINTED:
        text = pattern.sub(" ", text)
    words = re.split(r"[\s|｜\u3000]+", text.strip())
    return words if len(words) < 4 else []


def split_labels(line: str) -> list[str]:
    """The labels of a line such as `本文来源：某报责任编辑：王甲`, in which nothing parts them."""
    if len(line) > _LONGEST_LABELS or "。" in line or not _LABELS.match(line):
        return [line]
    parts = [part.strip() for part in _LABELS.split(line)]
    return (
        [part for part in parts if part]
        if all(map(_IS_LABELLED.match, filter(None, parts)))
        else [line]
    )
