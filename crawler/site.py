"""What a site declares: its name, its addresses, how its articles are found."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from typing import Literal

from attrs import define, field

from crawler.sources.base import Source
from crawler.sources.rendered_article import RenderedArticle
from crawler.urls import Identity

UseOfProxy = Literal["as_set", "required", "never"]


@define(frozen=True, kw_only=True)
class Budget:
    """How much may be asked of a site; None: as the settings say.

    delay_seconds: shortest pause between two requests. concurrency: requests at the same time.
    quiet_hours: "01:00-06:30", local time in which nothing is asked. Of delay and concurrency
    the more careful one counts, declared or set for all sites; `[sites.KEY]` overrides both.
    """

    delay_seconds: float | None = None
    concurrency: int | None = None
    requests_per_night: int | None = None
    quiet_hours: str | None = None


AS_SET = Budget()
WEB_PORTS = frozenset({80, 443})


@define(frozen=True, kw_only=True)
class Expectations:
    """What a whole crawl of a site brings when all is well; one that misses it is partial.

    articles: found in its lists, at least. filled: share of the articles read that have a field,
    at least. newest_hours: age of the newest article, at most. unreadable, fallback, doubtful:
    share of pages that cannot be read, are read by a fallback, or of which it is not sure that
    their text is the article, at most. None: nothing is expected.
    """

    articles: int | None = None
    filled: Mapping[str, float] = field(factory=dict)
    newest_hours: float | None = None
    unreadable: float | None = None
    fallback: float | None = None
    doubtful: float | None = 0.1


@define(frozen=True, kw_only=True)
class Site:
    """Everything that is particular to a site, in a fixed order.

    key: also the name of its spider, its folder and its fixtures. domains: all hosts in them may
    be asked, at `ports` alone. identify: tells which article a URL is, or why it is none. budget:
    how much may be asked in a night. proxy: whether the operator's proxy is used. expectations: of
    a crawl of its default sources. rendered_articles: those that need a browser, if any do.
    """

    key: str
    title: str
    home: str
    domains: tuple[str, ...]
    sources: tuple[Source, ...]
    identify: Callable[[str], Identity]
    zone: str = "Asia/Shanghai"
    ports: Container[int] = WEB_PORTS
    budget: Budget = AS_SET
    proxy: UseOfProxy = "as_set"
    expectations: Expectations = field(factory=Expectations)
    rendered_articles: RenderedArticle | None = None

    @property
    def needs_browser(self) -> bool:
        """Whether any list or article of the site has to be rendered."""
        lists = any(source.rendered for source in self.sources)
        return lists or self.rendered_articles is not None

    def rendering_for(self, url: str) -> dict[str, object] | None:
        """Returns the meta for a request for an article's page that a browser is to render."""
        rendered = self.rendered_articles
        return rendered.meta_for(url) if rendered is not None else None


def site_of(spider: object) -> Site | None:
    """Returns the site that a spider crawls; None for one that reads files."""
    site = getattr(spider, "site", None)
    return site if isinstance(site, Site) else None
