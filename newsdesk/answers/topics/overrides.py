"""What operators decide about topics, over the topics file. Each call blocks."""

from __future__ import annotations

from typing import Any

import attrs

from newsdesk.answers.topics.in_force import topic_named
from newsdesk.answers.who import note_change, operator
from newsdesk.exceptions import BadTopic, NoSuchTopic
from pipelines.config import Settings
from pipelines.storage.operations.repositories import NightStore
from pipelines.storage.queries import opened
from pipelines.storage.schema.ensure import ensure_schema
from pipelines.storage.topics.overrides import TopicRepository
from pipelines.timing.clock import now
from pipelines.topics.file import topics_in_force
from pipelines.topics.overrides import InForce, Override, with_overrides


def add_topic(settings: Settings, name: str, **changes: Any) -> InForce:  # noqa: ANN401 - fields
    """Adds a topic; returns the topics then in force.

    Raises:
        BadTopic: there is one of that name, in force or switched off, or it could not be used.
    """
    with opened(settings) as database:
        there = TopicRepository(database).get(name) is not None
    if there or any(topic.name == name for topic in topics_in_force(settings)[0]):
        raise BadTopic(f"There is a topic {name!r} already: change that, or take another name.")
    return set_topic(settings, name, **changes)


def set_topic(settings: Settings, name: str, **changes: Any) -> InForce:  # noqa: ANN401 - fields
    """Changes a topic over the file, or adds one; returns the topics then in force, with notes.

    Raises:
        BadTopic: nothing was to be changed, or the result could not be used.
        NoSuchTopic: one that is nowhere was to be switched off.
    """
    if not changes:
        raise BadTopic("Say what is to change: --query, --term, --title, --on, --off or --note.")
    with opened(settings) as database:
        ensure_schema(database)
        store = TopicRepository(database)
        decided, topics = store.get(name), topics_in_force(settings)[0]
        override = attrs.evolve(decided or Override(name=name), **changes, updated_by=operator())
        if decided is None and not override.enabled:
            topic_named(topics, name)
        state = with_overrides(topics, [override])
        if state.unusable:
            raise BadTopic(f"Nothing was changed: {state.unusable[name]}.")
        store.put(override, now())
        given = {key: list(v) if isinstance(v, tuple) else v for key, v in changes.items()}
        note_change(NightStore(database), "topic.set", name, **given)
    return state


def unset_topic(settings: Settings, name: str) -> bool:
    """Drops an operator's change of a topic; returns whether the topics file has that topic.

    Raises:
        NoSuchTopic: nothing was.
    """
    with opened(settings) as database:
        if not TopicRepository(database).remove(name):
            raise NoSuchTopic(f"Nothing was set for {name}: newsdesk topics list shows what was.")
        note_change(NightStore(database), "topic.unset", name)
    return any(topic.name == name for topic in topics_in_force(settings)[0])
