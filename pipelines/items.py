"""The items: an article as its page shows it, and what became of a page that gave none.

Times are timezone-aware in Python and UTC in MongoDB; `Times` keeps them as the page printed them.
Text fields are plain text in the script of the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from datetime import datetime
from typing import Literal, get_args

from attrs import define, field

Script = Literal["hans", "hant"]
PageState = Literal["unreadable", "failed", "gone", "not_collectable", "unchanged"]
Overlong = Literal[
    "overlong_original_title",
    "overlong_summary",
    "overlong_section",
    "overlong_times",
    "overlong_source",
    "overlong_authors",
    "overlong_editors",
    "overlong_images",
    "overlong_links",
    "overlong_keywords",
    "overlong_related",
    "overlong_hot",
]
Flag = (
    Literal[
        "relative_time",
        "time_guessed",
        "date_only",
        "time_unread",
        "time_from_url",
        "time_from_metadata",
        "published_from_updated",
        "updated_in_future",
        "date_unlike_url",
        "other_docid",
        "title_from_meta",
        "title_from_head",
        "doubtful_body",
        "maybe_boilerplate",
        "label_line_unread",
        "broken_characters",
        "mojibake",
        "more_pages",
        "maybe_opening",
        "keywords_guessed",
    ]
    | Overlong
)
"""What may be doubtful about an article as it was read, for `extraction.flags`."""
FLAGS: Mapping[Flag, str] = {
    "relative_time": "The time counts from the visit, or is printed without a year.",
    "time_guessed": "The page leaves a part of the time open: 3天前, 三四天前, 18-03-05, 当地时间.",
    "date_only": "No time of day is printed; the moment is the day's first.",
    "time_unread": "A printed time cannot be read, or cannot be true.",
    "time_from_url": "No time is printed; the day is that of the address.",
    "time_from_metadata": "The time stands in the head of the page alone.",
    "published_from_updated": "Only the time of an update is printed.",
    "updated_in_future": "The time of the update lay ahead; it was left out.",
    "date_unlike_url": "The day is not that of the address.",
    "other_docid": "The page states another key than its address.",
    "title_from_meta": "No headline stands above the text; the title is in the head of the page.",
    "title_from_head": "No headline stands above the text; the title is that of the window.",
    "doubtful_body": "No rules of its site read it, and this text may not be the article.",
    "maybe_boilerplate": "A line near the end sounds like the site's own words, and stayed.",
    "label_line_unread": "A line that begins like a credit (作者：) could not be read, and stayed.",
    "broken_characters": "Characters of the page could not be decoded.",
    "mojibake": "The text looks as if it had been decoded wrongly, before it came to the page.",
    "more_pages": "Only the first of several pages was read.",
    "maybe_opening": "The site sells some of its texts; nothing says whether this one is whole.",
    "keywords_guessed": "The keywords of a saved text were told apart by guessing.",
    **dict.fromkeys(
        get_args(Overlong), "The field is too long to be real, or has too many entries."
    ),
}


@define(kw_only=True)
class Source:
    """The medium that the page credits (来源), with the link it gives to the original.

    origin: the medium that the text itself names as its source, where that is another one.
    """

    name: str
    url: str | None = None
    origin: str | None = None


@define(kw_only=True)
class Author:
    """An author named in the byline; `description` is what the page says about them."""

    name: str
    description: str | None = None


@define(kw_only=True)
class Editor:
    """责任编辑, with the staff code if the page prints one ("SF099")."""

    name: str
    code: str | None = None


@define(kw_only=True)
class Times:
    """Times exactly as printed. zone: IANA name of the zone in which they were read.

    visible: beside the title. created: when the desk created it (Sina's create_at). live: when it
    went live (article:published_time). updated: 最后更新 / update_at.
    """

    visible: str | None = None
    created: str | None = None
    live: str | None = None
    updated: str | None = None
    zone: str = "Asia/Shanghai"


@define(kw_only=True)
class Image:
    """A picture of the article itself (no advertisement, QR code or logo)."""

    url: str
    caption: str | None = None


@define(kw_only=True)
class RelatedArticle:
    """A line of the page's related list (相关推荐)."""

    title: str
    url: str | None = None
    published_at: datetime | None = None
    section: str | None = None


@define(kw_only=True)
class HotArticle:
    """A line of the page's hot list (最新闻 Hot, 热门); rank counts from 1."""

    title: str
    rank: int
    url: str | None = None
    comment_count: int | None = None


@define(kw_only=True)
class TopicHit:
    """Where a term of a topic stands. start, end: characters of the stored field."""

    term: str
    field: str
    start: int
    end: int


@define(kw_only=True)
class TopicMatch:
    """A topic that the article belongs to, and the places that say so.

    hits: the first hundred places, in the order of the text. count: number of all places.
    """

    topic: str
    hits: list[TopicHit] = field(factory=list)
    count: int = 0


@define(kw_only=True)
class RemovedLine:
    """A line that stood in the body and is none of the article's, and the rule that says so."""

    line: str
    rule: str


@define(kw_only=True)
class Extraction:
    """How the article was read. agreement: with a second method, 0 to 1; None if there was none.

    removed: the lines that rules took out of the body: lists of links first, then the others,
    each in the page's order.
    """

    method: str
    version: int = 1
    agreement: float | None = None
    flags: list[Flag] = field(factory=list)
    removed: list[RemovedLine] = field(factory=list)


@define(kw_only=True)
class Fingerprint:
    """Hex digests of the folded text, and of all fields whose change makes a new revision."""

    text: str
    content: str
    version: int = 1


@define(frozen=True, kw_only=True)
class Archived:
    """Where an answer stands in the WARC archive. digest: of its body as the site sent it."""

    file: str
    offset: int
    digest: str


@define(kw_only=True)
class Traces:
    """What an article is found by: near copies share `bands`, searches look up `grams`.

    Both follow from the article. They are kept apart from it, in the collection `traces`; `grams`
    are packed (`pipelines.text.finding.grams`).
    """

    bands: list[int]
    grams: bytes


@define(kw_only=True)
class Article:
    """One news article. `body` is plain text, one paragraph a line, and nothing else.

    The first block of fields is read from the page, the pipelines fill the second. docs/data.md
    describes the fields that only the store writes (first_seen_at, stored_at, checked_at,
    last_seen_at, revision, story).
    """

    site: str
    key: str
    url: str
    title: str
    body: str
    published_at: datetime | None = None
    updated_at: datetime | None = None
    original_title: str | None = None
    summary: str | None = None
    authors: list[Author] = field(factory=list)
    source: Source | None = None
    editors: list[Editor] = field(factory=list)
    keywords: list[str] = field(factory=list)
    section: str | None = None
    times: Times = field(factory=Times)
    images: list[Image] = field(factory=list)
    related: list[RelatedArticle] = field(factory=list)
    hot: list[HotArticle] = field(factory=list)
    comment_count: int | None = None
    collect_count: int | None = None
    extraction: Extraction = field(factory=lambda: Extraction(method="unknown"))

    script: Script | None = None
    topics: list[TopicMatch] = field(factory=list)
    fingerprint: Fingerprint | None = None
    traces: Traces | None = field(default=None, repr=False, eq=False)
    job: str | None = None
    archive: Archived | None = None

    @property
    def id(self) -> str:
        """`_id` in MongoDB: "site:key"."""
        return f"{self.site}:{self.key}"


@define(frozen=True, kw_only=True)
class Validators:
    """ETag and Last-Modified of a page, for asking later whether it has changed."""

    etag: str | None = None
    last_modified: str | None = None


@define(kw_only=True)
class FetchedArticle(Article):
    """An article that stands on one page, with that page's validators.

    Validators belong to the URL, not to the article: the store keeps them in `urls`, and only
    together with the text that they vouch for.
    """

    validators: Validators


@define(kw_only=True)
class ListedArticle(Article):
    """An article that was read from its list: its page is not asked for later either."""


@define(frozen=True, kw_only=True)
class Sighting:
    """An article as one reading of a list showed it."""

    article: str
    rank: int | None = None
    title: str | None = None
    comment_count: int | None = None
    read_count: int | None = None


@define(kw_only=True)
class Sightings:
    """One reading of a list.

    ranked: the order of the list means something (a hot list) and the list is read whole, so an
    article that is missing in it has left it.
    """

    site: str
    source: str
    at: datetime
    seen: list[Sighting]
    ranked: bool = False
    job: str | None = None

    @property
    def id(self) -> str:
        """Names the list: "site/source"."""
        return f"{self.site}/{self.source}"


@define(kw_only=True)
class PageReport:
    """Why a URL that was asked for gave no article, with the page itself as evidence.

    state: unreadable (a page, but not a whole article), failed (no usable answer; the next run
    tries again), gone (404, 410, the home page instead), not_collectable (paid, a video, on another
    site), unchanged (304: as it is stored). reason: a short snake_case word that is counted.
    detail: for a person. screenshot: a JPEG of the page, if a browser rendered it. place: of the
    page in the archive (`pipelines.places`). final: the URL is not asked for again.
    """

    site: str
    key: str | None
    url: str
    state: PageState
    reason: str
    detail: str = ""
    status: int | None = None
    evidence: bytes | None = field(default=None, repr=False)
    evidence_type: str | None = None
    screenshot: bytes | None = field(default=None, repr=False)
    place: Future[Archived | None] | None = field(default=None, repr=False, eq=False)
    final: bool = False

    @property
    def id(self) -> str:
        """`_id` in the collection `urls`: "site:key", or "site:url" where no key is known."""
        return f"{self.site}:{self.key or self.url}"
