"""Texts that share a sentence are told from copies by what each has of its own."""

from __future__ import annotations

import time
from itertools import combinations
from random import Random

import pytest

from pipelines.text.finding.grouping import MANY, Differences

SHARED = -1


def are_many(texts: list[list[int]]) -> bool:
    named = {str(number): text for number, text in enumerate(texts)}
    return Differences.of(named).are_many([*named])


def test_different_texts_are_many() -> None:
    texts = [[SHARED, -10 * number] for number in range(1, 5)]
    assert are_many(texts)
    assert not are_many(texts[:3])


@pytest.mark.parametrize(
    "texts",
    [
        [[SHARED, -2]] * 20,
        [[SHARED, *range(-2 - number, -1)] for number in range(20)],  # each is cut a bit less
        [[SHARED, -2], [SHARED, -2, -3], [SHARED, -2, -4], [SHARED, -2, -5]],
        [[SHARED, first, second] for first, second in combinations((-2, -3, -4), 2)] * 3,
    ],
    ids=["copies", "cuts", "few with a footer of their own", "what one of the others has"],
)
def test_copies_and_cuts_are_not(texts: list[list[int]]) -> None:
    assert not are_many(texts)


def test_more_texts_never_make_it_less_true() -> None:
    dice = Random(3)
    for _round in range(300):
        texts = [dice.sample(range(-9, 0), dice.randint(2, 5)) for _text in range(9)]
        answers = [are_many(texts[:number]) for number in range(10)]
        assert answers == sorted(answers)
        by_hand = any(
            all(
                set(text).difference(*(other for other in family if other is not text))
                for text in family
            )
            for family in combinations(texts, MANY)
        )
        assert answers[-1] == by_hand


def test_a_search_ends() -> None:
    """Every text has what two of the others have between them."""
    texts = [[SHARED, -number, -(number + 1) % 300] for number in range(2, 300)]
    hard = [[*range(-40, 0)][: 20 + number % 20] for number in range(2_000)]
    began = time.thread_time()
    assert are_many(texts)
    assert not are_many(hard)
    assert time.thread_time() - began < 5
