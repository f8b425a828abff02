"""Rising words: shares of articles, compared."""

from __future__ import annotations

from pipelines.topics.trends import LEAST_Z, rising_words, words_of


def test_words_are_folded_and_numbers_are_none() -> None:
    assert words_of("地鐵新線於3月20日通車，RISC-V與５Ｇ") >= {"地铁", "通车"}
    assert not {"3", "20", "20日", "，"} & words_of("地鐵新線於3月20日通車")


def test_a_word_rises_if_its_share_of_articles_does() -> None:
    recent = [{"地铁", "城市"}] * 6 + [{"城市"}] * 6
    before = [{"城市"}] * 95 + [{"地铁", "城市"}] * 5
    (found,) = rising_words(recent, before)
    assert (found.word, found.recent, found.recent_of) == ("地铁", 6, 12)
    assert (found.before, found.before_of) == (5, 100)
    # by hand: p = 11/112, sd = sqrt(p (1 - p) (1/12 + 1/100)) = 0.0909, (0.5 - 0.05) / 0.0909
    assert round(found.z, 2) == 4.95


def test_few_articles_and_small_changes_do_not_count() -> None:
    before = [{"城市"}] * 100
    assert rising_words([{"地铁"}] * 2 + [{"城市"}] * 10, before) == []
    small = rising_words([{"地铁"}] * 3 + [set()] * 30, [{"地铁"}] * 4 + [set()] * 96)
    assert small == []
    assert all(each.z >= LEAST_Z for each in rising_words([{"地铁"}] * 9, before))


def test_without_anything_to_compare_nothing_rises() -> None:
    assert rising_words([{"地铁"}] * 9, []) == []
    assert rising_words([], [{"地铁"}] * 9) == []


def test_the_surest_come_first_and_not_too_many() -> None:
    recent = [{"甲乙", "丙丁"}] * 5 + [{"甲乙"}] * 5
    before = [{"城市"}] * 50
    assert [each.word for each in rising_words(recent, before)] == ["甲乙", "丙丁"]
    assert [each.word for each in rising_words(recent, before, most=1)] == ["甲乙"]
