"""What the API answers, field by field. Texts of articles are plain text, never HTML."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Generic, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from newsdesk.answers.operations.tonight import Tonight as NightsSeen

T = TypeVar("T")


class Model(BaseModel):
    """Takes what it names out of a document; whatever else is there stays inside."""

    model_config = ConfigDict(from_attributes=True)

    @classmethod
    def of(cls, document: Mapping[str, Any], **more: object) -> Self:
        """Returns what is shown of a document. more: fields that it lacks."""
        return cls.model_validate({"id": document.get("_id"), **document, **more})


class Page(BaseModel, Generic[T]):
    """Some of a list. next: give it as `after` for those that follow; null: there are no more."""

    items: list[T]
    next: str | None = None


def _names(key: str) -> BeforeValidator:
    return BeforeValidator(
        lambda value: [each[key] if isinstance(each, Mapping) else each for each in value or ()]
    )


class Source(Model):
    """Where an article came from, as it says."""

    name: str | None = None
    origin: str | None = None
    url: str | None = None


class ArticleLine(Model):
    """An article in a list. topics: their names. edits: how often its site has changed it.
    gone_at: since when its site has it no more."""

    id: str
    site: str
    url: str
    title: str
    published_at: datetime
    source: Source | None = None
    section: str | None = None
    topics: Annotated[list[str], _names("topic")] = []
    story: str | None = None
    summary: str | None = None
    revision: int | None = None
    edits: Annotated[int, BeforeValidator(lambda value: value or 0)] = 0
    gone_at: datetime | None = None


class Found(ArticleLine):
    """An article that was found. Of a query alone, copies: stored ones of its story; excerpt: a
    text in which it holds."""

    copies: int | None = None
    excerpt: str | None = None


class Article(ArticleLine):
    """A whole article. body: plain text, a paragraph a line."""

    body: str
    original_title: str | None = None
    script: str | None = None
    authors: Annotated[list[str], _names("name")] = []
    editors: Annotated[list[str], _names("name")] = []
    keywords: Annotated[list[str], BeforeValidator(lambda value: value or [])] = []
    updated_at: datetime | None = None
    first_seen_at: datetime | None = None
    stored_at: datetime | None = None
    checked_at: datetime | None = None
    comment_count: int | None = None
    job: str | None = None


class Change(Model):
    """A field before and after."""

    before: Any = None
    after: Any = None


class State(Model):
    """A state of an article. changes: by field, from the state before."""

    revision: int
    stored_at: datetime
    re_extracted_at: datetime | None = None
    job: str | None = None
    changes: dict[str, Change]


class History(Model):
    """An article with its states. next: give it as `after` for those that follow."""

    id: str
    url: str
    title: str
    gone_at: datetime | None = None
    states: list[State]
    next: str | None = None


class Alike(ArticleLine):
    """An article like another. jaccard, contained: shares of their text, 0 to 1."""

    verdict: str | None = None
    jaccard: float
    contained: float
    contradictions: int


class Sighting(Model):
    """How a list showed an article from `at` on, `until` then; null: still."""

    site: str
    source: str
    at: datetime
    until: datetime | None = None
    rank: int | None = None
    article: str | None = None
    title: str | None = None
    comment_count: int | None = None
    read_count: int | None = None


class Story(Model):
    """A story. id: name it in /stories/{story} for its copies. title, source: of the first copy,
    as far as it is stored."""

    id: str
    copies: int
    sites: list[str]
    first_published_at: datetime
    last_published_at: datetime
    article: str
    title: str | None = None
    source: str | None = None

    @classmethod
    def told(cls, document: Mapping[str, Any]) -> Self:
        """Returns a story as the answers give it."""
        first = document.get("article") or {}
        return cls.of(
            document,
            article=document["first"]["article"],
            title=first.get("title"),
            source=(first.get("source") or {}).get("name"),
        )


class SiteList(Model):
    """A list of a site, and whether a crawl reads it by itself."""

    site: str
    title: str
    home: str
    section: str
    section_title: str | None = None
    default: bool


class Job(Model):
    """A job. counts: what it brought."""

    id: str
    site: str | None = None
    kind: str
    state: str
    reason: str | None = None
    schedule: str | None = None
    attempt: int | None = None
    arguments: dict[str, Any] = {}
    created_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    updated_at: datetime | None = None
    counts: Annotated[dict[str, Any], BeforeValidator(lambda value: value or {})] = {}


class LogLine(Model):
    """A line. place: where it begins, in bytes."""

    place: int
    text: str


class Log(Model):
    """The end of a log, or what stands before a place. begin: give it as `before` to go back."""

    lines: list[LogLine]
    begin: int
    size: int
    cut: bool


class Followed(Model):
    """The schedule with due times of its own by which one begins that follows it."""

    schedule: str
    next: list[datetime]


class Schedule(Model):
    """A schedule in force. trigger: key and value by which it comes due; when: the same in words.
    next: its due times. after: the schedule that it follows; it has no due times then, but those
    of the first one that it follows, in follows."""

    schedule: str
    site: str
    trigger: str
    when: str
    zone: str
    next: list[datetime]
    after: str | None = None
    follows: Followed | None = None
    fires: bool
    paused_until: datetime | None = None
    arguments: dict[str, Any]
    priority: int
    changed: list[str]
    note: str | None = None


class Alert(Model):
    """An alert that goes on. key: its name, KIND/SITE/SCHEDULE, by which it is acknowledged."""

    key: str
    kind: str
    severity: str
    message: str
    site: str | None = None
    schedule: str | None = None
    job: str | None = None
    created_at: datetime
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None


class SiteNight(Model):
    """What a night of a site came to."""

    morning: date
    state: str
    jobs: dict[str, int]
    missed: int
    new: int
    revised: int
    gone: int
    failed: int


class SiteRow(Model):
    """A site with its last night and its next run."""

    site: str
    last: SiteNight
    newest_at: datetime | None
    next_at: datetime | None
    fires: bool


class Trouble(Model):
    """What is wrong though no alert says so."""

    kind: str
    subject: str
    sentence: str
    at: datetime | None = None


class Tonight(Model):
    """How the nights stand. verdict: fine, under_way, needs_you, no_service or no_night."""

    verdict: str
    at: datetime
    sites: list[SiteRow]
    alerts: list[Alert]
    troubles: list[Trouble]
    running: list[Job]
    waiting: int
    articles: int
    database_bytes: int
    spool_bytes: int
    disk_free: int
    disk_total: int

    @classmethod
    def told(cls, found: NightsSeen) -> Self:
        """Returns how the nights stand as the answers give it."""
        running = [Job.of(each) for each in found.running]
        names = {*Tonight.model_fields} - {"running"}
        return cls(**{name: getattr(found, name) for name in names}, running=running)


class Asked(BaseModel):
    """A job that was asked for. served: a service runs that will start it."""

    job: str
    served: bool


class Done(BaseModel):
    """What was asked for is noted."""

    done: Annotated[str, Field(description="What was changed.")]


class Problem(BaseModel):
    """An error. detail: one sentence that says what to do."""

    type: str
    title: str
    status: int
    detail: str
