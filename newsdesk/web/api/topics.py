"""Topics in force, tried anew, and the sites."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from newsdesk.answers.sites import lists_of_sites
from newsdesk.answers.topics.seen import topics_seen, try_topic
from newsdesk.answers.topics.trials import trial_data
from newsdesk.web.api import models, topic_models
from newsdesk.web.api.parts import Asked, Id, Key, Words, new_router
from newsdesk.web.visit import Here

router: APIRouter = new_router("topics and sites")
MOST_TERMS = 100


class TrialAsked(Asked):
    """What the topic would be found by."""

    terms: Annotated[list[Key], Field(max_length=MOST_TERMS, default_factory=list)]
    query: Words | None = None


@router.get("/topics")
def topics(visit: Here) -> topic_models.Topics:
    """The topics in force, and what is wrong with some."""
    found, problems = topics_seen(visit.settings)
    return topic_models.Topics(
        items=[topic_models.Topic.told(each) for each in found], problems=problems
    )


@router.get("/topics/{topic}/trial")
def trial(visit: Here, topic: Id, asked: Annotated[TrialAsked, Query()]) -> topic_models.Trial:
    """What a topic would match, gain and lose among the last 30 days; changes nothing."""
    found = try_topic(visit.settings, topic, asked.terms, asked.query)
    return topic_models.Trial.of(trial_data(found, topic), cut=found.cut)


@router.get("/sites")
def sites(visit: Here) -> models.Page[models.SiteList]:
    """The sites that can be crawled, with their lists."""
    return models.Page(items=[models.SiteList.of(each) for each in lists_of_sites()])
