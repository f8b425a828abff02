"""The form in which terms are sought in texts: folded, one sign of a kind, blanks beside Han gone.

`even` keeps the length; of a text without its blanks, `Tight` knows where everything stood. So
“芯片 产业” and 芯片產業, broken over two lines, are one, and places still count the characters of
the text as it was given.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise

from attrs import define

from pipelines.text.fold import fold
from pipelines.text.query.places import Span

SOUGHT_VERSION = 2
"""Goes up whenever terms find other texts."""

SIGNS = {
    "·": "•・‧∙⋅",
    '"': "“”„‟「」『』〝〞'‘’‚‛",
    "〇": "○◯",
    " ": "\t\n\r",
}
"""What is written for a sign in one text or another."""
FIRST_HAN = "⺀"
"""Blanks say nothing beside this character and all after it; between Latin words they do."""
HAN_DOT = "."
"""Folded ．, as Taiwan writes it between the parts of a name (约翰．罗斯): there it is a ·."""
_BETWEEN_HAN = re.compile(r"(?<=[㐀-鿿])\.(?=[㐀-鿿])")
_EVEN = tuple((other, sign) for sign, others in SIGNS.items() for other in others)


def even(folded: str) -> str:
    """A folded text with one sign for each kind of dot, quotation mark, zero and blank. Its length
    is kept."""
    for other, sign in _EVEN:  # to replace some twenty signs takes less than to search for any
        folded = folded.replace(other, sign)
    return _BETWEEN_HAN.sub("·", folded) if HAN_DOT in folded else folded


def sought(term: str) -> str:
    """A term in the form in which it is sought."""
    return tight(even(fold(term))).text


@define(frozen=True)
class Tight:
    """An even text without its blanks beside Han characters. cuts: where, in `text`, one was taken
    out; lost: how many up to there."""

    text: str
    cuts: Sequence[int] = ()
    lost: Sequence[int] = ()

    def spread(self, spans: Iterable[Span]) -> list[Span]:
        """Places in `text` as places in the text as it was."""
        cuts, lost = self.cuts, [0, *self.lost]
        found = []
        for pattern, start, end in spans:
            last = bisect_right(cuts, end - 1)
            first = last if not last or cuts[last - 1] <= start else bisect_right(cuts, start)
            found.append((pattern, start + lost[first], end + lost[last]))
        return found


def tight(text: str) -> Tight:
    """Take the blanks beside Han characters out of an even text."""
    pieces = text.split(" ")
    between = [
        before[-1:] < FIRST_HAN > after[:1] for before, after in pairwise(pieces)
    ]  # whether a blank stands between two words that need it
    if any(between):
        pieces = _with_needed_blanks(pieces, between)
    ends = [*accumulate(map(len, pieces))]
    return Tight("".join(pieces), ends[:-1], range(1, len(pieces)))


def _with_needed_blanks(pieces: Sequence[str], needed: Sequence[bool]) -> list[str]:
    """Pieces of a text between the blanks that are not needed."""
    found = [pieces[0]]
    for piece, keep in zip(pieces[1:], needed, strict=True):
        if keep:
            found[-1] += f" {piece}"
        else:
            found.append(piece)
    return found
