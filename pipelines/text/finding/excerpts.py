"""The stretch of an article that shows why a query found it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from attrs import define

from pipelines.items import TopicHit
from pipelines.text.query.matching import Fields

WIDTH = 72
"""Characters of an excerpt."""
_LEAD = 12
"""Characters before the first term that are shown where there is room."""
_LEFT_OUT = "…"


@define(frozen=True)
class ExcerptPart:
    """A part of an excerpt. marked: a term of the query stands there."""

    text: str
    marked: bool = False


@define(frozen=True)
class Excerpt:
    """A stretch of a field, line ends as spaces.

    marks: where terms stand in `text`, as (start, end), in order and apart. cut_before, cut_after:
    the field goes on there.
    """

    field: str
    text: str
    marks: list[tuple[int, int]]
    cut_before: bool = False
    cut_after: bool = False

    @property
    def parts(self) -> list[ExcerptPart]:
        """The excerpt for a reader: plain and marked parts, and an ellipsis where it is cut."""
        return [part for part in self._parts() if part.text]

    def _parts(self) -> Iterator[ExcerptPart]:
        yield ExcerptPart(_LEFT_OUT if self.cut_before else "")
        at = 0
        for start, end in self.marks:
            yield ExcerptPart(self.text[at:start])
            yield ExcerptPart(self.text[start:end], marked=True)
            at = end
        yield ExcerptPart(self.text[at:] + (_LEFT_OUT if self.cut_after else ""))


def excerpt(fields: Fields, hits: Sequence[TopicHit], width: int = WIDTH) -> Excerpt:
    """Returns the excerpt with the most different terms, the first if there are several.

    It is of the body if a term stands there, else of the field of the first hit, the title last. If
    all hits are in lists of words or names it is the beginning of the title.
    """
    texts = {name: text for name, text in fields.items() if isinstance(text, str)}
    names = [hit.field for hit in hits if hit.field in texts]
    name = min(names, key=lambda each: (each != "body", each == "title"), default="title")
    text, here = texts.get(name, ""), [hit for hit in hits if hit.field == name]
    begin = max(0, min(_begin(here, width), len(text) - width))
    end = begin + width
    return Excerpt(
        field=name,
        text=text[begin:end].replace("\n", " "),
        marks=[
            (max(start, begin) - begin, min(stop, end) - begin)
            for start, stop in _merged(here)
            if start < end and stop > begin
        ],
        cut_before=begin > 0,
        cut_after=end < len(text),
    )


def marked(text: str, hits: Iterable[TopicHit]) -> list[ExcerptPart]:
    """Returns a whole text in plain and marked parts. hits: those of this text."""
    return Excerpt(field="", text=text, marks=_merged(hits)).parts


def _begin(hits: Sequence[TopicHit], width: int) -> int:
    """Returns where the stretch with the most different terms begins."""

    def terms_from(start: int) -> int:
        end = start + width - _LEAD
        return len({hit.term for hit in hits if start <= hit.start and hit.end <= end})

    starts = (hit.start for hit in hits)
    first = max(starts, key=lambda start: (terms_from(start), -start), default=0)
    return first - min(_LEAD, width // 2)


def _merged(hits: Iterable[TopicHit]) -> list[tuple[int, int]]:
    """Returns the places of hits in order, overlapping ones as one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted((hit.start, hit.end) for hit in hits):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
