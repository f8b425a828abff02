"""Sort the lines of an article: the text stays, bylines and labels become fields, noise goes.

Rules look only where such lines stand: near the beginning and near the end. A line leaves the
body only as a whole; a byline inside a sentence stays there and still names its authors.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache

from attrs import define, field

from crawler.pages.joining import merged_authors, merged_editors
from crawler.pages.lines.boilerplate import LONGEST_NOTE, LONGEST_STRAY, is_boilerplate
from crawler.pages.lines.bylines import read_credit
from crawler.pages.lines.names import is_medium, length_of_medium
from crawler.pages.lines.plain import plain_form
from pipelines.items import Author, Editor, Source

_HEAD_LINES = 4
_TAIL_LINES = 8
_LONGEST_BYLINE = 120
_SENTENCE_ENDS = "。！？!?；;…"
_LONGEST_SOURCE = 40
_BUTTON = re.compile(r"^【我要纠错】")
_BULLETS = "*·•●■□◆◇▲△▪▶◎○|-—– "
_BRACKETS = {"(": ")）", "（": "）)", "[": "]］", "［": "］]"}
_BRACKETS |= {"【": "】", "〔": "〕", "〖": "〗", "<": ">"}
_LABEL_WORD = re.compile("原标题|原题|来源|稿源|转自|转载自|来自|首发于|原载")
_LABEL = re.compile(
    r"(?:^|(?<=[\s;,、|()]))(?P<label>原标题|原题|(?:文章|信息|新闻|稿件|内容|本文)?来源|稿源|转自|转载自)\s*[:|/]\s*"
)
_AFTER_SOURCE = re.compile(
    r"\s+(?=(?:作者|记者|编辑|责任编辑|责编|文|采写|撰文|校对|审核)\s*[:|/\s])|\s+(?=\S{0,12}记者\s)"
)
_TIME_AFTER_SOURCE = re.compile(r"\s*(?:19|20)\d{2}[-年/.].*$")
_TIME_ONLY = re.compile(r"(?:发布时间[:：]\s*)?(?:19|20)\d{2}[-年/.][\d\-年月日/.:：\s]*")
_ORIGIN = re.compile(
    r"(?:本文)?(?:来自|来源于|转自|转载自|原载于?|首发于)(?:微信)?(?:公众号|微信号|微博)?[:\s]*"
    r"[“「《\"]?(?P<name>[^,。:”」》\"]{2,20})[”」》\"]?(?:微信)?(?:公众号)?"
    r"(?:\(id:[^)]*\))?(?:,(?P<rest>(?:作者|编辑|记者|文|原标题).+))?"
)
_INLINE = re.compile(r"[(【\[](?P<credit>[^()【】\[\]]{2,60})[)】\]]")
_INLINE_ROLE = re.compile(r"记者|通讯员|实习生|作者|评论员|编译|采写|撰文|文\s*[/|:]")
_INLINE_REACH = 60
_DATELINE = re.compile(r"(?:电|讯|快讯|消息|报道)\s*$")
_COLON = re.compile("[:：|｜丨]")
_UNREAD = re.compile(r"(?:作者|记者|采写|撰文|责任编辑|责编|编辑|来源|原标题)\s*[:|]")


@define(kw_only=True)
class SortedLines:
    """What the lines of an article were. flags: doubts, in snake_case, for `extraction.flags`."""

    body: list[str] = field(factory=list)
    authors: list[Author] = field(factory=list)
    editors: list[Editor] = field(factory=list)
    original_title: str | None = None
    source: Source | None = None
    flags: list[str] = field(factory=list)


def sort_lines(
    lines: Sequence[str], *, title: str, site_names: Collection[str] = ()
) -> SortedLines:
    """Sort the lines (paragraphs, in order) of one article.

    title: the headline; a first line that only repeats it goes. site_names: further names of
    media that may stand in bylines. Empty lines go; the others keep their order.
    """
    names = _plain_names(frozenset(site_names))
    trimmed = [line for line in map(_trim, lines) if line]
    if len(trimmed) > 1 and _is_same(trimmed[0], _trim(title)):
        trimmed.pop(0)
    notes = _notes(trimmed, names)
    result = SortedLines()
    for index, line in enumerate(trimmed):
        note = notes.get(index)
        if note is None:
            result.body.append(line)
        else:
            _merge(result, note)
    _read_inline(result, names)
    result.authors = merged_authors(result.authors)
    result.editors = merged_editors(result.editors)
    return result


@lru_cache(maxsize=16)
def _plain_names(names: frozenset[str]) -> frozenset[str]:
    return frozenset(map(plain_form, names))


def _is_same(line: str, title: str) -> bool:
    return len(line) == len(title) and plain_form(line) == plain_form(title)


def _trim(line: str) -> str:
    if line.isprintable() and "  " not in line:  # what a page object hands over
        return line.strip()
    return " ".join(line.replace("\u200b", "").replace("\ufeff", "").split())


def _notes(lines: Sequence[str], names: Collection[str]) -> dict[int, SortedLines]:
    """Line number -> what the line says, for the lines that leave the body."""
    notes: dict[int, SortedLines] = {}
    kept = head = 0
    for index, line in enumerate(lines):
        near = kept < _HEAD_LINES
        head += near
        note = _read_note(line, names, near=near) if near or len(line) < LONGEST_STRAY else None
        if note is None:
            kept += 1
        else:
            notes[index] = note
    kept = 0
    for index in range(len(lines) - 1, -1, -1):
        if index in notes:
            continue
        note = _read_note(
            lines[index], names, near=True, at_end=True, is_last=kept == 0, again=index < head
        )
        if note is None:
            kept += 1
            if kept == _TAIL_LINES:
                break
        else:
            notes[index] = note
    return notes


def _read_note(
    line: str,
    names: Collection[str],
    *,
    near: bool,
    at_end: bool = False,
    is_last: bool = False,
    again: bool = False,
) -> SortedLines | None:
    """What a line that is no text of the article says; None for the article's own lines.

    again: the line said nothing near the beginning; does it as one of the end?
    """
    if len(line) > LONGEST_NOTE:
        return None
    plain = plain_form(line)
    if is_boilerplate(plain, near=near, at_end=at_end):
        return SortedLines()
    if not near or (again and not is_last):
        return None
    inner, bracketed = _unwrapped(line)
    if _LABEL_WORD.search(plain):
        note = _read_origin(inner, names) or _read_labels(inner, names)
        if note is not None:
            return note
    if len(inner) > _LONGEST_BYLINE or (inner[-1:] in _SENTENCE_ENDS and not bracketed):
        return None
    return _read_byline(inner, names, bracketed=bracketed, is_last=is_last)


def _unwrapped(line: str) -> tuple[str, bool]:
    """The line without bullets and without brackets around the whole of it."""
    line = _BUTTON.sub("", line).strip(_BULLETS)
    opening = line[:1]
    closing = _BRACKETS.get(opening)
    if closing and line[-1] in closing and _closes_at_end(line, opening, closing):
        return line[1:-1].strip(), True
    return line, False


def _closes_at_end(line: str, opening: str, closing: str) -> bool:
    depth = 0
    for character in line[:-1]:
        depth += (character == opening) - (character in closing)
        if depth == 0:
            return False
    return depth == 1


def _read_origin(text: str, names: Collection[str]) -> SortedLines | None:
    """`本文来自微信公众号：某某，作者：王甲`."""
    origin = _ORIGIN.fullmatch(plain_form(text))
    if origin is None:
        return None
    note = SortedLines(source=Source(name=text[slice(*origin.span("name"))].strip()))
    if origin["rest"]:
        rest = text[origin.start("rest") :]
        more = _read_labels(rest, names)
        if more is not None:
            note.original_title = more.original_title
        elif not _add_credit(note, rest, names):
            return None
    return note


def _read_labels(text: str, names: Collection[str]) -> SortedLines | None:
    """`原标题：… 来源：…`, `作者：… 来源：…`: labelled fields that fill the whole line."""
    plain = plain_form(text)
    labels = list(_LABEL.finditer(plain))
    if not labels:
        return None
    note = SortedLines()
    before = text[: labels[0].start()].strip(" ;；,，|｜()（）")
    if before and not _TIME_ONLY.fullmatch(before) and not _add_credit(note, before, names):
        return None
    for index, label in enumerate(labels):
        until = labels[index + 1].start() if index + 1 < len(labels) else len(text)
        value = text[label.end() : until].strip(" ;；,，|｜").rstrip("(（ ")
        if label["label"] in ("原标题", "原题"):
            note.original_title = value or None
        elif not _add_source(note, value, names):
            return None
    return note


def _add_source(note: SortedLines, value: str, names: Collection[str]) -> bool:
    plain = plain_form(value)
    rest = _AFTER_SOURCE.search(plain)
    if rest:
        if not _add_credit(note, value[rest.end() :], names):
            return False
        value = value[: rest.start()]
    value = value[: len(_TIME_AFTER_SOURCE.sub("", plain_form(value)))].strip(" ()（）")
    if len(value) > _LONGEST_SOURCE or re.search(r"[。！？!?]", value):
        return False
    note.source = Source(name=value) if value else None
    return True


def _add_credit(note: SortedLines, text: str, names: Collection[str]) -> bool:
    credit = read_credit(text.strip(" ;；,，|｜"), site_names=names)
    if credit is None:
        return False
    note.authors += credit.authors
    note.editors += credit.editors
    return True


def _read_byline(
    text: str, names: Collection[str], *, bracketed: bool, is_last: bool
) -> SortedLines | None:
    credit = read_credit(text, site_names=names)
    if credit is None:
        medium = text.removeprefix("据").removeprefix("據")
        if bracketed and is_last and is_medium(plain_form(medium), names):
            return SortedLines(source=_medium(medium))
        return None
    if not credit.role and not credit.media and not (bracketed and is_last):
        return None
    note = SortedLines(authors=credit.authors, editors=credit.editors)
    if len(credit.media) == 1:
        note.source = _medium(credit.media[0])
    return note


def _medium(text: str) -> Source:
    return Source(name=text[: length_of_medium(plain_form(text))])


def _merge(result: SortedLines, note: SortedLines) -> None:
    result.authors += note.authors
    result.editors += note.editors
    result.original_title = result.original_title or note.original_title
    result.source = result.source or note.source


def _read_inline(result: SortedLines, names: Collection[str]) -> None:
    """Authors named inside the text: in the dateline, or in brackets at the very end."""
    for line in result.body[:2]:
        start = plain_form(line[: 2 * _INLINE_REACH])
        for match in _INLINE.finditer(start):
            if match.start() > _INLINE_REACH:
                break
            dateline = bool(_DATELINE.search(start[: match.start()]))
            result.authors += _inline_authors(line, match, names, dateline=dateline)
    for line in result.body[-1:]:
        end = line[-_INLINE_REACH:]
        for match in _INLINE.finditer(plain_form(end)):
            if match.end() == len(end):
                result.authors += _inline_authors(end, match, names, dateline=False)
    near = [*result.body[:_HEAD_LINES], *result.body[-_TAIL_LINES:]]
    if any(_UNREAD.match(plain_form(line[:12])) for line in near if _COLON.search(line[:12])):
        result.flags.append("label_line_unread")


def _inline_authors(
    line: str, match: re.Match[str], names: Collection[str], *, dateline: bool
) -> list[Author]:
    text = line[match.start("credit") : match.end("credit")]
    credit = read_credit(text, site_names=names)
    if credit is None or not (dateline or (credit.role and _INLINE_ROLE.search(match["credit"]))):
        return []
    return credit.authors
