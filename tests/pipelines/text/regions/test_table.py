"""The table of regional words is what it is made of."""

from __future__ import annotations

from pipelines.text.fold import fold
from pipelines.text.regions import table
from pipelines.text.regions.words import TABLE

LINES = [line.split(" ") for line in TABLE.read_text(encoding="utf-8").splitlines()]


def test_the_table_is_what_opencc_and_our_own_words_say() -> None:
    """If it is not, REGIONS_VERSION goes up with the table that `table` writes."""
    assert table.TABLE == TABLE
    assert table.text_of(table.groups()) == TABLE.read_text(encoding="utf-8")


def test_every_word_is_folded_and_stands_once_in_its_line() -> None:
    for line in LINES:
        words = [word.removeprefix(table.AMBIGUOUS) for word in line]
        assert words == [fold(word) for word in words]
        assert len(set(words)) == len(words), line
        assert not line[0].startswith(table.AMBIGUOUS)


def test_ambiguous_words_are_marked_wherever_they_stand() -> None:
    doubtful = set(table.DOUBTFUL.read_text(encoding="utf-8").split())
    for _mainland, *others in LINES:
        assert doubtful.isdisjoint(others)
    assert sum(other.startswith("~") for _first, *others in LINES for other in others) > 90
