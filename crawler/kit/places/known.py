"""What is known of an article before its page is looked at, and how far a text says the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from attrs import define

from crawler.kit.page import Page, parse_moment, squeeze
from pipelines.items import Article

FIELDS = (
    "title", "published_at", "source", "authors", "editors", "keywords", "section", "summary",
    "comment_count",
)  # fmt: skip
"""Fields that stand at one place of a page each; the body is looked for by itself."""
_MINUTE = timedelta(seconds=60)
_LABEL = re.compile(r"^[\[【(（]?[一-鿿A-Za-z ]{2,6}[:：]\s?|[\]】)）]$")
_BETWEEN = re.compile(r"[,，;；、|\s/]+")
_NUMBER = re.compile(r"\d{1,9}")
_LONGEST = 300
VAGUE = frozenset({"date_only", "time_from_url", "time_guessed"})
"""Flags of times that say too little to know the place by."""
_LONGEST_TIME = 25
_WITHOUT_SECONDS = 0.03
"""What a time to the minute is worth less, beside one to the second."""


@define(frozen=True, kw_only=True)
class Known:
    """An article as it is believed to be. stored: by the database, not by the reading alone."""

    title: str
    body: tuple[str, ...]
    published_at: datetime | None
    texts: Mapping[str, str]
    names: Mapping[str, tuple[str, ...]]
    comment_count: int | None = None
    stored: bool = False

    def has(self, field: str) -> bool:
        """Whether it says anything of a field."""
        if field in {"title", "published_at", "comment_count"}:
            return getattr(self, field) is not None and getattr(self, field) != ""
        return bool(self.texts.get(field) or self.names.get(field))


def known_of(article: Article, *, stored: bool = False) -> Known:
    """What an article says."""
    texts = {
        "source": article.source.name if article.source else "",
        "section": article.section or "",
        "summary": article.summary or "",
    }
    names = {
        "authors": tuple(each.name for each in article.authors),
        "editors": tuple(each.name for each in article.editors),
        "keywords": tuple(article.keywords),
    }
    return Known(
        title=article.title,
        body=tuple(line for line in article.body.split("\n") if line),
        published_at=None if VAGUE & {*article.extraction.flags} else article.published_at,
        texts=texts,
        names=names,
        comment_count=article.comment_count,
        stored=stored,
    )


def agreement(field: str, known: Known, text: str, page: Page) -> float:
    """How far a text on a page says what is known: 1.0 that and nothing else, 0.0 not at all."""
    if not text or len(text) > _LONGEST:
        return 0.0
    return _JUDGES[field](known, text, page)


def _title(known: Known, text: str, page: Page) -> float:
    return _holds(squeeze(text), squeeze(known.title))


def _time(known: Known, text: str, page: Page) -> float:
    moment = moment_in(text, page)
    if moment is None or known.published_at is None:
        return 0.0
    if abs(moment - known.published_at) >= _MINUTE:
        return 0.0
    exact = 0.0 if moment.second else _WITHOUT_SECONDS
    return 1.0 - exact - max(0, min(len(text), _LONGEST) - _LONGEST_TIME) / _LONGEST


def moment_in(text: str, page: Page) -> datetime | None:
    """The moment that a text of a page prints or states."""
    return parse_moment(text, page.fetched_at)


def _text(field: str) -> Callable[[Known, str, Page], float]:
    def judge(known: Known, text: str, page: Page) -> float:
        wanted = squeeze(known.texts.get(field, ""))
        bare = squeeze(_LABEL.sub("", text))
        return max(_holds(squeeze(text), wanted), 0.97 * _holds(bare, wanted)) if wanted else 0.0

    return judge


def _names(field: str) -> Callable[[Known, str, Page], float]:
    def judge(known: Known, text: str, page: Page) -> float:
        wanted = known.names.get(field, ())
        if not wanted or not all(name in text for name in wanted):
            return 0.0
        rest = _LABEL.sub("", text)
        for name in wanted:
            rest = rest.replace(name, "")
        rest = _BETWEEN.sub("", rest)
        return 1.0 if not rest else max(0.0, 1.0 - len(rest) / max(12, len(text)))

    return judge


def _count(known: Known, text: str, page: Page) -> float:
    numbers = _NUMBER.findall(text)
    if known.comment_count is None or numbers[:1] != [str(known.comment_count)]:
        return 0.0
    return 1.0 if len(text) <= 12 else 0.5


def _holds(text: str, wanted: str) -> float:
    """1.0 for the same, less for more around it, 0.0 for more than three times as much."""
    if not wanted or wanted not in text:
        return 0.0
    more = len(text) / len(wanted)
    return 1.0 if more == 1 else max(0.0, 1.0 - (more - 1) / 3) * 0.9


_JUDGES: Mapping[str, Callable[[Known, str, Page], float]] = {
    "title": _title,
    "published_at": _time,
    "comment_count": _count,
    **{name: _text(name) for name in ("source", "section", "summary")},
    **{name: _names(name) for name in ("authors", "editors", "keywords")},
}
