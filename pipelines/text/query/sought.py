"""The form in which terms are sought in texts: folded, one sign of a kind, blanks beside Han gone.

`even` keeps the length; of a text without its blanks, `Tight` knows where everything stood. So
“芯片 产业” and 芯片產業, broken over two lines, are one, and places still count the characters of
the text as it was given.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable

from attrs import define, field

from pipelines.text.fold import fold
from pipelines.text.query.places import Span

SOUGHT_VERSION = 1
"""Goes up whenever terms find other texts."""

SIGNS = {
    "·": "•・‧∙⋅",
    '"': "“”„‟「」『』〝〞",
    "'": "‘’‚‛",
    "〇": "○◯",
    " ": "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f\x85\u2028\u2029",
}
"""What is written for a sign in one text or another."""
FIRST_HAN = "⺀"
"""Blanks say nothing beside this character and all after it; between Latin words they do."""
_EVEN = {other: sign for sign, others in SIGNS.items() for other in others}
_OTHER_SIGN = re.compile(f"[{''.join(map(re.escape, _EVEN))}]")
_BLANKS = re.compile(" ++")


def even(text: str) -> str:
    """The text folded, with one sign for each kind of dot, quotation mark, zero and blank. Its
    length is kept."""
    return _OTHER_SIGN.sub(lambda match: _EVEN[match[0]], fold(text))


def sought(term: str) -> str:
    """A term in the form in which it is sought."""
    return tight(even(term)).text


@define
class Tight:
    """An even text without its blanks beside Han characters. cuts: where, in `text`, something
    was taken out; lost: how many characters up to there."""

    text: str
    cuts: list[int] = field(factory=list)
    lost: list[int] = field(factory=list)

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
    pieces, cuts, lost = [], [], []
    at = gone = 0
    for match in _BLANKS.finditer(text):
        start, end = match.span()
        if (start and text[start - 1] >= FIRST_HAN) or (end < len(text) and text[end] >= FIRST_HAN):
            pieces.append(text[at:start])
            gone += end - start
            at = end
            cuts.append(end - gone)
            lost.append(gone)
    if not cuts:
        return Tight(text)
    pieces.append(text[at:])
    return Tight("".join(pieces), cuts, lost)
