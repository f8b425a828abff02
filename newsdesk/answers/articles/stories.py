"""Stories: the biggest of some days, and how one travelled from site to site. Each call blocks."""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import define

from newsdesk.answers.cursors import counting_cursor, read_counting_cursor
from newsdesk.answers.topics.in_force import check_topic
from newsdesk.exceptions import NoSuchStory
from pipelines.config import Settings
from pipelines.storage.documents import Document
from pipelines.storage.queries import opened
from pipelines.storage.search.stories import biggest_stories, story_with_copies
from pipelines.timing import clock

SHOWN = 50
MOST_PAGED = 1_000


@define(frozen=True)
class Lane:
    """What a site had of a story, the oldest first. after: how long after the first copy of all."""

    site: str
    copies: list[Document]
    after: timedelta


@define(frozen=True, kw_only=True)
class StorySeen:
    """A story. lanes: its sites, by their first copies. number: of all copies; those of `lanes` and
    `copies` are the oldest."""

    id: str
    copies: list[Document]
    lanes: list[Lane]
    number: int

    @property
    def title(self) -> str:
        return str(self.copies[0]["title"])

    @property
    def begin(self) -> datetime:
        begin: datetime = self.copies[0]["published_at"]
        return begin

    @property
    def length(self) -> timedelta:
        length: timedelta = self.copies[-1]["published_at"] - self.begin
        return length


def stories_of(settings: Settings, days: int, topic: str | None) -> list[Document]:
    """The stories with the most copies among those that had one in the last days."""
    with opened(settings) as database:
        return biggest_stories(database, clock.now() - timedelta(days=days), topic, SHOWN)


def stories_page(
    settings: Settings, *, days: int, topic: str | None, after: str | None, limit: int
) -> tuple[list[Document], str | None]:
    """The same by pages, up to the `MOST_PAGED` biggest, and the cursor by which to go on. All
    pages look at the same days.

    Raises:
        BadCursor: `after` is none.
        NoSuchTopic: nothing was found, and there is no such topic.
    """
    since, skip = clock.now() - timedelta(days=days), 0
    if after:
        since, skip = read_counting_cursor(after)
    most = min(skip + limit + 1, MOST_PAGED)
    with opened(settings) as database:
        found = biggest_stories(database, since, topic, most)[skip:]
    if not found and topic is not None:
        check_topic(settings, topic)
    return found[:limit], counting_cursor(since, skip + limit) if len(found) > limit else None


def story_named(settings: Settings, id_: str) -> StorySeen:
    """A story with its copies.

    Raises:
        NoSuchStory: there is none, or none of its copies is stored any more.
    """
    with opened(settings) as database:
        story, copies, number = story_with_copies(database, id_)
    if story is None or not copies:
        raise NoSuchStory(f"{id_} is no story: an article that has copies names it in `story`.")
    by_site: dict[str, list[Document]] = {}
    for each in copies:
        by_site.setdefault(each["site"], []).append(each)
    begin = copies[0]["published_at"]
    lanes = [Lane(site, own, own[0]["published_at"] - begin) for site, own in by_site.items()]
    return StorySeen(id=story["_id"], copies=copies, lanes=lanes, number=number)
