"""The words and signs of a query, and what is wrong with one.

Full-width signs and every kind of double quotation marks are read like the ASCII ones. The text
is read once from left to right, sign by sign, so that a query that is wrong at its beginning
costs nothing for its end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_FULL_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_QUOTES = dict.fromkeys(map(ord, "“”„‟「」『』"), '"')
_ASCII = {**_FULL_WIDTH, **_QUOTES, 0x3000: " ", ord("、"): ",", ord("≥"): ">"}
_SIGNS = re.compile(
    r"""\s++
    | (?P<phrase> "(?: [^"\\]++ | \\. )*+" )
    | (?P<open> \( ) | (?P<close> \) )
    | (?P<and> &&? ) | (?P<or> \|\|? ) | (?P<not> ! )
    | (?P<count> \{ [^{}]*+ \} )
    | (?P<first> \[ ) | (?P<last> \] ) | (?P<comma> , ) | (?P<colon> : ) | (?P<wording> [=~] )
    | (?P<word> [^\s"()&|!{}\[\],:]++ )
    | (?P<wrong> . )""",
    re.VERBOSE | re.DOTALL,
)
_WORDS = {"AND": "and", "OR": "or", "NOT": "not", "与": "and", "與": "and", "或": "or", "非": "not"}
_NEAR = re.compile(r"(?i:o?near)(?:/.*)?")
"""Whatever stands behind the stroke: the parser says what should."""
END = "end"


class QueryError(Exception):
    """Raised when a query cannot be read. text: of the query; offset: where, from 0."""

    def __init__(self, text: str, offset: int, problem: str) -> None:
        before = text[:offset]
        self.line = before.count("\n") + 1
        self.column = offset - (before.rfind("\n") + 1) + 1
        self.text = text
        self.offset = offset
        self.problem = problem
        where = (
            f"line {self.line}, column {self.column}" if "\n" in text else f"column {offset + 1}"
        )
        super().__init__(f"{where}: {problem}")


class Token(NamedTuple):
    """A word or sign as written; kind: what it is (`word`, `near`, `open`, ..., `end`)."""

    kind: str
    text: str
    start: int
    end: int

    def __str__(self) -> str:
        shown = self.text if len(self.text) <= _SHOWN else f"{self.text[:_SHOWN]}…"
        return "the end of the query" if self.kind == END else f"“{shown}”"


_SHOWN = 30


class Cursor:
    """Walks over a query: the token at which it stands, the next one, errors at a place."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokens(text)
        self.token = next(self._tokens)

    def take(self) -> Token:
        """The token at which it stands; goes on to the next."""
        token = self.token
        if token.kind != END:
            self.token = next(self._tokens)
        return token

    def expect(self, kind: str, what: str) -> None:
        """Take a token of this kind, or say that `what` was expected."""
        if self.token.kind != kind:
            raise self.error(f"expected {what}, found {self.token}")
        self.take()

    def unexpected(self) -> str:
        """What is wrong with a token after which the query cannot go on."""
        found = f"expected AND, OR, NOT or the end of the query, found {self.token}"
        return _UNEXPECTED.get(self.token.kind, found)

    def error(self, problem: str, offset: int | None = None) -> QueryError:
        """The error at a place; else where it stands."""
        return QueryError(self._text, self.token.start if offset is None else offset, problem)


_UNEXPECTED = {
    "close": "this bracket was never opened",
    "comma": "a comma joins nothing: write AND or OR; a text with a comma is written in "
    "quotation marks",
    "count": "a count stands right after a term, a phrase or a bracket",
}


def tokens(text: str) -> Iterator[Token]:
    """The words and signs of a query one after the other; the last is its end.

    Raises:
        QueryError: a sign that no query has, or a quotation mark that is never closed.
    """
    plain = text.translate(_ASCII)
    for match in _SIGNS.finditer(plain):
        kind = match.lastgroup
        if kind is None:
            continue
        start, end = match.span()
        if kind == "word":
            kind = _WORDS.get(match[0]) or ("near" if _NEAR.fullmatch(match[0]) else "word")
        elif kind == "wrong":
            raise QueryError(text, start, _wrong(match[0]))
        yield Token(kind, text[start:end], start, end)
    yield Token(END, "", len(text), len(text))


def _wrong(sign: str) -> str:
    if sign == '"':
        return "this quotation mark is never closed"
    return f"“{sign}” is never closed or never opened: a count is written {{>=3}}"
