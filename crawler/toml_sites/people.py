"""Reads what a TOML site's fields hold: media, people, words, channels, seconds since 1970."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime

from lxml import etree

from crawler.pages.blocks import absolute
from crawler.pages.html import text_of, visible
from crawler.pages.lines.credits.bylines import read_credit
from crawler.pages.lines.labels import account_name
from crawler.pages.times import without_times
from crawler.toml_sites.tree import Value
from pipelines.items import Author, Editor, Source

_STAMP = re.compile(r"(?P<seconds>1[0-9]{9})(?:[0-9]{3})?(?:\.[0-9]{1,9})?")
_SOURCE_LABEL = re.compile(r"[来來]\s?源\s?[:：]\s?")
_SOURCE_TAIL = re.compile(r"\s(?:作者|记者|編輯|编辑|责编|责任编辑|责任編輯)\s?[:：]|[|｜]")
_AUTHOR_LABEL = re.compile(r"^(?:作者|记者|記者|文)\s?[:：|｜/]\s?")
_BETWEEN_WORDS = re.compile(r"[,，;；、|\n]")
_BETWEEN_CHANNELS = re.compile(r"[>＞»/]")
_NO_CHANNEL = frozenset({"正文", "首页", "首頁", "详情"})
_LONGEST_NAME = 60
_MOST_WORDS = 50


def stamp_of(text: str) -> datetime | None:
    """Returns the moment of seconds or milliseconds since 1970; None for any other text."""
    match = _STAMP.fullmatch(text)
    return datetime.fromtimestamp(int(match["seconds"]), UTC) if match else None


def source_of(found: Value, base_url: str) -> Source | None:
    """The medium in a text such as `2024-05-09 22:27 来源：某某网`, with the link it stands in."""
    for link in found.node.iter("a") if found.node is not None else ():
        name = _source_name(text_of(link))
        if name and name in found.text:  # of the part that the place's pattern takes
            href = link.get("href")
            return Source(name=name, url=absolute(base_url, href) if href else None)
    name = _source_name(found.text)
    return Source(name=name) if name else None


def _source_name(text: str) -> str:
    text = without_times(text[: 4 * _LONGEST_NAME])
    label = _SOURCE_LABEL.search(text)
    text = text[label.end() :] if label else text
    tail = _SOURCE_TAIL.search(text)
    name = account_name((text[: tail.start()] if tail else text).strip("\u3000 |·()（）"))
    return name if len(name) <= _LONGEST_NAME else ""


def authors_of(found: Iterable[Value], media: Collection[str]) -> Iterator[Author]:
    """The people in texts that name authors, with or without a label; no medium is one."""
    for each in found:
        text = _in_one_line(each)
        for written in (text, f"作者：{_AUTHOR_LABEL.sub('', text)}"):
            credit = read_credit(written, site_names=media)
            if credit is not None and credit.authors:
                yield from (author for author in credit.authors if author.name not in media)
                break


def editors_of(found: Iterable[Value]) -> list[Editor]:
    """The people in texts that name editors, with or without a label."""
    editors: dict[str, Editor] = {}
    for each in found:
        text = _in_one_line(each).strip("[]【】()（） ")
        for written in (text, f"责任编辑：{text}"):
            credit = read_credit(written)
            if credit is not None and credit.editors:
                editors |= {editor.name: editor for editor in credit.editors}
                break
    return [*editors.values()]


def _in_one_line(found: Value) -> str:
    """The text, with a blank for each `<br>`: each of several roles stands in a line of its own."""
    if found.node is None or found.raw != text_of(found.node):
        return found.text
    pieces: list[str] = []
    for event, each in etree.iterwalk(found.node, events=("start", "end")):
        if event == "start":
            pieces.append(" " if each.tag == "br" else each.text or "")
        elif each is not found.node:
            pieces.append(each.tail or "")
    return visible("".join(pieces))


def words_of(found: Collection[Value], title: str) -> list[str]:
    """Keywords: each element's text, or the parts of one text; blanks part words as a last way.

    title: many sites write it among the words, commas and all.
    """
    texts = (each.text.replace(title, ",") if title else each.text for each in found)
    words = [part for text in texts for part in map(str.strip, _BETWEEN_WORDS.split(text)) if part]
    if len(found) == len(words) == 1:
        words = words[0].split()
    return words[:_MOST_WORDS]


def section_of(found: Value) -> str | None:
    """The channel of a breadcrumb such as 首页 > 财经 > 正文: its last part that is one."""
    links = [text_of(link) for link in found.node.iter("a")] if found.node is not None else []
    parts = links if len(links) > 1 else _BETWEEN_CHANNELS.split(found.text)
    named = [part.strip() for part in parts if part.strip() and part.strip() not in _NO_CHANNEL]
    return named[-1] if named else None
