"""The topics in force now."""

from __future__ import annotations

from newsdesk.exceptions import NoSuchTopic
from pipelines.config import Settings
from pipelines.storage.exceptions import StorageError
from pipelines.storage.queries import Filters, newest_articles, opened
from pipelines.storage.topics.overrides import TopicRepository
from pipelines.topics.file import topics_in_force
from pipelines.topics.overrides import InForce, with_overrides
from pipelines.topics.topics import Topic, Topics


def topics_now(settings: Settings) -> InForce:
    """The topics in force: the file's, and over them what operators decided.

    Raises:
        NoTopicsError: the file is broken and there is no last good copy.
    """
    topics, broken = topics_in_force(settings)
    problems = []
    if broken is not None:
        problems.append(f"{broken}. The last good topics are in force until it is corrected")
    try:
        with opened(settings) as database:
            overrides = TopicRepository(database).list()
    except StorageError as error:
        problems.append(f"What operators decided about topics cannot be read: {error}")
        return InForce(topics=topics, problems=problems)
    state = with_overrides(topics, overrides)
    state.problems = problems + state.problems
    return state


def topic_named(topics: Topics, name: str) -> Topic:
    """The topic of this name.

    Raises:
        NoSuchTopic: there is none.
    """
    for topic in topics:
        if topic.name == name:
            return topic
    names = ", ".join(topic.name for topic in topics) or "none at all"
    raise NoSuchTopic(f"There is no topic {name!r} in force; there is: {names}.")


def check_topic(settings: Settings, name: str) -> None:
    """Refuse a topic that is not in force and that no stored article has.

    Raises:
        NoSuchTopic: names those in force.
    """
    if not newest_articles(settings, Filters(topic=name), limit=1):
        topic_named(topics_now(settings).topics, name)
