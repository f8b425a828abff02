"""Sort the lines of an article: the text stays, bylines and labels become fields, noise goes.

Rules look only where such lines stand: near the beginning and near the end. A line leaves the
body only as a whole, and is kept in `removed`; a byline inside a sentence stays there and still
names its authors.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache, partial

import attrs
from attrs import define, field

from crawler.pages.joining import MOST_REMOVED, merged_authors, merged_editors
from crawler.pages.lines.boilerplate.notices import is_notice
from crawler.pages.lines.boilerplate.rules import (
    LONGEST_NOTE,
    LONGEST_STRAY,
    boilerplate_rule,
    may_be_boilerplate,
)
from crawler.pages.lines.credits.bylines import LONGEST_BYLINE, read_credit
from crawler.pages.lines.credits.editors import usual_editor
from crawler.pages.lines.inline import read_inline
from crawler.pages.lines.labels import (
    read_dated_source,
    read_edition,
    read_keywords,
    read_labels,
)
from crawler.pages.lines.notes import LineNote
from crawler.pages.lines.words.media import is_sure_medium, length_of_medium, names_itself
from crawler.pages.lines.words.names import has_standing, is_known_name, is_sure_name
from crawler.pages.lines.words.plain import BULLETS, plain_form
from pipelines.items import Author, Editor, Flag, RemovedLine, Source

_HEAD_LINES = 4
_TAIL_LINES = 8
_INTRO_LINES = 12
"""Before its byline a text may be summed up in some lines (划重点, 核心提示)."""
_LONGEST_LATE_BYLINE = 20
_SENTENCE_ENDS = "。！？!?；;…"
_BUTTON = re.compile(r"[【\[](?:我要)?[纠糾][错錯][】\]]\s?")
_ACCORDING = ("据", "據")
_GO_ON = re.compile(r"返回[^，,]{2,6}[，,]\s?查看更多$")
_BULLETS = BULLETS + "*·•|-—– "
_BRACKETS = {"(": ")）", "（": "）)", "[": "]］", "［": "］]"}
_BRACKETS |= {"【": "】", "〔": "〕", "〖": "〗", "<": ">"}
_EDITS = frozenset("责責")
_TURN = re.compile(r"(?:记者|主持人|问|答)\s?[:|]")
_COLON = re.compile("[:：|｜丨]")
_WRITER = re.compile("记者|記者|作者|撰文|采写|採寫")
_STANDING = re.compile(
    r"[(【]?(?:本文)?作者(?:单位)?(?:系|为|现为|是|:)\s?(?P<is>[^,。;:!?()]{4,40})。?[)】]?"
)
_GATHERED = re.compile("^[综綜]合(?=[^部报])")
_BETWEEN_MEDIA = re.compile("[、,]")
_UNREAD = re.compile(r"(?:作者|采写|撰文|责任编辑|责编|编辑|来源|原标题)\s?[:|]")


@define(kw_only=True)
class SortedLines:
    """What the lines of an article were.

    source: the medium that the text names, as its source or as its writers'. labelled: it is
    named as the source. origin: another medium that is. flags: doubts, in snake_case, for
    `extraction.flags`; removed: the lines that left the body, the first fifty.
    """

    body: list[str] = field(factory=list)
    authors: list[Author] = field(factory=list)
    editors: list[Editor] = field(factory=list)
    original_title: str | None = None
    keywords: list[str] = field(factory=list)
    source: Source | None = None
    labelled: bool = False
    flags: list[Flag] = field(factory=list)
    removed: list[RemovedLine] = field(factory=list)

    def source_beside(
        self, stated: Source | None, site_names: Collection[str] = ()
    ) -> Source | None:
        """The source stated beside the title, with the one that the text names if it is another.

        site_names: what the site calls itself; where it has the text from is another.
        """
        if stated is None or self.source is None or not self.labelled or stated.origin:
            return stated or self.source
        named, known = plain_form(self.source.name), plain_form(stated.name)
        if named in known or known in named or named in map(plain_form, site_names):
            return stated
        return attrs.evolve(stated, origin=self.source.name)


def sort_lines(
    lines: Sequence[str], *, title: str, site_names: Collection[str] = (), credited: bool = False
) -> SortedLines:
    """Sort the lines (paragraphs, in order) of one article.

    title: the headline; a first line that only repeats it goes. site_names: further names of
    media that may stand in bylines. credited: they are a page's credits, where no label begins a
    heading. Empty lines go; the others keep their order.
    """
    names = _plain_names(frozenset(site_names))
    trimmed = [line for line in map(_trim, lines) if line]
    notes = _notes(trimmed, names, title=_trim(title), credited=credited)
    result = SortedLines()
    for index, line in enumerate(trimmed):
        note = notes.get(index)
        if note is None:
            result.body.append(line)
        else:
            _leave(result, line, note)
    for note in read_inline(result.body, names):
        _merge(result, note)
    result.authors = merged_authors(result.authors)
    _take_standing(result)
    result.editors = merged_editors(result.editors)
    result.flags += _doubts(result.body)
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


def _notes(
    lines: Sequence[str], names: Collection[str], *, title: str, credited: bool
) -> dict[int, LineNote]:
    """Line number -> what the line says, for the lines that leave the body."""
    notes: dict[int, LineNote] = {}
    read = partial(_read_note, names=names, credited=credited)
    marked = [index for index, line in enumerate(lines) if line[:1] in BULLETS]
    signed = marked[0] if len(marked) == 1 else None
    kept = head = 0
    for index, line in enumerate(lines):
        if kept == 0 and len(lines) > index + 1 and _is_same(line, title):
            notes[index] = LineNote(rule="headline")
            head += 1
            continue
        near = kept < _HEAD_LINES
        head += near
        is_signed = index == signed and kept == 0
        is_looked_at = near or len(line) < LONGEST_STRAY
        note = read(line, near=near, is_signed=is_signed) if is_looked_at else None
        if note is None and not near and kept < _INTRO_LINES:
            note = _late_byline(line, names)
        if note is None:
            kept += 1
        else:
            notes[index] = note
    kept = 0
    for index in range(len(lines) - 1, -1, -1):
        if index in notes:
            continue
        note = read(
            lines[index],
            near=True,
            at_end=True,
            is_last=kept == 0,
            is_signed=index == signed and kept == 0,
            again=index < head,
        )
        if note is None:
            kept += 1
            if kept == _TAIL_LINES:
                break
        else:
            notes[index] = note
    return _without_turns(notes, lines)


def _without_turns(notes: dict[int, LineNote], lines: Sequence[str]) -> dict[int, LineNote]:
    """Without the lines of a dialogue: a byline is written once, `记者：` again and again."""
    turns = [index for index in notes if _TURN.match(plain_form(lines[index][:5]))]
    if not turns:
        return notes
    spoken = [
        line for line in lines if _COLON.search(line[:5]) and _TURN.match(plain_form(line[:5]))
    ]
    if len(spoken) == 1:
        return notes
    return {index: note for index, note in notes.items() if index not in turns}


def _read_note(
    line: str,
    names: Collection[str],
    *,
    near: bool,
    credited: bool,
    at_end: bool = False,
    is_last: bool = False,
    is_signed: bool = False,
    again: bool = False,
) -> LineNote | None:
    """What a line that is no text of the article says; None for the article's own lines.

    is_signed: it is the first or last line, and the one that begins with a sign (□ 王甲). again:
    the line said nothing near the beginning; does it as one of the end?
    """
    if len(line) > LONGEST_NOTE:
        return None
    editor = usual_editor(line) if near and line[:1] in _EDITS else None
    if editor is not None:  # the last line of nearly every article
        return LineNote(editors=[editor])
    line = _without_notice(line, names) if near and "|" in line else line
    rule = boilerplate_rule(
        plain_form(line), near=near, at_end=at_end, again=again, site_names=names
    )
    if rule is not None:
        return LineNote(rule=rule)
    if not near or (again and not is_last):
        return None
    inner, bracketed = _unwrapped(line)
    note = (
        read_dated_source(line, names)
        or read_labels(inner, names, bracketed=bracketed or credited)
        or ((read_edition(line, names) or read_keywords(line)) if at_end else None)
    )
    if note is not None:
        return note
    if len(inner) > LONGEST_BYLINE or (inner[-1:] in _SENTENCE_ENDS and not bracketed):
        return None
    alone = is_signed or (is_last and (bracketed or inner.startswith(_ACCORDING)))
    return _read_byline(inner, names, bracketed=bracketed, alone=alone)


def _without_notice(line: str, names: Collection[str]) -> str:
    """`责编：王甲 | 版权所有` without what the site says behind the bar."""
    said, _, last = line.rpartition("|")
    return said.rstrip() if said and is_notice(plain_form(last.strip()), names) else line


def _unwrapped(line: str) -> tuple[str, bool]:
    """The line without bullets and without brackets around the whole of it."""
    line = _GO_ON.sub("", line[-40:]) if line.endswith("查看更多") and len(line) <= 40 else line
    line = _BUTTON.sub("", line, count=1) if line[:1] in "【[" else line
    line = line.strip(_BULLETS)
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


def _read_byline(
    text: str, names: Collection[str], *, bracketed: bool, alone: bool
) -> LineNote | None:
    """What a byline says. alone: it stands where a name needs no role."""
    credit = read_credit(text, site_names=names)
    if credit is None:
        medium = _GATHERED.sub("", text.lstrip("据據"))
        plain = plain_form(medium)
        named = plain[: length_of_medium(plain)] if medium != text else plain  # 据某某报报道
        if alone and all(is_sure_medium(each, names) for each in _BETWEEN_MEDIA.split(named)):
            return LineNote(rule="source", source=_medium(medium))
        return None
    if not credit.role and not credit.media and not (alone and credit.stands_alone):
        return None
    if not bracketed and _TURN.match(plain_form(text[:5])) and not _are_known(credit.authors):
        return None  # 记者：您好
    note = LineNote(authors=credit.authors, editors=credit.editors)
    if len(credit.media) == 1 and not names_itself(plain_form(credit.media[0])):
        note.medium = _medium(credit.media[0])
    return note


def _late_byline(line: str, names: Collection[str]) -> LineNote | None:
    """`《某某》作者 王小甲` below an introduction: a short line that is a sure byline."""
    if len(line) > _LONGEST_LATE_BYLINE or not _WRITER.search(line) or _COLON.search(line):
        return None
    credit = read_credit(_unwrapped(line)[0], site_names=names)
    if credit is None or not credit.authors or not credit.role or not _are_sure(credit.authors):
        return None
    return LineNote(authors=credit.authors)


def _are_known(authors: Sequence[Author]) -> bool:
    """No word that begins a turn: a sure name, or a foreign one with its dot."""
    names = [plain_form(author.name) for author in authors]
    return all(is_sure_name(name) or ("·" in name and is_known_name(name)) for name in names)


def _are_sure(authors: Sequence[Author]) -> bool:
    return all(is_sure_name(plain_form(author.name)) for author in authors)


def _medium(text: str) -> Source:
    return Source(name=text[: length_of_medium(plain_form(text))])


def _take_standing(result: SortedLines) -> None:
    """`（作者系某某大学教授）` at the end: what the one author is, if nothing else says so."""
    standing = _STANDING.fullmatch(plain_form(result.body[-1])) if result.body else None
    alone = result.authors[0] if len(result.authors) == 1 else None
    if standing is None or not has_standing(standing["is"]):
        return
    if alone is not None and alone.description is None:
        line = result.body.pop()
        alone.description = line[slice(*standing.span("is"))]
        result.removed.append(RemovedLine(line=line, rule="byline"))


def _leave(result: SortedLines, line: str, note: LineNote) -> None:
    """Take a line out of the body; what of it stays goes there."""
    if note.kept:
        result.body.append(note.kept)
        line = line[len(note.kept) :].strip()
    if len(result.removed) < MOST_REMOVED:
        result.removed.append(RemovedLine(line=line[:LONGEST_NOTE], rule=note.rule))
    _merge(result, note)


def _merge(result: SortedLines, note: LineNote) -> None:
    result.authors += note.authors
    result.editors += note.editors
    result.keywords = result.keywords or note.keywords
    result.original_title = result.original_title or note.original_title
    if note.source is None:
        result.source = result.source or note.medium
    elif result.labelled:
        result.source = SortedLines(source=note.source, labelled=True).source_beside(result.source)
    else:
        result.source, result.labelled = note.source, True


def _doubts(body: Sequence[str]) -> list[Flag]:
    flags: list[Flag] = []
    near = [*body[:_HEAD_LINES], *body[-_TAIL_LINES:]]
    if any(_UNREAD.match(plain_form(line[:12])) for line in near if _COLON.search(line[:12])):
        flags.append("label_line_unread")
    short = (line for line in body[-_TAIL_LINES:] if len(line) <= LONGEST_NOTE)
    if any(may_be_boilerplate(plain_form(line)) for line in short):
        flags.append("maybe_boilerplate")
    return flags
