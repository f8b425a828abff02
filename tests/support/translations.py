"""The documents in Chinese, and what holds them to the English ones.

`docs/zh/sentences.toml` has the sentences of the tables that are made from the code; the rest of a
document is written by hand, a line for each line of the English one.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

from attrs import define, field

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
CHINESE_DOCS = DOCS / "zh"
SENTENCES = CHINESE_DOCS / "sentences.toml"
PROSE = re.compile(r"\b[A-Za-z]+ [a-z]+ [a-z]+\b")
CELL = re.compile(r"(?<!\\)\|")
Say = Callable[[str], str]


def english(sentence: str) -> str:
    """A sentence as the code has it."""
    return sentence


def chinese(sentence: str) -> str:
    """A sentence of the code in Chinese; as it is while it has no translation."""
    return translated().get(sentence, sentence)


@cache
def translated() -> Mapping[str, str]:
    """The translations, by the English sentence."""
    with SENTENCES.open("rb") as file:
        return dict(tomllib.load(file))


def in_chinese(document: Path) -> Path:
    """Where an English document's translation stands: README.zh.md, docs/zh/NAME."""
    if document.parent == DOCS:
        return CHINESE_DOCS / document.name
    return document.with_name(f"{document.stem}.zh{document.suffix}")


@define(frozen=True)
class Line:
    """A line of a document, or a whole block of code: what must be the same in both languages.

    kind: heading and its level, row and its number of cells, item, code, text. held:
    settings, commands, fields and whatever else stands between backticks; links; figures; the code
    itself.
    """

    kind: str
    held: frozenset[str]
    number: int = field(eq=False)
    text: str = field(eq=False)


def lines(document: Path) -> Iterator[Line]:
    """The lines of a document but for blank ones, comments and the switch of languages."""
    block: list[str] = []
    begun = 0
    for number, text in enumerate(document.read_text(encoding="utf-8").splitlines(), 1):
        fence = text.lstrip().startswith("```")
        if fence and not begun:
            begun, block = number, [text]
        elif fence:
            yield Line("code", frozenset({"\n".join(block)}), begun, block[0])
            begun = 0
        elif begun:
            block.append(_without_comment(text))
        elif text.strip() and text != switch(document) and not text.startswith("<!--"):
            yield Line(_kind(text), frozenset(_held(text, document)), number, text)


def switch(document: Path) -> str:
    """The line at a document's top that leads to the other language."""
    if document.name.endswith(".zh.md"):
        return f"[English]({document.name.replace('.zh', '')}) | 中文"
    if document.parent == CHINESE_DOCS:
        return f"[English](../{document.name}) | 中文"
    return f"English | [中文]({in_chinese(document).relative_to(document.parent)})"


def _without_comment(text: str) -> str:
    return re.sub(r"(^|\s)\s*(#|//) .*$", "", text).rstrip()


def _kind(text: str) -> str:
    if heading := re.match(r"#+ ", text):
        return f"heading of level {len(heading[0]) - 1}"
    if text.startswith("|"):
        return f"row of {len(CELL.findall(text)) - 1} cells"
    return "item of a list" if re.match(r"\s*(- |\d+\. )", text) else "text"


def _held(text: str, document: Path) -> Iterator[str]:
    yield from re.findall(r"`[^`]+`", text)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        yield f"a link to {_place(target, document)}"
    prose = re.sub(r"`[^`]+`|\]\([^)]*\)", "", text)
    yield from re.findall(r"\d+(?:[.,:]\d+)*", prose)


def _place(target: str, document: Path) -> str:
    """Where a link leads, named alike from both languages: a file, and a heading by its place."""
    if target.startswith(("http:", "https:")):
        return target
    path, _, anchor = target.partition("#")
    file = (document.parent / path).resolve() if path else document
    name = _named(file).replace("docs/zh/", "docs/").replace(".zh.md", ".md")
    if not anchor or not file.exists():
        return name
    known = anchors(file)
    return f"{name}, heading {known.index(anchor) + 1}" if anchor in known else f"{name}#{anchor}"


def anchors(path: Path) -> list[str]:
    """The anchors of a document's headings, as they are made for Markdown."""
    found = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found]


def difference(document: Path) -> str | None:
    """The first place where a document and its translation part, and what to do; None if none."""
    other = in_chinese(document)
    ours, theirs = list(lines(document)), list(lines(other))
    for way, i, ended, j, other_ended in SequenceMatcher(
        None, ours, theirs, autojunk=False
    ).get_opcodes():
        if way == "equal":
            for our, their in zip(ours[i:ended], theirs[j:other_ended], strict=True):
                if our.text == their.text and our.kind != "code" and PROSE.search(our.text):
                    return f"{_at(other, their)} is still in English: translate it"
            continue
        if i < ended and j < other_ended:
            return _parted(document, ours[i], other, theirs[j])
        if i < ended:
            before = theirs[j - 1].number if j else 1
            return (
                f"{_at(document, ours[i])} has no counterpart: translate it into "
                f"{_named(other)} after line {before}"
            )
        return (
            f"{_at(other, theirs[j])} has no counterpart in {_named(document)}: "
            "take it out, or write it there as well"
        )
    return None


def _parted(document: Path, ours: Line, other: Path, theirs: Line) -> str:
    if ours.kind != theirs.kind:
        what = f"a {ours.kind} there, a {theirs.kind} here"
    else:
        missing = ", ".join(sorted(ours.held - theirs.held)) or "nothing"
        added = ", ".join(sorted(theirs.held - ours.held)) or "nothing"
        what = f"missing here: {missing}; only here: {added}"
    return (
        f"{_at(other, theirs)} does not say what {_at(document, ours)} says ({what}): "
        "bring the translation up to date"
    )


def _at(document: Path, line: Line) -> str:
    return f"{_named(document)}:{line.number} ({line.text[:60]})"


def _named(document: Path) -> str:
    return os.path.relpath(document, ROOT)
