"""From the tree of a page to its article: headline, text, the lines around it, and a judgement."""

from __future__ import annotations

from attrs import define

from crawler.exceptions import PageError
from crawler.pages.fallback.body import FoundText, find_body, find_verse
from crawler.pages.fallback.head import Head, read_head
from crawler.pages.fallback.headline import Headline, find_headline, headline_above
from crawler.pages.fallback.judging import judge, title_share
from crawler.pages.fallback.passages import Passages, read_passages
from crawler.pages.html import Element

_SAME_MATTER = 0.4
_ANOTHER_MATTER = 0.2
"""Shares of the headline's pieces that a text has which is about the same, and one which is not."""


@define(frozen=True)
class Reading:
    """The article of a page. confidence: 0..1; is_doubtful: it may be another text."""

    title: str
    found: FoundText
    head: Head
    confidence: float
    is_doubtful: bool


def read_article(
    root: Element, *, window: str, stated: str, site_name: str, is_dated: bool = False
) -> Reading:
    """Find the article. window: the text of `<title>`; stated: og:title; site_name: og:site_name.

    is_dated: whether the page states when it was published.

    Raises:
        PageError: the page has no title, no text, or is no article.
    """
    page = read_passages(root)
    headline = find_headline(page, window, stated, site_name)
    if not headline.title:
        raise PageError("no_title", "neither a headline nor a title of the window")
    headline, found = _text_of(page, headline)
    head = read_head(page, found, headline.number)
    judgement = judge(page, found, headline, is_dated=is_dated or bool(head.times))
    if judgement.refusal:
        raise PageError(judgement.refusal, judgement.detail)
    return Reading(
        headline.title,
        found,
        head,
        judgement.confidence,
        judgement.is_doubtful,
    )


def _text_of(page: Passages, headline: Headline) -> tuple[Headline, FoundText]:
    """The text, and its headline, which may turn out to stand just above it.

    A text without a word of the headline is looked for again: a site may name its elements oddly.
    """
    found = find_body(page, headline.number)
    if headline.number is not None and (found is None or found.is_info):
        found = find_verse(page, headline.number) or found
    if found is None:
        reason = "list_page" if page.are_mostly_links else "no_body"
        raise PageError(reason, "no paragraph outside of lists")
    if title_share(headline.title, found.text) >= _ANOTHER_MATTER:
        return headline, found
    above = headline_above(page, found.first) if headline.number is None else None
    if above is not None and title_share(above.title, found.text) > _SAME_MATTER:
        return above, find_body(page, above.number) or found
    other = find_body(page, headline.number, by_name=False)
    if other is not None and title_share(headline.title, other.text) > _SAME_MATTER:
        return headline, other
    return headline, found
