"""Topics as people ask about them: those in force now, and queries as they type them."""

from __future__ import annotations

from rich.cells import cell_len

from newsdesk.exceptions import BadQuery, NoSuchTopic
from pipelines.config import Settings
from pipelines.storage.exceptions import StorageError
from pipelines.storage.queries import opened
from pipelines.storage.topics.overrides import TopicRepository
from pipelines.text.query.parser import LONGEST_QUERY, Query, parse_query
from pipelines.text.query.tokens import QueryError
from pipelines.topics.file import topics_in_force
from pipelines.topics.overrides import InForce, with_overrides
from pipelines.topics.topics import Topic, Topics

SHOWN_BEFORE, SHOWN_AFTER = 40, 20
"""Characters around an error that are shown of a long query."""


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


def read_query(text: str, *, shortest: int = 1, longest: int = LONGEST_QUERY) -> Query:
    """A query as typed.

    Raises:
        BadQuery: it cannot be read; the message shows where.
    """
    try:
        return parse_query(text, shortest=shortest, longest=longest)
    except QueryError as error:
        raise BadQuery(f"The query cannot be read: {error}\n{pointed_at(text, error)}") from error


def pointed_at(text: str, error: QueryError) -> str:
    """The line of a query with a mark below the place of the error, in two lines."""
    line = text.split("\n")[error.line - 1]
    at = error.column - 1
    start = max(0, at - SHOWN_BEFORE)
    before, after = line[start:at], line[at : at + SHOWN_AFTER]
    lead = "  …" if start else "  "
    return f"{lead}{before}{after}\n{' ' * cell_len(lead + before)}^"
