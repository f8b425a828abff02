"""What the newsroom knows of an article, independent of how a page shows it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from attrs import define, field

ZONE = ZoneInfo("Asia/Shanghai")
BOLD = "# "
"""A paragraph that starts so is printed bold; the mark is no part of the text."""

SiteKey = Literal["guancha", "sina"]


@define(frozen=True, kw_only=True)
class Picture:
    """A picture of an article; it stands after paragraph `after` (counted from 1)."""

    file: str
    after: int
    caption: str | None = None


@define(frozen=True, kw_only=True)
class Piece:
    """An article as its authors meant it. Names are those of the data files.

    look: which page design shows it. path, host: where it stands (Sina). byline: the line that
    names the authors, printed where its form belongs. tail: a boilerplate line after the body.
    noise: what surrounds the body inside its element. at: the lists that show it (Guancha);
    channel: the roll that lists it (Sina). topic: whether it is about the topic of the house.
    same_text_as: the piece whose body this one copies; in_other_script: the piece of which its own
    body is the same in the other script. gone_on: the night from which the site has it no more;
    gone_as: how the site says so.
    """

    site: SiteKey
    key: str
    title: str
    published: datetime
    look: str = "news"
    section: str = ""
    path: str = ""
    host: str = ""
    body: list[str] = field(factory=list)
    updated: datetime | None = None
    live: datetime | None = None
    original_title: str | None = None
    source: str | None = None
    source_url: str | None = None
    byline: str | None = None
    authors: list[str] = field(factory=list)
    author_description: str | None = None
    visible_author: str | None = None
    editor: str | None = None
    keywords: list[str] = field(factory=list)
    images: list[Picture] = field(factory=list)
    comments: int = 0
    collects: int = 0
    pages: int = 1
    tail: str | None = None
    noise: list[str] = field(factory=list)
    subheads: str = "strong"
    app_promotion: bool = False
    encoding: str = "utf-8"
    moved_to: str | None = None
    script: Literal["hans", "hant"] = "hans"
    same_text_as: str | None = None
    in_other_script: str | None = None
    at: list[str] = field(factory=list)
    channel: str = ""
    topic: bool = True
    summary: str | None = None
    first_night: int = 1
    gone_on: int | None = None
    gone_as: Literal["404", "home"] = "404"

    @property
    def id(self) -> str:
        """ "site:key", as the store calls it."""
        return f"{self.site}:{self.key}"

    @property
    def parts(self) -> list[list[str]]:
        """The body divided over the pages."""
        size = -(-len(self.body) // self.pages)
        return [self.body[start : start + size] for start in range(0, len(self.body), size)]

    @property
    def text(self) -> list[str]:
        """The paragraphs without the marks of bold lines."""
        return [line.removeprefix(BOLD) for line in self.body]

    @property
    def intro(self) -> str:
        """What lists and meta tags say of it: an editor's words, or the start of the text."""
        return self.summary or (self.text[0][:110] if self.body else self.title)


@define(frozen=True, kw_only=True)
class Link:
    """A line of a related list, a hot list or a list page."""

    title: str
    url: str
    time: datetime | None = None
    section: tuple[str, str] | None = None
    """Slug and name of a topic beside it."""


@define(frozen=True, kw_only=True)
class Around:
    """What stands around an article on its page. weight: how much furniture, 0 to 9."""

    related: list[Link] = field(factory=list)
    hot: list[Link] = field(factory=list)
    weight: int = 2


@define(frozen=True, kw_only=True)
class Page:
    """An answer of a recorded site."""

    url: str
    body: bytes
    content_type: str
    status: int = 200
    headers: dict[str, str] = field(factory=dict)
