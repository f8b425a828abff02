"""What the API answers of topics and their trials, field by field."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self

from pydantic import BaseModel

from newsdesk.answers.topics.seen import TopicSeen
from newsdesk.web.api.models import Model


class Topic(Model):
    """A topic in force. days: its articles on each of the last 30 days, the oldest first."""

    name: str
    title: str
    terms: list[str]
    query: str | None = None
    origin: str
    days: list[int]

    @classmethod
    def told(cls, seen: TopicSeen) -> Self:
        """Returns a topic as the answers give it."""
        topic = seen.topic
        return cls(
            name=topic.name,
            title=topic.title,
            terms=[*topic.terms],
            query=topic.query,
            origin=topic.origin,
            days=seen.days,
        )


class Topics(BaseModel):
    """The topics in force; problems: what is wrong with some."""

    items: list[Topic]
    problems: list[str]


class Looked(Model):
    """Articles that a trial looked at."""

    stored: int
    turned_away: int


class Named(Model):
    """How many articles, and their ids, 1,000 at most."""

    count: int
    articles: list[str]


class Sample(Model):
    """An article that a trial found."""

    article: str
    published_at: datetime
    title: str
    snippet: str


class Deciding(Model):
    """What a term of a trial decides. articles, places: where it stands among what is stored;
    alone: in so many of these articles it is the only term. gained, returned: articles with it that
    the topic would get, or that would come back; lost: those that it has by it and would lose."""

    term: str
    articles: int
    places: int
    alone: int
    gained: int
    returned: int
    lost: int


class Trial(Model):
    """What a topic would find if it were so. words: its terms, those that decide most first. cut:
    time was up before all was looked at."""

    topic: str
    looked_at: Looked
    matched: int
    places: int
    gains: Named
    loses: Named
    returns: Named
    days: dict[date, int]
    words: list[Deciding]
    samples: list[Sample]
    cut: bool
