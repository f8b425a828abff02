"""How well an article answers a query, and the piece of it that shows why."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta

import rjieba
from attrs import define

from pipelines.items import TopicHit
from pipelines.text.fold import fold
from pipelines.text.query.matching import Fields, QueryMatch

EXCERPT = 72
"""Characters of an excerpt."""
HALF_WEIGHT = timedelta(days=30)
"""An article this much older than the newest one found counts half."""
_WEIGHTS = {"title": 4.0, "keywords": 2.0}
_AROUND = 12
_LOOKED_AT = 5  # hits of an article whose surroundings are cut into words
_OWN_WORD = 1.5


@define(frozen=True)
class Excerpt:
    """A piece of a field; marks: where terms stand in it, as (start, end)."""

    field: str
    text: str
    marks: list[tuple[int, int]]


def excerpt(fields: Fields, hits: Sequence[TopicHit]) -> Excerpt | None:
    """The piece of the body with the most different terms, else of the field of the first hit."""
    body = [hit for hit in hits if hit.field == "body"]
    if not body:
        return _whole(fields, hits)
    text = fields["body"]
    if not isinstance(text, str):
        return None
    start = max(body, key=lambda hit: (_terms_from(body, hit.start), -hit.start)).start
    begin = max(0, min(start - _AROUND, len(text) - EXCERPT))
    end = begin + EXCERPT
    marks = [
        (hit.start - begin, hit.end - begin)
        for hit in body
        if begin <= hit.start and hit.end <= end
    ]
    return Excerpt("body", text[begin:end].replace("\n", " "), marks)


def _whole(fields: Fields, hits: Sequence[TopicHit]) -> Excerpt | None:
    """A short field, for a query that is about such; the title is shown anyway."""
    for hit in hits:
        value = fields.get(hit.field)
        if hit.field != "title" and isinstance(value, str):
            return Excerpt(hit.field, value[:EXCERPT], [(hit.start, hit.end)])
    return None


def _terms_from(hits: Sequence[TopicHit], start: int) -> int:
    end = start + EXCERPT - _AROUND
    return len({hit.term for hit in hits if start <= hit.start and hit.end <= end})


def score(fields: Fields, match: QueryMatch, age: timedelta) -> float:
    """The higher, the better. age: how much older than the newest article found.

    A term in the title counts four, in the keywords two, once each; the body counts by the
    logarithm of its hits. Hits that are words of their own count half as much again: 国电 in
    中国电影 comes after 国电 itself. Age halves all that, and in three times as long quarters it.
    """
    named = {(hit.field, hit.term) for hit in match.hits if hit.field in _WEIGHTS}
    points = sum(_WEIGHTS[field] for field, _term in named)
    others = sum(hit.field not in _WEIGHTS for hit in match.hits) + match.count - len(match.hits)
    points += math.log2(1 + others)
    looked_at = match.hits[:_LOOKED_AT]
    own = sum(_is_word(fields, hit) for hit in looked_at) / max(1, len(looked_at))
    return points * (1 + (_OWN_WORD - 1) * own) / (1 + max(age, timedelta()) / HALF_WEIGHT)


def _is_word(fields: Fields, hit: TopicHit) -> bool:
    """Whether a hit begins and ends where a segmenter cuts."""
    value = fields.get(hit.field)
    if not isinstance(value, str):
        return True
    begin = max(0, hit.start - _AROUND)
    cuts, place = {begin}, begin
    for word in rjieba.cut(fold(value[begin : hit.end + _AROUND])):
        place += len(word)
        cuts.add(place)
    return {hit.start, hit.end} <= cuts
