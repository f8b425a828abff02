"""Words that rise, as a page shows them. Blocks."""

from __future__ import annotations

from threading import Lock
from typing import cast

from newsdesk.answers.recent import Recent
from newsdesk.answers.topics.in_force import check_topic
from newsdesk.answers.topics.trends import rising_in
from pipelines.config import Settings
from pipelines.topics.trends import Rising

A_DAY = 30
"""Articles of each day that are read: most time goes into telling words apart."""
_one_at_a_time = Lock()


def rising_seen(settings: Settings, topic: str | None, days: int, recent: Recent) -> list[Rising]:
    """The words that rise in a topic, or in all articles, read from `A_DAY` articles of each day at
    most. recent: of one database.

    Raises:
        NoSuchTopic: it is not in force, and no article has it.
    """
    if topic is not None:
        check_topic(settings, topic)
    with _one_at_a_time:
        found = recent.get((topic, days), lambda: rising_in(settings, topic, days, A_DAY))
    return cast("list[Rising]", found)
