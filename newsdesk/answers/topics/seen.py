"""Topics as a page shows them: in force, over the last days, and tried anew. Each call blocks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from attrs import define, evolve

from newsdesk.answers.topics.in_force import topic_named, topics_now
from newsdesk.answers.topics.trends import counts_over_time
from newsdesk.answers.topics.trials import Trial, try_query
from newsdesk.exceptions import BadTopic
from pipelines.config import Settings
from pipelines.storage.documents import Document
from pipelines.storage.operations.repositories import NightStore
from pipelines.storage.queries import Filters, newest_articles, opened
from pipelines.storage.topics.overrides import TopicRepository
from pipelines.timing import clock
from pipelines.topics.file import topics_in_force
from pipelines.topics.overrides import Override
from pipelines.topics.topics import Topic

DAYS = timedelta(days=30)
NEWEST, CHANGES, SAMPLES = 15, 20, 6
TRIAL_SECONDS = 1.5
NEW = Topic(name="", title="")


@define(frozen=True)
class TopicSeen:
    """A topic with the number of its articles on each of the last days, the oldest first."""

    topic: Topic
    days: list[int]


def topics_seen(settings: Settings) -> tuple[list[TopicSeen], list[str]]:
    """The topics in force with how they went, and what is wrong with some."""
    state = topics_now(settings)
    return [TopicSeen(each, _days(settings, each.name)) for each in state.topics], state.problems


@define(frozen=True, kw_only=True)
class TopicFile:
    """All that a page shows of a topic: its newest articles, what people changed about it, what
    they decided last, and whether the topics file has it, too."""

    seen: TopicSeen
    newest: list[Document]
    changes: list[Document]
    decided: Override | None
    in_file: bool


def topic_file(settings: Settings, name: str) -> TopicFile:
    """Returns a topic with all of this. Raises: NoSuchTopic."""
    topic = topic_named(topics_now(settings).topics, name)
    newest = newest_articles(settings, Filters(topic=name), limit=NEWEST)
    with opened(settings) as database:
        changes = NightStore(database).changes.list(CHANGES, name)
        decided = TopicRepository(database).get(name)
    return TopicFile(
        seen=TopicSeen(topic, _days(settings, name)),
        newest=newest,
        changes=changes,
        decided=decided,
        in_file=any(each.name == name for each in topics_in_force(settings)[0]),
    )


def switched_off(settings: Settings) -> list[Override]:
    """Returns the topics that people have switched off."""
    with opened(settings) as database:
        return [each for each in TopicRepository(database).list() if not each.enabled]


def _days(settings: Settings, name: str) -> list[int]:
    since = clock.now() - DAYS
    return [*counts_over_time(settings, name, since, "day").values()]


def try_topic(
    settings: Settings, name: str | None, terms: Sequence[str], query: str | None
) -> Trial:
    """What a topic would find among the articles of the last days, gain and lose, if it were so.
    name: None for a topic that is not there yet.

    Raises:
        NoSuchTopic: there is none of that name.
        BadTopic: it would find nothing at all.
        QueryError: the query cannot be read.
    """
    topic = NEW if name is None else topic_named(topics_now(settings).topics, name)
    if not terms and not query:
        raise BadTopic("Write a term or a query.")
    tree = evolve(topic, terms=tuple(terms), query=query).tree()
    since = clock.now() - DAYS
    return try_query(
        settings, tree, topic=name, since=since, samples=SAMPLES, seconds=TRIAL_SECONDS
    )
