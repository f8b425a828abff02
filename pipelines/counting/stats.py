"""Kinds of statistics of a crawl: each writes itself into Scrapy's statistics and reads itself.

Which there are stands in `pipelines.counting.counters`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from attrs import define

LONGEST_NOTE = 500
PREFIX = "newsdesk/"
"""Of our own keys. `jobs.counts` holds them without it."""

Stats = Mapping[str, object]
"""The statistics of a crawl, as Scrapy names them."""


class Collector(Protocol):
    """What is needed of Scrapy's StatsCollector: the service reads counters without Scrapy."""

    def inc_value(self, key: str, count: int = 1) -> None: ...
    def set_value(self, key: str, value: object) -> None: ...
    def max_value(self, key: str, value: object) -> None: ...


@define(frozen=True)
class Stat:
    """Base of all. key: in Scrapy's statistics; meaning: which of its unit it counts."""

    key: str
    label: str
    unit: str
    meaning: str

    @property
    def name(self) -> str:
        """The key in `jobs.counts`."""
        return self.key.removeprefix(PREFIX)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys as documented, with what varies in angle brackets."""
        return (self.key,)


@define(frozen=True)
class Counter(Stat):
    """A number that is added to."""

    def add(self, stats: Collector, number: int = 1) -> None:
        stats.inc_value(self.key, number)

    def of(self, stats: Stats) -> int:
        return _number(stats, self.key)


@define(frozen=True)
class Family(Stat):
    """Counters that differ by a word, such as a reason or a list; their sum is not kept."""

    word: str

    @property
    def keys(self) -> tuple[str, ...]:
        return (f"{self.key}/<{self.word}>",)

    def by(self, word: str) -> Counter:
        return Counter(f"{self.key}/{word}", word.replace("_", " "), self.unit, self.meaning)

    def each(self, stats: Stats) -> dict[str, int]:
        """The counters by their word, the largest first: {"no_body": 3, "no_time": 1}."""
        return _below(stats, self.key)

    def of(self, stats: Stats) -> int:
        """The sum."""
        return sum(self.each(stats).values())


@define(frozen=True)
class Total(Counter):
    """A counter that is also kept by a word."""

    word: str

    @property
    def keys(self) -> tuple[str, ...]:
        return self.key, f"{self.key}/<{self.word}>"

    def by(self, word: str) -> Counter:
        return Counter(f"{self.key}/{word}", word.replace("_", " "), self.unit, self.meaning)

    def each(self, stats: Stats) -> dict[str, int]:
        """The counters by their word, the largest first."""
        return _below(stats, self.key)

    def add_by(self, stats: Collector, word: str) -> None:
        """Add one to the total and to the word's counter."""
        self.add(stats)
        self.by(word).add(stats)


@define(frozen=True)
class Gauge(Stat):
    """A number that is set, or raised to a peak."""

    def set(self, stats: Collector, number: float) -> None:
        stats.set_value(self.key, number)

    def raise_to(self, stats: Collector, number: int) -> None:
        stats.max_value(self.key, number)

    def of(self, stats: Stats) -> float:
        """The number; a whole one wherever whole ones are set."""
        value = stats.get(self.key, 0)
        return value if isinstance(value, int | float) else 0


@define(frozen=True)
class Note(Stat):
    """A text that is set."""

    def set(self, stats: Collector, text: str) -> None:
        stats.set_value(self.key, text[:LONGEST_NOTE])

    def of(self, stats: Stats) -> str | None:
        text = stats.get(self.key)
        return text if isinstance(text, str) else None


@define(frozen=True)
class Notes(Stat):
    """Texts that differ by a word."""

    word: str

    @property
    def keys(self) -> tuple[str, ...]:
        return (f"{self.key}/<{self.word}>",)

    def by(self, word: str) -> Note:
        return Note(f"{self.key}/{word}", word, self.unit, self.meaning)

    def each(self, stats: Stats) -> dict[str, str]:
        start = f"{self.key}/"
        return {
            key.removeprefix(start): value
            for key, value in stats.items()
            if key.startswith(start) and isinstance(value, str)
        }


def counts_of(stats: Stats) -> dict[str, int]:
    """Our own counters as `jobs.counts` holds them: without the prefix, the largest first."""
    return _below(stats, PREFIX.rstrip("/"))


def stats_of(counts: Mapping[str, int]) -> Stats:
    """The statistics of which `counts_of` made these."""
    return {PREFIX + name: number for name, number in counts.items()}


def _number(stats: Stats, key: str) -> int:
    value = stats.get(key, 0)
    return value if isinstance(value, int) else 0


def _below(stats: Stats, key: str) -> dict[str, int]:
    start = f"{key}/"
    found = {
        name.removeprefix(start): value
        for name, value in stats.items()
        if name.startswith(start) and isinstance(value, int)
    }
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))
