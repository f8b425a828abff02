"""Copies, digests, cuts, templates and other wordings, made out of real news, and what became of
them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import Any, Literal

import rjieba
from attrs import define

from pipelines.text.fold import fold
from tests.support.made_texts import (
    cut,
    dated_footer,
    digest,
    middle,
    one_number_changed,
    taiwan,
    templates,
)

CASES = 300
"""Of each kind."""
SHORTEST, LONGEST = 300, 4000
"""Characters of the texts of which others are made."""
CHAINS = 20
CHAINED = 9
"""Pages that hold two neighbours each, and so would make one story of all."""
Document = Mapping[str, Any]
Want = Literal["same", "named", "other", "digest", "chain"]
"""same: one story. named: one story, or `similar` names it. other: no story together. digest: the
last text names the others in `contains` and is of no story with them. chain: every story holds
copies of one text only."""


@define(frozen=True)
class Case:
    """Texts that come on different pages, and what they should be to each other."""

    kind: str
    want: Want
    texts: Sequence[str]


def cases(texts: Sequence[str], natural: Iterable[tuple[str, str]]) -> Iterator[Case]:
    """Of each kind. natural: pairs that are known to be the same news."""
    dice = Random(11)
    some = [text for text in texts if SHORTEST <= len(text) <= LONGEST]

    def each(kind: str, want: Want, make: Callable[[str], str | None]) -> Iterator[Case]:
        for text in dice.sample(some, min(CASES, len(some))):
            made = make(text)
            if made is not None and made != text:
                yield Case(kind, want, (text, made))

    for pair in natural:
        yield Case("natural pairs", "same", pair)
    yield from each("another script and wording", "same", taiwan)
    yield from each("a dated footer", "same", lambda text: f"{text}\n{dated_footer(dice)}")
    for share in (0.95, 0.7, 0.5):
        made = f"{share:.0%} and a dated footer"
        yield from each(made, "same", lambda text, share=share: cut(text, share, dice))  # type: ignore[misc]
    yield from each("half, from anywhere", "named", lambda text: middle(text, 0.5, dice))
    yield from each("one number changed", "other", lambda text: one_number_changed(text, dice))
    for made_pair in templates():
        yield Case("templates", "other", (made_pair.one, made_pair.other))
    for two in _apart(some, CASES, 2, dice):
        yield Case("digests of two", "digest", (*two, digest(*two)))
    for row in _apart(some, CHAINS, CHAINED + 1, dice):
        pages = [digest(*row[part : part + 2]) for part in range(CHAINED)]
        yield Case("pages that hold two neighbours", "chain", (*row, *pages))


def _apart(texts: Sequence[str], count: int, size: int, dice: Random) -> Iterator[list[str]]:
    """Groups of texts, none of which is in two of them."""
    some = dice.sample(texts, min(count * size, len(texts) // size * size))
    for start in range(0, len(some), size):
        yield some[start : start + size]


@define
class Tally:
    """What became of the cases of one kind. missed: not what they should be. wrong: in one story
    with what they are not."""

    cases: int = 0
    missed: int = 0
    wrong: int = 0

    def __str__(self) -> str:
        right = 1 - (self.missed + self.wrong) / max(self.cases, 1)
        return f"{self.cases:6} {right:7.3f} {self.missed:7} {self.wrong:6}"


def judged(want: Want, stored: Sequence[Document]) -> Literal["right", "missed", "wrong"]:
    """What became of a case, by its articles in their order."""
    stories = [each.get("story") for each in stored]
    ids = [each["_id"] for each in stored]
    if want in ("same", "named"):
        named = want == "named" and ids[-1] in (stored[0].get("similar") or ())
        joined = stories[0] is not None and stories[0] == stories[-1]
        return "right" if joined or named else "missed"
    if want == "chain":
        return "wrong" if max(Counter(filter(None, stories)).values(), default=0) > 2 else "right"
    if stories[-1] is not None and stories[-1] in stories[:-1]:
        return "wrong"
    if want == "digest":
        contained = stored[-1].get("contains") or ()
        return "right" if {*ids[:-1]} == {*contained} else "missed"
    return "right"


def mainland_words(texts: Sequence[str]) -> list[str]:
    """Words of these texts for which Taiwan has another one, by OpenCC."""
    words = Counter(
        word for text in texts for word in rjieba.cut(text) if len(word) > 1 and _is_han(word)
    )
    return [word for word, _count in words.most_common() if fold(taiwan(word)) != fold(word)]


def _is_han(word: str) -> bool:
    return all("一" <= character <= "鿿" for character in word)
