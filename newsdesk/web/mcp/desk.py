"""Tools that look at topics, words, sites, nights and jobs."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from attrs import define, field
from pydantic import BaseModel, Field

from newsdesk.answers.operations.jobs import jobs_page
from newsdesk.answers.operations.tonight import NightMemory, tonight_of
from newsdesk.answers.recent import Recent
from newsdesk.answers.sites import lists_of_sites
from newsdesk.answers.topics.rising import rising_seen
from newsdesk.answers.topics.seen import topics_seen
from newsdesk.answers.topics.trends import UNITS, counts_over_time, rising_data
from newsdesk.web.api import models, topic_models
from newsdesk.web.api.cursors import closed, opened
from newsdesk.web.mcp.foreign import NOTE, Listed
from newsdesk.web.mcp.paging import page_of
from newsdesk.web.mcp.parameters import FEW, After, Limit, Site, Time, Topic
from newsdesk.web.parameters import moment
from pipelines.config import Settings
from pipelines.records import JobState
from pipelines.timing import clock
from schedules.job import JobKind

MOST_COUNTS = 1_000


class Trend(BaseModel):
    """articles: how many were published on each day, or in the week or month that begins on it;
    the last 1,000 of them."""

    topic: str
    by: str
    articles: dict[date, int]


class RisingWord(models.Model):
    """A word. recent of recent_of articles of the last days have it, before of before_of earlier
    ones. z: by how many standard deviations it rose."""

    word: str
    recent: int
    recent_of: int
    before: int
    before_of: int
    z: float


class SiteTold(BaseModel):
    """A site. lists: the names of its lists with their titles."""

    site: str
    title: str
    home: str
    lists: dict[str, str]


class TopicsTold(topic_models.Topics):
    """The topics in force; problems: what is wrong with some. next: give it as `after` for those
    that follow; null: there are no more."""

    next: str | None = None
    note: str = NOTE


class Nights(models.Tonight):
    """How the nights stand. verdict: fine, under_way, needs_you, no_service or no_night."""

    note: str = NOTE


@define(frozen=True)
class DeskTools:
    """What is asked about topics and about the desk itself."""

    settings: Settings
    _nights: NightMemory = field(factory=NightMemory)
    _rising: Recent = field(factory=lambda: Recent(600.0))

    def list_topics(self, after: After = None, limit: Limit = FEW) -> TopicsTold:
        """List the topics that articles are kept for, with what each is found by and how many
        articles it had on each of the last 30 days."""
        found, problems = topics_seen(self.settings)
        shown, following = page_of(found, lambda each: each.topic.name, after, limit)
        items = [topic_models.Topic.told(each) for each in shown]
        return TopicsTold(items=items, problems=problems, next=following)

    def topic_trend(
        self,
        topic: Annotated[str, Field(max_length=100, description="Its name: see list_topics.")],
        by: Literal["day", "week", "month"] = "day",
        since: Time = None,
    ) -> Trend:
        """Count the articles of a topic over time; unless `since` says otherwise, of the last 30
        days, 26 weeks or 2 years."""
        begin = moment(since, "since") or clock.now() - UNITS[by]
        counts = counts_over_time(self.settings, topic, begin, by)
        return Trend(topic=topic, by=by, articles=dict([*counts.items()][-MOST_COUNTS:]))

    def rising_words(
        self,
        topic: Topic = None,
        days: Annotated[int, Field(ge=1, le=30, description="The last days.")] = 7,
        after: After = None,
        limit: Limit = FEW,
    ) -> Listed[RisingWord]:
        """Name the words that stand in a larger share of the articles of the last days than in the
        30 days before, in one topic or in all. Takes a second or two."""
        found = rising_seen(self.settings, topic, days, self._rising)
        shown, following = page_of(found, lambda each: each.word, after, limit)
        return Listed(items=[RisingWord.of(rising_data(each)) for each in shown], next=following)

    def list_sites(self, after: After = None, limit: Limit = FEW) -> Listed[SiteTold]:
        """List the sites that are collected, with their lists."""
        sites: dict[str, SiteTold] = {}
        for each in lists_of_sites():
            told = SiteTold(site=each["site"], title=each["title"], home=each["home"], lists={})
            sites.setdefault(told.site, told).lists[each["section"]] = each["section_title"]
        shown, following = page_of([*sites.values()], lambda each: each.site, after, limit)
        return Listed(items=[*shown], next=following)

    def nights(self) -> Nights:
        """Say whether last night is fine, site by site: what was collected, what went wrong, what
        runs now and when each site is next."""
        return Nights.told(tonight_of(self.settings, self._nights))

    def list_jobs(
        self,
        site: Site = None,
        state: JobState | None = None,
        kind: JobKind | None = None,
        since: Time = None,
        after: After = None,
        limit: Limit = FEW,
    ) -> Listed[models.Job]:
        """List jobs (crawls, replays, imports), the newest first, with how each ended and what it
        brought."""
        found = jobs_page(
            self.settings,
            site=site,
            states=[state] if state else [],
            kind=kind,
            since=moment(since, "since"),
            after=opened(after),
            limit=limit,
        )
        return Listed(items=[models.Job.of(each) for each in found.jobs], next=closed(found.older))
