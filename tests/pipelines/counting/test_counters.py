"""The table of counters: each key once, each with words for a table and for the docs."""

from __future__ import annotations

from collections import Counter
from typing import get_args

import pytest

from pipelines.counting import counters
from pipelines.counting.stats import PREFIX, Stat

SCRAPYS = ("spider_exceptions", "item_error_count", "downloader/", "retry/", "memusage/")


def test_no_key_is_defined_twice() -> None:
    keys = Counter(key for each in counters.ALL for key in each.keys)
    assert [key for key, number in keys.items() if number > 1] == []


@pytest.mark.parametrize("counter", counters.ALL, ids=lambda each: each.key)
def test_every_counter_can_be_shown(counter: Stat) -> None:
    assert counter.key.startswith((PREFIX, *SCRAPYS))
    assert counter.label
    assert counter.unit
    assert counter.meaning
    assert "|" not in counter.meaning, "it would end a cell of the table"


def test_every_counter_has_the_name_of_its_key() -> None:
    named = {name: each for name, each in vars(counters).items() if isinstance(each, Stat)}
    own = {name: each for name, each in named.items() if each.key.startswith(PREFIX)}
    assert len(own) > 50
    last_words = {name: each.name.rpartition("/")[2].upper() for name, each in own.items()}
    assert last_words == {name: name for name in own}


def test_every_flag_of_a_list_has_its_counter() -> None:
    assert set(counters.LIST_FLAGS) == set(get_args(counters.ListFlag))
