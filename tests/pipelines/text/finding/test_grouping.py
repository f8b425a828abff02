"""Copies belong to the first one of their story; what holds two articles belongs to none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from pipelines.text.finding.grouping import Groups, assigned, held, regrouped
from pipelines.text.finding.similarity import Profile
from tests.support.samples import own_words

LINES = [own_words(700 + number, 40) + "。" for number in range(60)]


def text(*spans: tuple[int, int]) -> str:
    return "\n".join(line for start, end in spans for line in LINES[start:end])


def groups(texts: Mapping[str, str], leaders: Sequence[str] = ()) -> Groups:
    profiles = {id_: Profile(each) for id_, each in texts.items()}
    order = [id_ for id_ in texts if id_ not in leaders]
    return regrouped(order, profiles, lambda _one, _other: True, leaders)


def test_copies_are_grouped_under_the_first() -> None:
    found = groups(
        {"a": text((0, 9)), "x": text((30, 39)), "b": text((0, 9)) + "（完）", "c": text((0, 6))}
    )
    assert found == Groups(members={"a": ["a", "b", "c"]}, wholes={})


def test_a_copy_of_a_copy_is_none_of_the_first() -> None:
    """Each is a copy of its neighbours alone."""
    chain = {str(number): text((2 * number, 2 * number + 25)) for number in range(6)}
    assert groups(chain).members == {"0": ["0", "1"], "2": ["2", "3"], "4": ["4", "5"]}


@pytest.mark.parametrize("order", ["abd", "adb", "dab"])
def test_a_digest_joins_nothing(order: str) -> None:
    texts = {"a": text((0, 9)), "b": text((20, 29)), "d": text((0, 9), (20, 29))}
    found = groups({id_: texts[id_] for id_ in order})
    assert found == Groups(members={}, wholes={"d": {"a", "b"}})


def test_copies_of_what_stands_in_a_digest_stay_together() -> None:
    found = groups(
        {"d": text((0, 9), (20, 29)), "a": text((0, 9)), "b": text((20, 29)), "c": text((0, 9))}
    )
    assert found == Groups(members={"a": ["a", "c"]}, wholes={"d": {"a", "b", "c"}})


def test_the_pages_of_one_article_are_parts_of_it_and_of_nothing_else() -> None:
    halves = {"whole": text((0, 12)), "first": text((0, 6)), "again": text((0, 7))}
    assert groups(halves).members == {"whole": ["whole", "first", "again"]}


def test_leaders_come_first() -> None:
    found = groups({"a": text((0, 9)), "b": text((0, 9))}, leaders=["b"])
    assert found.members == {"b": ["b", "a"]}


def test_what_is_too_far_away_in_time_is_not_compared() -> None:
    profiles = {id_: Profile(text((0, 9))) for id_ in "ab"}
    assert regrouped(["a", "b"], profiles, lambda _one, _other: False).members == {}


def test_only_different_articles_make_a_digest() -> None:
    profiles = {
        "a": Profile(text((0, 9))), "b": Profile(text((0, 8))), "c": Profile(text((20, 29))),
        "d": Profile(text((0, 9), (20, 29))), "long": Profile(text((0, 9), (12, 40))),
    }  # fmt: skip
    assert held("d", "ab", profiles) == set()
    assert held("d", "abc", profiles) == {"a", "b", "c"}
    assert held("long", "ac", profiles) == set()  # two excerpts of it


def test_each_follows_the_earliest_it_is_a_copy_of() -> None:
    copies = {"c": {"a", "b"}, "d": {"c"}, "e": {"d"}}
    assert assigned("abcde", (), copies) == {"a": "a", "b": "b", "c": "a", "d": "d", "e": "d"}
    assert assigned("cd", ("b", "a"), copies) == {"a": "a", "b": "b", "c": "b", "d": "d"}
