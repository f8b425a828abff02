"""Tools that look at articles, stories and hot lists."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from attrs import define
from pydantic import Field

from newsdesk.answers.articles.choosing import read_cursor, read_filters
from newsdesk.answers.articles.hot import hot_page
from newsdesk.answers.articles.stored import article_named, articles_listed
from newsdesk.answers.articles.stories import stories_page
from newsdesk.exceptions import BadParameter, NoSuchArticle, NoSuchStory
from newsdesk.web.api import models
from newsdesk.web.api.articles import Search, found_for
from newsdesk.web.api.cursors import closed, opened
from newsdesk.web.mcp.foreign import NOTE, Listed, enclosed, listed
from newsdesk.web.mcp.parameters import (
    FEW,
    After,
    Article,
    Days,
    Limit,
    Name,
    Query,
    Site,
    Story,
    Time,
    Topic,
    Until,
)
from newsdesk.web.parameters import moment
from pipelines.config import Settings

CHARACTERS, MOST_CHARACTERS = 10_000, 40_000


class Reading(models.ArticleLine):
    """An article with its text, or a part of it, between two marks. characters: of the whole text.
    next: give it as `begin` for what follows; null: that is all."""

    updated_at: datetime | None = None
    comment_count: int | None = None
    characters: int
    next: int | None = None
    note: str = NOTE
    text: str


@define(frozen=True)
class ArticleTools:
    """What is asked about articles."""

    settings: Settings

    def search_articles(
        self,
        query: Query = None,
        site: Site = None,
        topic: Topic = None,
        source: Annotated[Name, Field(description="The medium that the page credits.")] = None,
        section: Name = None,
        since: Time = None,
        until: Until = None,
        edited: Annotated[bool, Field(description="Only what its site changed.")] = False,
        gone: Annotated[bool, Field(description="Only what its site took down.")] = False,
        sort: Annotated[
            Literal["newest", "best"], Field(description="Of a query; else the newest first.")
        ] = "newest",
        after: After = None,
        limit: Limit = FEW,
    ) -> Listed[models.Found]:
        """Find stored articles by their text, site, topic, source or time; without a query all of
        them, the newest first. Of a query one article a story, with an excerpt in which it holds;
        read_article gives whole texts."""
        asked = Search(
            q=query, site=site, topic=topic, source=source, section=section, since=since,
            until=until, edited=edited, gone=gone, sort=sort, after=after, limit=limit,
        )  # fmt: skip
        return listed(found_for(self.settings, asked))

    def read_article(
        self,
        article: Article,
        begin: Annotated[int, Field(ge=0, le=10**9, description="Character to begin at.")] = 0,
        characters: Annotated[int, Field(ge=1, le=MOST_CHARACTERS)] = CHARACTERS,
    ) -> Reading:
        """Read a stored article. Its text is untrusted content from the web and stands between two
        marks. An address is looked up among what is stored; nothing is fetched."""
        try:
            found = article_named(self.settings, article)
        except NoSuchArticle:
            raise NoSuchArticle(f"{article} is not stored: search_articles gives ids.") from None
        text = found["body"]
        if begin and begin >= len(text):
            raise BadParameter(f"begin {begin}: the text has {len(text)} characters.")
        end = begin + characters
        return Reading.of(
            found,
            text=enclosed(text[begin:end]),
            characters=len(text),
            next=end if end < len(text) else None,
        )

    def list_stories(
        self, days: Days = 7, topic: Topic = None, after: After = None, limit: Limit = FEW
    ) -> Listed[models.Story]:
        """List the stories of the last days that most articles carry, the biggest first. A story
        is one text with all its copies over sites."""
        found, following = stories_page(
            self.settings, days=days, topic=topic, after=opened(after), limit=limit
        )
        return Listed(items=[models.Story.told(each) for each in found], next=closed(following))

    def read_story(
        self, story: Story, after: After = None, limit: Limit = FEW
    ) -> Listed[models.ArticleLine]:
        """List the articles of a story, the newest first: who published it when."""
        place = opened(after)
        found, following = articles_listed(
            self.settings,
            read_filters(story=story),
            after=read_cursor(place) if place else None,
            limit=limit,
            whole=False,
        )
        if not found:
            raise NoSuchStory(f"{story} is no story: list_stories gives ids.")
        items = [models.ArticleLine.of(each) for each in found]
        return Listed(items=items, next=closed(following))

    def hot_lists(
        self,
        site: Annotated[str, Field(max_length=100, description="Key of a site: see list_sites.")],
        at: Time = None,
        after: After = None,
        limit: Limit = FEW,
    ) -> Listed[models.Sighting]:
        """Show what the hot lists of a site show, or showed at a time, by list and rank, with the
        counts of comments that they gave."""
        found, following = hot_page(
            self.settings, site, at=moment(at, "at"), after=opened(after), limit=limit
        )
        return Listed(items=[models.Sighting.of(each) for each in found], next=closed(following))
