"""The query language of topics and of search: text in, tree out.

```
集成电路 AND (出口 OR 管制) NOT 招聘          & | ! and 与 或 非 do as well; a space is AND
"New York"                                    a phrase; also for what would be a sign or operator
芯片 NEAR/20 出口      芯片 ONEAR/20 出口      at most so many characters between; ONEAR: in order
title:芯片   source:(新华社 OR 央视)           also body: keywords: author: site: section:
=芯片   =(芯片 OR 软件)   ~数据                in just these words; in ambiguous ones as well
芯片{>=3}                                     at least so many places
华大 unless_in [驻华大使, 清华大学]            not as a part of these
```
NEAR binds closest, then NOT, AND, OR. Words of Latin letters and digits are found as whole words,
Chinese text anywhere; both scripts, widths and cases are the same (`pipelines.text.query.sought`),
and the words of all regions are searched (`pipelines.text.regions`).
"""

from __future__ import annotations

import re

from attrs import define, evolve

from pipelines.text.clean import clean_line
from pipelines.text.fold import fold
from pipelines.text.query.sought import sought
from pipelines.text.query.terms import WORDING_SIGNS, exceptions_of, term_of, told_apart
from pipelines.text.query.tokens import END, Cursor, QueryError, Token
from pipelines.text.query.tree import (
    FIELD_NAMES,
    FIELDS,
    TEXT_FIELDS,
    And,
    AtLeast,
    Near,
    Node,
    Not,
    Or,
    Reach,
    Term,
    joined,
    marks_places,
    terms_of,
    unbound_not,
)
from pipelines.text.regions.words import Wording

LONGEST_QUERY = 250_000
"""Characters of a query; enough for ten thousand terms."""
MOST_TERMS = 12_000
DEEPEST = 30
"""Brackets inside brackets."""
LONGEST_TERM = 100
FARTHEST = 1_000
"""Characters that NEAR may span."""
MOST_PLACES = 1_000
MOST_EXCEPTIONS = 100
_HALF_WIDTH = {ord("＝"): "=", ord("～"): "~"}
_COUNT = re.compile(r"\{\s*(?:>\s*=|≥|>=)\s*(\d{1,6})\s*\}")
_NEAR = re.compile(r"(?i)(o?)near/(\d{1,6})")
_LOWER = {"and": "AND", "or": "OR", "not": "NOT"}
_UNLESS = "unless_in"
_TERM_EXPECTED = "a term, a phrase or a bracket"
_BEGINNINGS = ("word", "phrase", "open", "not", "wording")


@define(frozen=True)
class Query:
    """A query that has been read."""

    text: str
    root: Node


def parse_query(
    text: str,
    *,
    shortest: int = 1,
    longest: int = LONGEST_QUERY,
    wording: Wording = "usual",
) -> Query:
    """Read a query. shortest: characters that each term must have; longest: of the query; wording:
    which wordings of a term are searched if no sign before it says so.

    Takes time in proportion to its length, and at most about 0.1 s.

    Raises:
        QueryError: it cannot be read; says at which column and what was expected.
    """
    if len(text) > longest:
        problem = f"the query has {len(text):,} characters; {longest:,} at most are read"
        raise QueryError(text[:longest], longest, problem)
    root = _Parser(text, shortest, wording).query()
    loose = unbound_not(root)
    if loose is not None:
        problem = (
            "NOT alone holds for almost everything: join it by AND to something that must be "
            "there, as in 芯片 NOT 招聘"
        )
        raise QueryError(text, loose.start, problem)
    return Query(text, told_apart(root))


class _Parser(Cursor):
    """Reads from left to right, one token ahead; each level of brackets is one level of calls."""

    def __init__(self, text: str, shortest: int, wording: Wording) -> None:
        super().__init__(text)
        self._shortest = shortest
        self._wording = wording
        self._fields: tuple[str, ...] = TEXT_FIELDS
        self._depth = 0
        self._terms = 0

    def query(self) -> Node:
        if self.token.kind == END:
            raise self.error("the query is empty: write at least one term")
        root = self._either()
        if self.token.kind != END:
            raise self.error(self.unexpected())
        return root

    def _either(self) -> Node:
        parts = [self._all()]
        while self.token.kind == "or":
            operator = self.take()
            parts.append(self._all(operator))
        return joined(Or, parts)

    def _all(self, after: Token | None = None) -> Node:
        parts = [self._negated(after)]
        while True:
            if self.token.kind == "and":
                operator = self.take()
                parts.append(self._negated(operator))
            elif self.token.kind in _BEGINNINGS:
                parts.append(self._negated())
            else:
                return joined(And, parts)

    def _negated(self, after: Token | None = None) -> Node:
        if self.token.kind != "not":
            return self._near(after)
        operator = self.take()
        if self.token.kind == "not":
            raise self.error("NOT twice in a row says nothing")
        return Not(part=self._near(operator), start=operator.start)

    def _near(self, after: Token | None) -> Node:
        start = self.token.start
        node = self._counted(after)
        if self.token.kind != "near":
            return node
        self._check_places(node, start)
        parts, reaches = [node], []
        while self.token.kind == "near":
            operator = self.take()
            reaches.append(self._reach(operator))
            start = self.token.start
            part = self._counted(operator)
            self._check_places(part, start)
            if not _fields_of(parts[-1]) & _fields_of(part):
                problem = "the two sides of NEAR are in different fields: they are never near"
                raise self.error(problem, operator.start)
            parts.append(part)
        return Near(parts=tuple(parts), reaches=tuple(reaches))

    def _reach(self, operator: Token) -> Reach:
        written = _NEAR.fullmatch(fold(operator.text))
        if written is None or int(written[2]) > FARTHEST:
            problem = f"say how near, in characters: NEAR/10 (at most NEAR/{FARTHEST})"
            raise self.error(problem, operator.start)
        return Reach(distance=int(written[2]), ordered=bool(written[1]))

    def _check_places(self, node: Node, start: int) -> None:
        if not marks_places(node):
            problem = "NEAR joins terms, phrases and (one OR another), nothing else"
            raise self.error(problem, start)

    def _counted(self, after: Token | None) -> Node:
        start = self.token.start
        node = self._single(after)
        if self.token.kind != "count":
            return node
        token = self.take()
        written = _COUNT.fullmatch(fold(token.text))
        count = int(written[1]) if written else 0
        if not 1 <= count <= MOST_PLACES:
            problem = f"expected {{>=n}} with n from 1 to {MOST_PLACES}, found {token}"
            raise self.error(problem, token.start)
        if not marks_places(node):
            problem = f"{token} counts places of a term, a phrase or (one OR another), nothing else"
            raise self.error(problem, start)
        return AtLeast(part=node, count=count) if count > 1 else node

    def _single(self, after: Token | None) -> Node:
        token = self.token
        if token.kind == "open":
            return self._bracket()
        if token.kind == "wording":
            return self._worded()
        if token.kind not in ("word", "phrase"):
            where = f" after {after}" if after else ""
            raise self.error(f"expected {_TERM_EXPECTED}{where}, found {token}")
        self.take()
        if self.token.kind == "colon":
            return self._in_field(token)
        return self._term(token)

    def _worded(self) -> Node:
        sign = self.take()
        if self.token.kind == "wording":
            raise self.error(f"{sign} and {self.token}: one of them is enough")
        around, self._wording = self._wording, WORDING_SIGNS[sign.text.translate(_HALF_WIDTH)]
        node = self._single(sign)
        self._wording = around
        return node

    def _bracket(self) -> Node:
        opened = self.take()
        self._depth += 1
        if self._depth > DEEPEST:
            problem = f"more than {DEEPEST} brackets inside each other: write it flatter"
            raise self.error(problem, opened.start)
        if self.token.kind == "close":
            raise self.error(f"expected {_TERM_EXPECTED} between the brackets, found none")
        node = self._either()
        if self.token.kind == END:
            raise self.error("this bracket is never closed", opened.start)
        if self.token.kind != "close":
            raise self.error(self.unexpected())
        self.take()
        self._depth -= 1
        return node

    def _in_field(self, name: Token) -> Node:
        field = FIELD_NAMES.get(fold(name.text)) if name.kind == "word" else None
        if field is None:
            problem = (
                f"{name} is no field; fields are {', '.join(FIELDS)}. "
                "A text with a colon is written in quotation marks"
            )
            raise self.error(problem, name.start)
        if self._fields is not TEXT_FIELDS:
            problem = f"{name}: inside of {self._fields[0]}: a term is in one field only"
            raise self.error(problem, name.start)
        colon = self.take()
        self._fields = (field,)
        node = self._single(colon._replace(text=f"{field}:"))
        self._fields = TEXT_FIELDS
        return node

    def _term(self, token: Token) -> Term:
        if token.kind == "word" and token.text in _LOWER:
            problem = (
                f"write {_LOWER[token.text]} in capitals to join terms, "
                f'or "{token.text}" in quotation marks to find the word'
            )
            raise self.error(problem, token.start)
        if token.kind == "word" and fold(token.text) == _UNLESS:
            raise self.error("unless_in follows one term: 华大 unless_in [清华大学]", token.start)
        self._terms += 1
        if self._terms > MOST_TERMS:
            problem = f"more than {MOST_TERMS:,} terms: divide it into several topics"
            raise self.error(problem, token.start)
        text = self._content(token, self._shortest if self._fields is TEXT_FIELDS else 1)
        term = term_of(text, self._wording, fields=self._fields, start=token.start, end=token.end)
        if self.token.kind == "word" and fold(self.token.text) == _UNLESS:
            self.take()
            if self.token.kind == "colon":
                self.take()
            return evolve(term, exceptions=self._exceptions(term))
        return term

    def _exceptions(self, term: Term) -> tuple[str, ...]:
        self.expect("first", "“[” after unless_in, as in 华大 unless_in [清华大学]")
        exceptions: list[str] = []
        while True:
            token = self.token
            if token.kind not in ("word", "phrase"):
                raise self.error(f"expected a term of the list, found {token}")
            text = self._content(self.take(), 1)
            folded = sought(text)
            if term.folded not in folded or term.folded == folded:
                problem = f"{token} is no longer text with {term.text} in it: it excepts nothing"
                raise self.error(problem, token.start)
            exceptions.append(text)
            if len(exceptions) > MOST_EXCEPTIONS:
                raise self.error(f"more than {MOST_EXCEPTIONS} exceptions of one term")
            if self.token.kind == "last":
                self.take()
                each = (exceptions_of(text, self._wording) for text in exceptions)
                return tuple(form for forms in each for form in forms)
            self.expect("comma", "“,” or “]”")

    def _content(self, token: Token, shortest: int) -> str:
        """What a word or phrase says."""
        text = token.text
        if token.kind == "phrase":
            text = re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)
        elif text.startswith(("-", "－")) or text.endswith(("*", "＊")):
            problem = (
                f"“{text[0]}” at the beginning leaves nothing out: write NOT"
                if text[0] in "-－"
                else "no “*” is needed: Chinese text is found anywhere in a text"
            )
            raise self.error(f"{problem}, or quotation marks to find the sign", token.start)
        text = clean_line(text)
        if not shortest <= len(text) <= LONGEST_TERM:
            problem = f"{token} has {len(text)} characters; a term has {shortest} to {LONGEST_TERM}"
            raise self.error(problem, token.start)
        return text


def _fields_of(node: Node) -> set[str]:
    return {field for term in terms_of(node) for field in term.fields}
