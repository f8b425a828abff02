"""A topic over time, and the words that are rising in its articles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from newsdesk.answers.topics.in_force import check_topic
from newsdesk.exceptions import BadTopic
from pipelines.config import Settings
from pipelines.storage.topics.queries import Unit, stored_articles, topic_counts
from pipelines.timing.beijing import ZONE
from pipelines.timing.clock import now
from pipelines.topics.trends import Rising, rising_words, words_of

TRAILING = timedelta(days=30)
UNITS: Mapping[Unit, timedelta] = {
    "day": timedelta(days=30),
    "week": timedelta(weeks=26),
    "month": timedelta(days=730),
}
"""How time is divided, and how far back is looked unless told otherwise."""


def read_unit(text: str) -> Unit:
    """A unit of time as typed.

    Raises:
        BadTopic: it is none.
    """
    for unit in UNITS:
        if unit == text:
            return unit
    raise BadTopic(f"--by {text}: write {', '.join(UNITS)}.")


def counts_over_time(
    settings: Settings, topic: str, since: datetime, unit: Unit
) -> dict[date, int]:
    """Counts a topic's articles by day, week or month in Beijing until now, also where there are
    none. A week or month goes by its first day.

    Raises:
        NoSuchTopic: it is not in force, and no article has it.
    """
    found = topic_counts(settings, topic, since, unit, ZONE.key)
    if not found:
        check_topic(settings, topic)
    counts = {moment.astimezone(ZONE).date(): number for moment, number in found.items()}
    start = _first_day(since.astimezone(ZONE).date(), unit)
    days = {}
    while start <= now().astimezone(ZONE).date():
        days[start] = counts.pop(start, 0)
        start = _next(start, unit)
    return days | counts


def rising_in(
    settings: Settings, topic: str | None, recent_days: int, a_day: int = 0
) -> list[Rising]:
    """The words that rise in a topic, or in all articles: the last days against the 30 days before.
    a_day: so many articles of each day are read, the latest of it; 0: all."""
    end = now()
    recent = _words(settings, topic, end, recent_days, a_day)
    before = _words(settings, topic, end - timedelta(days=recent_days), TRAILING.days, a_day)
    return rising_words(recent, before)


def _words(
    settings: Settings, topic: str | None, end: datetime, days: int, a_day: int
) -> Iterator[set[str]]:
    """The words of each article of so many days until then."""
    for back in range(days):
        until = end - timedelta(days=back)
        begin = until - timedelta(days=1)
        for document in stored_articles(settings, begin, topic, until=until, limit=a_day):
            yield words_of("\n".join([document["title"], document["body"], *document["keywords"]]))


def _first_day(day: date, unit: Unit) -> date:
    if unit == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if unit == "month" else day


def _next(day: date, unit: Unit) -> date:
    if unit == "month":
        return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return day + timedelta(days=7 if unit == "week" else 1)


def rising_data(each: Rising) -> dict[str, Any]:
    """A rising word as plain values."""
    return {
        "word": each.word,
        "recent": each.recent,
        "recent_of": each.recent_of,
        "before": each.before,
        "before_of": each.before_of,
        "z": round(each.z, 2),
    }
