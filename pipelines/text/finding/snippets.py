"""A line of an article around the places that made it match."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import define

WIDTH = 60
"""Characters of a snippet, the marks of what was left out not counted."""
_LEFT_OUT = "…"


@define(frozen=True)
class Piece:
    """A part of a snippet; marked: it is a place that was found."""

    text: str
    marked: bool = False


def snippet(text: str, places: Iterable[tuple[int, int]], width: int = WIDTH) -> list[Piece]:
    """The stretch of a text that holds the most places, the first of them if there are several.

    places: start and end in the text. Line ends become spaces. Without places it is the beginning
    of the text; an empty text gives no piece.
    """
    marks = _merged(places)
    begin = _begin(marks, width)
    end = min(len(text), begin + width)
    begin = max(0, min(begin, end - width))
    pieces = [Piece(_LEFT_OUT)] if begin > 0 else []
    at = begin
    for start, stop in marks:
        if start >= end or stop <= begin:
            continue
        first, last = max(start, begin), min(stop, end)
        pieces += [Piece(text[at:first]), Piece(text[first:last], marked=True)]
        at = last
    pieces.append(Piece(text[at:end] + (_LEFT_OUT if end < len(text) else "")))
    return [Piece(each.text.replace("\n", " "), each.marked) for each in pieces if each.text]


def _merged(places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The places in order, overlapping ones as one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _begin(marks: Sequence[tuple[int, int]], width: int) -> int:
    """Where to begin: a little before the first place of the densest stretch."""
    best, begin, last = 0, 0, 0
    for first, (start, end) in enumerate(marks):
        last = max(last, first)
        while last + 1 < len(marks) and marks[last + 1][1] - start <= width:
            last += 1
        if last - first + 1 > best:
            spare = width - (max(end, marks[last][1]) - start)
            best, begin = last - first + 1, max(0, start - max(0, spare) // 2)
    return begin
