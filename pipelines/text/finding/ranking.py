"""How well an article answers a query."""

from __future__ import annotations

import math
from datetime import timedelta

from pipelines.items import TopicHit
from pipelines.text.fold import fold
from pipelines.text.query.matching import Fields, QueryMatch
from pipelines.text.segmenter import cut

HALF_WEIGHT = timedelta(days=30)
"""An article this much older than the newest one found counts half."""
_WEIGHTS = {"title": 4.0, "keywords": 2.0}
_AROUND = 12
_LOOKED_AT = 5  # hits of an article whose surroundings are cut into words
_OWN_WORD = 1.5


def score(fields: Fields, match: QueryMatch, age: timedelta) -> float:
    """Returns a number that is higher the better an article answers. age: compared to the newest
    one found.

    A term in the title counts four, in the keywords two, once each; the body counts by the
    logarithm of its hits. Hits that are words of their own count half as much again: 国电 in
    中国电影 comes after 国电 itself. An article of the age `HALF_WEIGHT` counts half, of three
    times that age a quarter.
    """
    named = {(hit.field, hit.term) for hit in match.hits if hit.field in _WEIGHTS}
    points = sum(_WEIGHTS[field] for field, _term in named)
    others = sum(hit.field not in _WEIGHTS for hit in match.hits) + match.count - len(match.hits)
    points += math.log2(1 + others)
    looked_at = match.hits[:_LOOKED_AT]
    own = sum(_is_word(fields, hit) for hit in looked_at) / max(1, len(looked_at))
    return points * (1 + (_OWN_WORD - 1) * own) / (1 + max(age, timedelta()) / HALF_WEIGHT)


def _is_word(fields: Fields, hit: TopicHit) -> bool:
    """Returns whether a hit begins and ends where a segmenter cuts."""
    value = fields.get(hit.field)
    if not isinstance(value, str):
        return True
    begin = max(0, hit.start - _AROUND)
    cuts, place = {begin}, begin
    for word in cut(fold(value[begin : hit.end + _AROUND])):
        place += len(word)
        cuts.add(place)
    return {hit.start, hit.end} <= cuts
