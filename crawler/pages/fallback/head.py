"""The lines around an article: when it was published, whose it is, who wrote and edited it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice

from attrs import define, field

from crawler.pages.fallback.body import FoundText
from crawler.pages.fallback.labels import SOURCE, SOURCE_LABEL, cut_at_labels, is_label
from crawler.pages.fallback.passages import Passage, Passages
from crawler.pages.html import Element, text_of, visible
from crawler.pages.lines.credits.bylines import read_credit
from crawler.pages.lines.words.media import is_medium, length_of_medium, names_itself
from crawler.pages.lines.words.phrases import is_institution
from crawler.pages.lines.words.plain import plain_form
from crawler.pages.times import Kind, find_times, likeliest_first, without_times
from pipelines.items import Author, Editor

_MOST_LINES = 25
_LINES_BEFORE = 6
_LINES_BELOW = 15
_LAST_LINES = 3
_LONGEST_LINE = 160
_TIME_LABEL = re.compile(r"(?:发布|发表)?(?:时间|日期)|发布于|发表于")
_EDITOR_LABEL = re.compile(r"[\[【（(]?\s?(?:[责責]任)?[编編][辑輯]\s?[:：/]|[责責][编編]\s?[:：]")
_WRITER_LABEL = re.compile(r"[\[【（(]?\s?(?:本文)?作者\s?[:：]|文\s?[:：/]\s?")
_AUTHOR_LABEL = re.compile(r"(?:本文)?作者|记者|文\s?[:：/|｜]|撰文|采写|通讯员|编译|评论员")
_NAME_AND_MEDIUM = re.compile(r"(?P<name>[^\s/|]{2,8})\s?/\s?(?P<medium>[^\s/|]{2,16})")
_NO_PERSON = re.compile(
    r"(?:[部处科室局院会网站社报台]|中心|公司|编辑|小编|管理员|用户|原创|客户端)$"
    r"|^(?:本站|本网|本报|admin)"
)
_LONGEST_NAME = 4
_REACH = 30
_TIMED_TAGS = ("a", "abbr", "b", "div", "em", "i", "p", "small", "span", "time")
_TIME_ATTRIBUTE = re.compile(r"^title$|time|date|stamp")
_EPOCH = re.compile(r"(1\d{9})(?:\d{3})?")
"""Seconds or milliseconds since 1970, of this century."""
_MARKED_TAGS = ("a", "b", "cite", "div", "em", "i", "p", "span", "strong")
_MOST_MARKED = 30
_SOURCE_NAMES = re.compile(r"source|laiyuan|\bly\b|copyfrom|\bfrom\b|origin|media-?name|js_name")
_NO_SOURCE = re.compile("原创|原創|转载|轉載|未知|不详|暂无|本站|来源|來源|其他")
_A_NAME = re.compile(r"[^\s,，。:：;；!！?？@\d]{2,24}")
_WORD_ENDS = re.compile(r"[\s|｜\u3000]+")
_MOST_WORDS = 3
_BRACKETS = " 【】[]（）()"


@define
class Head:
    """What the lines around the text say.

    times: as printed, the likeliest first. updates: those that are said to be of a change.
    """

    times: list[str] = field(factory=list)
    updates: list[str] = field(factory=list)
    source: str | None = None
    authors: list[Author] = field(factory=list)
    editors: list[Editor] = field(factory=list)


def read_head(page: Passages, found: FoundText, heading: int | None) -> Head:
    """Read the lines between headline and text, the ones just before, and those below the text.

    Below only what a label names is believed: the day, the editors and authors.
    """
    head = Head()
    above = list(_above(page, found, heading))
    lines = [_pieces(passage) for passage in above]
    after = [_pieces(each) for each in _below(page, found)]
    last = [_pieces(each) for each in found.passages[-_LAST_LINES:] if each.length < _LONGEST_LINE]
    dated = [line for line in map("  ".join, (*last, *after)) if _TIME_LABEL.match(line)]
    printed = _times(map("  ".join, lines))
    exact = [time for passage in above for time in _exact_times(passage, printed[:1])]
    head.times = list(dict.fromkeys([*exact[:1], *printed, *_times(dated)]))
    found_times = (time for line in lines for time in find_times("  ".join(line)[:_LONGEST_LINE]))
    head.updates = [time.text for time in found_times if time.is_update]
    for part in _parts(lines):
        _read_part(head, part)
    if head.source is None:
        head.source = _marked_source(above) or _medium_beside_time(lines)
    _read_foot(head, after)
    return head


def _read_foot(head: Head, lines: Sequence[Sequence[str]]) -> None:
    """Editors below the text; authors, if editors stand in the same line or the next; and the
    source, if a time or editors stand beside it.

    Alone a label there may belong to the next article of a list. One who is author and editor
    is only the latter: some sites fill the field by themselves.
    """
    are_named = bool(head.authors)
    before: list[str] = []
    for line in lines:
        parts = list(_parts([line]))
        editors = [part for part in parts if _EDITOR_LABEL.match(part)]
        writers = [part for part in parts if _WRITER_LABEL.match(part)]
        believed = [*before, *writers] if editors and not are_named else []
        sources = [part for part in parts if SOURCE.match(part)]
        if editors or _times(["  ".join(line)]):
            believed += sources
        for part in (*editors, *believed):
            _read_part(head, part)
        before = writers
    if not are_named:
        editing = {editor.name for editor in head.editors}
        head.authors = [author for author in head.authors if author.name not in editing]


def _above(page: Passages, found: FoundText, heading: int | None) -> Iterator[Passage]:
    start = heading + 1 if heading is not None else max(0, found.first - _MOST_LINES)
    if start > found.first:
        start = max(0, found.first - _LINES_BEFORE)
    between = page.passages[start : min(found.first, start + _MOST_LINES)]
    before = page.passages[max(0, start - _LINES_BEFORE) : max(0, start - 1)]
    for passage in (*between, *before):
        if passage.length + passage.linked < _LONGEST_LINE:
            yield passage


def _below(page: Passages, found: FoundText) -> Iterator[Passage]:
    """What follows the text, and what among its last lines is none of it."""
    inside = {id(each) for each in found.passages}
    for passage in page.passages[max(found.first, found.last - _LAST_LINES) :][: _LINES_BELOW + 4]:
        if id(passage) not in inside:
            yield passage


def _pieces(passage: Passage) -> list[str]:
    """The texts that inline elements set apart, each as a reader sees it."""
    return [text for text in map(visible, passage.pieces) if text]


def _times(lines: Iterable[str]) -> list[str]:
    return likeliest_first([time for line in lines for time in find_times(line[:_LONGEST_LINE])])


def _exact_times(passage: Passage, printed: Sequence[str]) -> Iterator[str]:
    """The times in attributes of an element that shows what was printed, such as 1天前."""
    if all(find_times(text)[0].kind <= Kind.DAY for text in printed):
        return
    for element in islice(passage.box.element.iter(*_TIMED_TAGS), _MOST_MARKED):
        if text_of(element)[:_REACH] in printed:
            for name, value in element.attrib.items():
                if _TIME_ATTRIBUTE.search(str(name)):
                    yield from filter(None, [_moment_of(str(value))])


def _moment_of(value: str) -> str:
    epoch = _EPOCH.fullmatch(value)
    if epoch is not None:
        return datetime.fromtimestamp(int(epoch[1]), UTC).isoformat()
    return next(iter(likeliest_first(find_times(value))), "")


def _parts(lines: Sequence[Sequence[str]]) -> Iterator[str]:
    """What one label or element says. A label and its value may stand in two elements."""
    for pieces in lines:
        label = ""
        for piece in pieces:
            for part in cut_at_labels(f"{label}{piece}"):
                label = part if is_label(part) else ""
                if not label:
                    yield part


def _read_part(head: Head, part: str) -> None:
    source = SOURCE.match(part)
    if source:
        if not _NO_SOURCE.fullmatch(source["name"]):
            head.source = head.source or source["name"]
        return
    part = without_times(part).strip(_BRACKETS)
    both = _NAME_AND_MEDIUM.fullmatch(part)
    if both and is_medium(plain_form(both["medium"])):
        head.source = head.source or both["medium"]
        part = f"作者：{both['name']}"
    credit = read_credit(part) if part else None
    is_writers = _AUTHOR_LABEL.search(plain_form(part)) is not None
    if credit is None or not (credit.role and (is_writers or credit.editors)):
        return
    if not head.authors and all(map(_is_person, credit.authors)):
        head.authors = credit.authors
    head.editors += credit.editors
    named = [each for each in credit.media if not names_itself(plain_form(each))]
    if named and head.source is None:
        medium = named[0]
        head.source = medium[: length_of_medium(plain_form(medium))]


def _is_person(author: Author) -> bool:
    """Whether what stands after 作者 is a name, or a body's: many sites put a department there."""
    is_long = len(author.name) > _LONGEST_NAME and not author.name.isascii()
    if is_institution(plain_form(author.name)):
        return True
    return not (is_long and "·" not in author.name) and not _NO_PERSON.search(author.name)


def _marked_source(lines: Sequence[Passage]) -> str | None:
    """The text of an element whose name says that it is the source."""
    for passage in lines:
        for element in islice(passage.box.element.iter(*_MARKED_TAGS), _MOST_MARKED):
            names = f"{element.get('class', '')} {element.get('id', '')}".lower()
            if len(names) > 1 and _SOURCE_NAMES.search(names):
                text = text_of(element)
                label = SOURCE_LABEL.match(text)
                name = text[label.end() :] if label else text
                if _A_NAME.fullmatch(name) and not _NO_SOURCE.fullmatch(name):
                    return None if _are_several(element) else name
    return None


def _are_several(element: Element) -> bool:
    """Whether an element holds several names: those of the writers."""
    return sum(1 for child in element if text_of(child)) > 1


def _medium_beside_time(lines: Sequence[Sequence[str]]) -> str | None:
    """A medium's name in or beside the line with the time, where no label says what it is."""
    timed = next((number for number, line in enumerate(lines) if _times(["  ".join(line)])), None)
    if timed is None:
        return None
    near = (*lines[timed : timed + 2], *lines[max(0, timed - 1) : timed])
    for piece in (piece for line in near for piece in line):
        words = _WORD_ENDS.split(without_times(piece))
        for word in words if len(words) <= _MOST_WORDS else ():
            if is_medium(plain_form(word)):
                return word
    return None
