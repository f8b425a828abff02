"""What one pass over an article's texts has found: the places of patterns, and in which text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection
from functools import cached_property
from operator import itemgetter

from pipelines.text.query.tree import TEXT_FIELDS

Span = tuple[int, int, int]
"""A place of a pattern: its number, start, end."""
Place = tuple[int, int, str]
"""Start, end, and the term as written in the query."""
_PATTERN = itemgetter(0)


class Occurrences:
    """What one pass over all texts of an article, one after the other, has found.

    Places count from the beginning of the first text. Those of title, body and keywords come
    before `text_end`, and those of the other fields behind it.
    """

    def __init__(self) -> None:
        self.texts: list[tuple[int, int, str]] = []
        self.ends: list[int] = []
        self.text_end = 0
        self.first: dict[int, Span] = {}
        """The first place of each pattern that was found."""
        self._spans: list[Span] = []
        self._last = (0, -1, "")

    def add_text(self, name: str, length: int) -> None:
        """Note the next text; a line end stands between two."""
        start = self.ends[-1] + 1 if self.ends else 0
        self.texts.append((start, start + length, name))
        self.ends.append(start + length)
        if name in TEXT_FIELDS:
            self.text_end = start + length

    def add_spans(self, spans: list[Span]) -> None:
        """Take all places of all patterns, in the order of their ends."""
        backwards = spans[::-1]
        self.first = dict(zip(map(_PATTERN, backwards), backwards, strict=True))
        self._spans = spans

    def keep(self, pattern: int, spans: list[Span]) -> None:
        """Leave out the other places of a pattern."""
        if spans:
            self.first[pattern] = spans[0]
            self._repeated[pattern] = spans
        else:
            del self.first[pattern]

    def spans(self, pattern: int) -> list[Span]:
        """The places of a pattern that was found."""
        return self._repeated.get(pattern) or [self.first[pattern]]

    @cached_property
    def _repeated(self) -> dict[int, list[Span]]:
        """The places of the patterns that stand in more than one; most stand in one."""
        last = dict(zip(map(_PATTERN, self._spans), self._spans, strict=True))
        found: dict[int, list[Span]] = {
            pattern: [] for pattern, span in self.first.items() if last[pattern] is not span
        }
        if found:
            for span in self._spans:
                if span[0] in found:
                    found[span[0]].append(span)
        return found

    def text_at(self, place: int) -> tuple[int, int, str]:
        """Start, end and field of the text that holds a place."""
        start, end, _name = self._last
        if not start <= place < end:
            self._last = self.texts[bisect_right(self.ends, place)]
        return self._last

    def in_text_at_all(self) -> Collection[int]:
        """The patterns that have a place in title, body and keywords."""
        if not self.ends or self.ends[-1] == self.text_end:
            return self.first
        end = self.text_end
        return [pattern for pattern, span in self.first.items() if span[1] < end]

    def in_text(self, spans: list[Span]) -> list[Span]:
        """Those of a pattern's places that are in title, body and keywords."""
        if spans[-1][2] <= self.text_end:
            return spans
        return [span for span in spans if span[1] < self.text_end]
