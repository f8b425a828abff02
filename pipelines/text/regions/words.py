"""How else a term may be worded: 芯片 is 晶片 in Taiwan, 软件 is 軟體, and the other way round.

Characters fold (`pipelines.text.fold`), vocabulary does not: a text keeps its words, and a term is
searched in all its wordings. The words are those of `table`; within a term each of them may be
replaced. Ambiguous ones, which mean something else as well, are only named unless asked for.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from itertools import islice, product
from pathlib import Path
from typing import Literal

from ahocorasick_rs import AhoCorasick, MatchKind
from attrs import define, field

REGIONS_VERSION = 2
"""Goes up whenever terms find other texts."""
TABLE = Path(__file__).with_name("regional.txt")
MOST_WORDINGS = 12
"""Of one term; one with more regional words is searched in the first of their combinations."""
Wording = Literal["exact", "usual", "all"]
"""Which wordings of a term are searched: only its own, all but ambiguous ones, or all."""
_MARK = "~"


@define(frozen=True)
class Wordings:
    """How else a folded term may be worded. ambiguous: wordings that are not searched unless
    asked for."""

    usual: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()

    def of(self, wording: Wording) -> tuple[str, ...]:
        """The wordings that are searched besides the term itself."""
        if wording == "exact":
            return ()
        return self.usual if wording == "usual" else self.usual + self.ambiguous


NO_WORDINGS = Wordings()


@define
class _Entry:
    """What stands for a word elsewhere."""

    usual: dict[str, None] = field(factory=dict)
    ambiguous: dict[str, None] = field(factory=dict)

    def add(self, word: str, *, ambiguous: bool) -> None:
        (self.ambiguous if ambiguous else self.usual).setdefault(word)


class _Words:
    """The words of the table, and where they stand in a term."""

    def __init__(self, lines: list[list[str]]) -> None:
        entries: dict[str, _Entry] = defaultdict(_Entry)
        for line in lines:
            marked = [(word.removeprefix(_MARK), word.startswith(_MARK)) for word in line]
            for word, ambiguous in marked:
                for other, doubtful in marked:
                    if other != word:
                        entries[word].add(other, ambiguous=ambiguous or doubtful)
                entries[word].usual.pop(word, None)
        self._words = list(entries)
        self._entries = [entries[word] for word in self._words]
        self._places = AhoCorasick(self._words, matchkind=MatchKind.LeftmostLongest)

    def wordings(self, folded: str) -> Wordings:
        places = self._places.find_matches_as_indexes(folded)
        if not places:
            return NO_WORDINGS
        usual = self._combined(folded, places, ambiguous=False)
        every = self._combined(folded, places, ambiguous=True)
        return Wordings(usual, tuple(each for each in every if each not in usual))

    def _combined(
        self, folded: str, places: list[tuple[int, int, int]], *, ambiguous: bool
    ) -> tuple[str, ...]:
        """The term with each of its words in each of their forms, the term itself left out."""
        pieces: list[list[str]] = []
        at = 0
        for number, start, end in places:
            entry = self._entries[number]
            more = (*entry.usual, *(entry.ambiguous if ambiguous else ()))
            pieces += [[folded[at:start]], [folded[start:end], *more]]
            at = end
        pieces.append([folded[at:]])
        found = dict.fromkeys(map("".join, islice(product(*pieces), MOST_WORDINGS + 1)))
        found.pop(folded, None)
        return tuple(found)


def wordings(folded: str) -> Wordings:
    """How else a folded term may be worded."""
    return _words().wordings(folded)


@lru_cache(maxsize=1)
def _words() -> _Words:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return _Words([line.split(" ") for line in lines])
