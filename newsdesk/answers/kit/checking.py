"""Does a site still look as it is declared? What its lists and articles give, place by place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import web_poet
from attrs import asdict, define, field

from crawler.exceptions import NotCollectable, PageError
from crawler.files.saved_page import page_class
from crawler.kit.links.lists import propose_list
from crawler.kit.page import Page
from crawler.kit.places.bodies import propose_body
from crawler.kit.places.fields import Sample, propose
from crawler.kit.places.known import FIELDS, Known
from crawler.kit.survey import known_by
from crawler.looking.known import listing_of
from crawler.pages.base import ArticlePage
from crawler.pages.budget import read_within_budget
from crawler.site import Site
from crawler.site_places.places import places
from crawler.sources.base import Source
from crawler.toml_sites.page import DeclaredPage
from crawler.urls import ArticleUrl
from newsdesk.answers.crawls.fixtures import try_site
from newsdesk.answers.kit.looking import look
from newsdesk.answers.kit.stored import by_page, stored_articles
from newsdesk.answers.sites import load_site
from newsdesk.exceptions import NotSeen
from pipelines.config import Settings
from pipelines.items import Article

UNREADABLE = 0.2
_FIELDS = {"time": "published_at"}
_NEEDED = ("title", "time", "body")


@define(frozen=True, kw_only=True)
class Missed:
    """A place that gives nothing any more. page: one on which it does not; likely: what would."""

    what: str
    place: str
    missed: int
    of: int
    page: str
    likely: str | None = None

    @property
    def sentence(self) -> str:
        """It as one sentence."""
        likely = f"; likely now: {self.likely}" if self.likely else ""
        return (
            f"{self.what} {self.place}: nothing on {self.missed} of {self.of} pages, such as "
            f"{self.page}{likely}"
        )


@define(frozen=True, kw_only=True)
class Checked:
    """What a check of a site found. refused: articles that could not be read, with the reason."""

    site: str
    lists: int
    articles: int
    read: int
    problems: Sequence[str]
    missed: Sequence[Missed]
    refused: Mapping[str, str] = field(factory=dict)

    @property
    def is_sound(self) -> bool:
        return not self.problems and not self.missed

    def as_dict(self) -> dict[str, object]:
        """Returns it as plain values."""
        return {**asdict(self), "sound": self.is_sound}


def own_sites() -> list[str]:
    """The sites in folders of the operator."""
    return [key for key, place in places().items() if not place.shipped]


def check_site(settings: Settings, key: str, *, replay: Path | None = None) -> Checked:
    """Looks at a site's lists and at some articles that they show, and reads them by its rules.

    Raises:
        UnknownSite: there is no such site. BrokenSite: its file is wrong.
        RecordingError: `replay` is no recording.
    """
    site = load_site(key)
    try:
        looked = look(settings, key=key, domains=site.domains, site=key, replay=replay)
    except NotSeen as error:
        return Checked(site=key, lists=0, articles=0, read=0, problems=[str(error)], missed=[])
    lists = [*_lists(site, looked.pages)]
    problems = [f"{url} did not come: {why}" for url, why in looked.failed.items()]
    problems += [each for each in lists if isinstance(each, str)]
    missed = [each for each in lists if isinstance(each, Missed)]
    articles = [
        page
        for page in looked.pages
        if page.root is not None and isinstance(site.identify(page.url), ArticleUrl)
    ]
    samples, errors = _read(articles)
    known = by_page(site, articles, stored_articles(settings, key))
    # A film or a special is none to be read, and says nothing of how articles look.
    unread = {url: why for url, why in errors.items() if not isinstance(why, NotCollectable)}
    read = [page for page in articles if page.url in unread or page.url not in errors]
    missed += _places(read, known)
    limit = site.expectations.unreadable
    if len(unread) > (UNREADABLE if limit is None else limit) * len(articles):
        url, reason = next(iter(unread.items()))
        problems.append(
            f"{len(unread)} of {len(articles)} articles could not be read, such as {url}: {reason}"
        )
    problems += _unfilled(site, [article for article, _ in samples])
    problems += _fixtures(key)
    return Checked(
        site=key,
        lists=len(site.sources),
        articles=len(articles),
        read=len(samples),
        problems=problems,
        missed=missed,
        refused={url: str(why) for url, why in errors.items()},
    )


def _lists(site: Site, pages: Sequence[Page]) -> Iterator[str | Missed]:
    """What is wrong with the lists: one that shows no article, with what would."""
    by_url = {page.url: page for page in pages}
    for source in site.sources:
        request = source.first_request()
        page = by_url.get(request.url)
        if page is None:
            continue
        listing, why = listing_of(source, page)
        links = [link.url for link in listing.found] if listing else []
        articles = sum(isinstance(site.identify(url), ArticleUrl) for url in links)
        if articles:
            continue
        form = propose_list(page, lambda url: isinstance(site.identify(url), ArticleUrl))
        yield Missed(
            what=f"list {source.name}",
            place=_entry_of(source) or f"({why or 'no article'})",
            missed=1,
            of=1,
            page=page.url,
            likely=f"{form.entry} ({form.links} articles)" if form else None,
        )


def _entry_of(source: Source) -> str:
    return str(getattr(source, "entry", ""))


def _read(pages: Sequence[Page]) -> tuple[list[tuple[Article, Page]], dict[str, PageError]]:
    read: list[tuple[Article, Page]] = []
    refused: dict[str, PageError] = {}
    for page in pages:
        try:
            read.append((read_within_budget(_page_object(page))[0], page))
        except PageError as error:
            refused[page.url] = error
    return read, refused


def _page_object(page: Page) -> ArticlePage:
    response = web_poet.HttpResponse(page.url, body=page.body, headers=dict(page.headers))
    return page_class(page.url)(response=response)


def _places(pages: Sequence[Page], known: Mapping[str, Known]) -> Iterator[Missed]:
    """Places of a TOML site's fields that give nothing on most pages, with those that would."""
    empty: dict[tuple[str, str], list[Page]] = {}
    total = 0
    for page in pages:
        reader = _page_object(page)
        if not isinstance(reader, DeclaredPage):
            return
        total += 1
        for name, tried in reader.layout.places.items():
            if not any(found.text for found in reader.tree.values(tried)):
                written = ", ".join(each.where for each in tried)
                empty.setdefault((name, written), []).append(page)
    samples = [*_samples(pages, known)]
    for (name, written), missing in empty.items():
        # Not every article has an author: another field counts if no page has it any more.
        if name in _NEEDED or len(missing) == total:
            yield Missed(
                what=name,
                place=written,
                missed=len(missing),
                of=total,
                page=missing[0].url,
                likely=_likely(name, [each for each in samples if each[0] in missing]),
            )


def _samples(pages: Sequence[Page], known: Mapping[str, Known]) -> Iterator[Sample]:
    for page in pages:
        try:
            yield page, known_by(page, known)
        except PageError:
            continue


def _likely(name: str, samples: Sequence[Sample]) -> str | None:
    """Where the field stands on these pages, by what is stored of them or read without rules."""
    if name == "body":
        body = propose_body(samples)
        return f"{body.boxes[0].css} ({body.support} of {body.of})" if body else None
    own = _FIELDS.get(name, name)
    if own not in FIELDS:
        return None
    found = propose(own, samples)
    return f"{found.places[0].place} ({found.support} of {found.of})" if found else None


def _fixtures(key: str) -> Iterator[str]:
    """What is not as the fixtures and examples of a site of one's own say."""
    if key not in own_sites():
        return
    tried = try_site(key)
    if tried.differences:
        first = tried.differences[0]
        yield (
            f"{len(tried.differences)} fields are not as the fixtures say, such as {first.field} "
            f"of {first.case}: newsdesk site test {key}"
        )


def _unfilled(site: Site, articles: Sequence[Article]) -> Iterator[str]:
    """Fields that fewer articles have than is expected of the site."""
    for name, share in site.expectations.filled.items():
        having = sum(bool(getattr(article, name, None)) for article in articles)
        if articles and having < share * len(articles):
            yield f"{name} was found in {having} of {len(articles)} articles, {share:.0%} expected"
