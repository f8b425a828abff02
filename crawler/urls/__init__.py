"""Which article a URL is: one key and one clean URL per article, and why a URL is none.

Pure functions. Each site has its own in `crawler/sites/`, with a table of examples in its tests.
"""

from __future__ import annotations

from typing import Literal

from attrs import define

ArticleKind = Literal["article", "post", "column", "flash"]
"""A flash is a few lines that have no page of their own: its list holds it."""


@define(frozen=True, kw_only=True)
class ArticleUrl:
    """An article's identity: `key` is unique within the site, `url` is the clean address.

    page: 1 for the first (or only) page, n for a following one, 0 for the full text.
    whole_url: where all of it stands on one page, if that can be told from the URL alone.
    """

    site: str
    key: str
    url: str
    kind: ArticleKind = "article"
    section: str | None = None
    page: int = 1
    whole_url: str | None = None

    @property
    def id(self) -> str:
        """`_id` in MongoDB: "site:key"."""
        return f"{self.site}:{self.key}"


@define(frozen=True, kw_only=True)
class NotAnArticleUrl:
    """A URL that names no collectable article; `reason` is a snake_case word that is counted."""

    url: str
    reason: str


Identity = ArticleUrl | NotAnArticleUrl
