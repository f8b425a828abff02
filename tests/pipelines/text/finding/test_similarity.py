"""Copies are told from what only looks like them; every claim is about written-out pairs."""

from __future__ import annotations

import re
import sys
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.text.finding.similarity import BANDS, WINDOW, Profile, bands, bare, likeness
from tests.support.hard_cases import HardCase, hard_cases, traditional

CASES = list(hard_cases())
SENTENCES = sorted(
    {part for case in CASES for part in re.findall(r"[^。！？\n]{8,}[。！？]", case.one)}
)


def verdict(case: HardCase) -> str | None:
    return likeness(Profile(case.one), Profile(case.other)).verdict(case.apart)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_hard_cases(case: HardCase) -> None:
    found = verdict(case)
    assert case.allows(found), (found, likeness(Profile(case.one), Profile(case.other)))


def test_precision_and_recall_of_the_hard_cases() -> None:
    found = [(case, verdict(case) == "same") for case in CASES]
    right = sum(same and case.verdict == "same" for case, same in found)
    said = sum(same for _case, same in found)
    wanted = sum(case.verdict == "same" for case in CASES)
    print(f"\n{len(CASES)} hard cases: precision {right / said:.3f}, recall {right / wanted:.3f}")
    assert len(CASES) >= 80
    assert right / said >= 0.99
    assert right / wanted >= 0.99


@pytest.mark.parametrize("case", [case for case in CASES if case.verdict == "same"])
def test_copies_share_a_band(case: HardCase) -> None:
    """Without one they would never be compared; at half the text one pair in eight shares none."""
    like = likeness(Profile(case.one), Profile(case.other))
    if like.jaccard >= 0.65:
        assert set(bands(case.one)) & set(bands(case.other))


def article(dice: Random) -> str:
    return "\n".join(dice.sample(SENTENCES, 9))


@pytest.mark.parametrize(
    ("name", "share"),
    [("cut 10", 0.99), ("cut 30", 0.99), ("cut 50", 0.8), ("frame", 0.99), ("order", 0.99),
     ("script", 0.99), ("edits", 0.9)],
)  # fmt: skip
def test_perturbed_copies_are_found(name: str, share: float) -> None:
    """Candidates by bands and then decided, as the store does it."""
    dice = Random(name)
    found = 0
    for _number in range(100):
        text = article(dice)
        other = perturbed(text, name, dice)
        met = set(bands(text)) & set(bands(other))
        same = likeness(Profile(text), Profile(other)).verdict(timedelta()) == "same"
        found += bool(met) and same
    print(f"\n{name}: {found} of 100 perturbed copies found")
    assert found >= share * 100


def perturbed(text: str, name: str, dice: Random) -> str:
    lines = text.split("\n")
    match name.split():
        case ["cut", percent]:
            kept, length = [], 0
            for line in lines:
                if length + len(line) <= len(text) * (1 - int(percent) / 100) + 10:
                    kept.append(line)
                    length += len(line)
            return "\n".join(kept)
        case ["frame"]:
            return (
                f"本报东港讯（记者 闻一声）\n{text}\n（责任编辑：周末）更多消息请关注本报公众号。"
            )
        case ["order"]:
            return "\n".join(dice.sample(lines, len(lines)))
        case ["script"]:
            return traditional(text).replace("\n", "\u3000")
        case _:
            return "".join(
                "某" if character.isalpha() and dice.random() < 0.01 else character
                for character in text
            )


def test_what_is_too_short_is_like_nothing() -> None:
    text = "图集：雪后的老街，灯笼亮起来了！"
    assert bands(text) == []
    assert likeness(Profile(text), Profile(text)).verdict(timedelta()) is None


def test_time_decides_before_likeness() -> None:
    text = CASES[0].one
    same = likeness(Profile(text), Profile(text))
    assert same.verdict(WINDOW) == same.verdict(-WINDOW) == "same"
    assert same.verdict(WINDOW + timedelta(seconds=1)) is None


def test_bands_are_the_same_on_every_machine() -> None:
    """Bands are stored: a change of their rules must raise `SIMILARITY_VERSION`."""
    text = "港口今天恢复通航，积压的货轮正在陆续进港，明天可以疏导完毕。"
    found = bands(text)
    assert len(found) == BANDS + 1  # one sentence
    assert [found[0], found[-1]] == KNOWN, sys.byteorder


KNOWN = [116277067801836, -2061532573]


@given(st.text(), st.text())
def test_likeness_has_no_direction_and_stays_in_bounds(one: str, other: str) -> None:
    there, back = (
        likeness(Profile(one), Profile(other)),
        likeness(Profile(other), Profile(one)),
    )
    assert there == back
    assert 0 <= there.jaccard <= there.contained <= 1
    assert bare(bare(one)) == bare(one)
