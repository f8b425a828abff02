"""The shape of an address: its path without what differs from article to article."""

from __future__ import annotations

import re

from attrs import define

_WORD = r"[A-Za-z][A-Za-z_-]*"
_TOKENS = re.compile(
    r"(?P<H>(?<![A-Za-z0-9])[a-f0-9]{16,40}(?![A-Za-z0-9]))"
    r"|(?P<C>(?![A-Za-z]{1,2}\d{1,20}(?![A-Za-z0-9]))(?=[A-Za-z]{0,30}\d)(?=\d{0,30}[A-Za-z])"
    r"[A-Za-z0-9]{7,40})"
    r"|(?P<D>\d+)|(?P<W>[A-Za-z]+)|(?P<L>[^A-Za-z\d])"
)
"""H hexadecimal, C a code of letters and digits, D digits, W a word, L anything else."""


@define(frozen=True)
class Token:
    """A piece of a path. kind: see above; S: a whole segment that is a word."""

    kind: str
    text: str


def tokens_of(path: str) -> list[Token]:
    """A path as pieces; a segment that is one word, perhaps with dashes, is one piece."""
    found: list[Token] = []
    for number, segment in enumerate(path.split("/")):
        if number:
            found.append(Token("L", "/"))
        if re.fullmatch(_WORD, segment):
            found.append(Token("S", segment))
            continue
        stem, dot, ending = segment.rpartition(".")
        is_file = bool(dot) and ending.isalpha()
        pieces = _TOKENS.finditer(stem if is_file else segment)
        found += [Token(match.lastgroup or "L", match.group()) for match in pieces]
        if is_file:
            found.append(Token("L", f".{ending}"))
    return found


def shape_of(path: str, query: str = "") -> str:
    """What addresses of one kind have in common: "/S/D_D_D_D.shtml"."""
    named = {"L"}
    shape = "".join(each.text if each.kind in named else each.kind for each in tokens_of(path))
    names = sorted(pair.partition("=")[0] for pair in query.split("&") if pair)
    return shape + ("?" + "&".join(names) if names else "")
