"""Authors and editors that a sentence names: in the dateline, or in brackets at the very end.

The sentence stays as it is. In brackets without a role only a name is believed that the text
does not speak of elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from crawler.pages.lines.credits.bylines import read_credit
from crawler.pages.lines.labels import read_labels
from crawler.pages.lines.notes import LineNote
from crawler.pages.lines.words.media import is_sure_medium, length_of_medium
from crawler.pages.lines.words.plain import plain_form
from pipelines.items import Source
from pipelines.text.fold import fold

_HEAD_LINES, _TAIL_LINES = 4, 3
_REACH = 60
_END_REACH = 90
_BRACKETS = re.compile(r"[(【\[](?P<credit>[^()【】\[\]]{2,80})[)】\]]")
_OPENS = re.compile(r"[(（【\[［]")
_CLOSING = frozenset(")）】]］")
_ROLE = re.compile(r"记者|通讯员|实习生|作者|评论员|编译|编辑|译者|核稿|采写|撰文|执笔|文\s?[/|:]")
_DATE = re.compile(r"(?<=[)）])1\d{6}$")
_DATELINE = re.compile(r"(?:电|讯|快讯|消息|报道)\s?$")
_AFTER_SENTENCE = frozenset("。!?;…”\"’'》」』") | {""}


def read_inline(body: Sequence[str], names: Collection[str]) -> Iterator[LineNote]:
    """What sentences near the beginning and at the end say of their writers."""
    for line in body[:_HEAD_LINES]:
        if not _OPENS.search(line, 0, _REACH):
            continue
        start = plain_form(line[: 2 * _REACH])
        for match in _BRACKETS.finditer(start):
            if match.start() > _REACH:
                break
            if _DATELINE.search(start[max(0, match.start() - 4) : match.start()]):
                yield from _credit(line, match, names, role=False)
            else:
                yield from _credit(line, match, names, role=True)
    for number, line in enumerate(reversed(body[-_TAIL_LINES:])):
        end = _without_date(line[-_END_REACH:])
        if end.rstrip("。")[-1:] not in _CLOSING:
            continue
        plain = plain_form(end)
        last = len(plain.rstrip("。"))
        found = next((m for m in _BRACKETS.finditer(plain) if m.end() == last), None)
        if found is None:
            continue
        if number == 0:
            yield from _at_end(end, plain, found, body, names)
        else:
            yield from _credit(end, found, names, role=True)


def _without_date(end: str) -> str:
    """The end without the day that an agency puts behind its last brackets: （編輯：…）1120221."""
    date = _DATE.search(end)
    return end[: date.start()] if date else end


def _at_end(
    end: str, plain: str, match: re.Match[str], body: Sequence[str], names: Collection[str]
) -> Iterator[LineNote]:
    text = end[match.start("credit") : match.end("credit")]
    labelled = read_labels(text, names, bracketed=True)
    if labelled is not None:
        yield labelled
        return
    said = list(_credit(end, match, names, role=True))
    if said or plain[max(0, match.start() - 1) : match.start()] not in _AFTER_SENTENCE:
        yield from said
        return
    medium = text.lstrip("据據")
    name = plain_form(medium)
    if is_sure_medium(name, names):
        yield LineNote(source=Source(name=medium[: length_of_medium(name)]))
        return
    credit = read_credit(text, site_names=names)
    if credit is None or not credit.stands_alone:
        return
    whole = fold("\n".join(body))
    if not any(whole.count(fold(author.name)) > 1 for author in credit.authors):
        yield LineNote(authors=credit.authors)


def _credit(
    line: str, match: re.Match[str], names: Collection[str], *, role: bool
) -> Iterator[LineNote]:
    """Those whom brackets name. role: only with a word that says they are."""
    text = line[match.start("credit") : match.end("credit")]
    if role and not _ROLE.search(match["credit"]):
        return
    credit = read_credit(text, site_names=names)
    if credit is not None and (credit.role or not role):
        yield LineNote(authors=credit.authors, editors=credit.editors)
