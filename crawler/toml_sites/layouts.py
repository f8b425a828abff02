"""`[[article]]` of a TOML site: where the fields of an article stand, in one look of its pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from attrs import define, field

from crawler.exceptions import NotCollectable, PageError, PageGone
from crawler.toml_sites.mistakes import Mistake, unknown
from crawler.toml_sites.patterns import Pattern, pattern_of
from crawler.toml_sites.places import MARK, Place, read_places, read_selectors
from crawler.toml_sites.values import made
from pipelines.items import FLAGS, Flag

REFUSALS: Mapping[str, type[PageError]] = {
    "gone": PageGone,
    "not_found": PageGone,
    "home_page": PageGone,
    "wall": PageError,
    "truncated": PageError,
}
"""What a reason says of the article; of all other reasons: that it can never be collected."""


@define(frozen=True, kw_only=True)
class Fields:
    """Where each field of an article stands: `[article.fields]`.

    title, time and body are needed. body: the boxes with the text, in order of trial; the first
    that holds any counts, with all elements of its selector. leave_out: what stands in it and is
    none of the article. captions: what describes the picture above it. pager: where the links to
    later pages stand, by default anywhere. A summary that is the text's own beginning is none.
    related: links, or elements that hold links.
    """

    title: Any
    body: Any
    time: Any
    updated: Any = None
    source: Any = None
    authors: Any = None
    editors: Any = None
    keywords: Any = None
    section: Any = None
    summary: Any = None
    original_title: Any = None
    comment_count: Any = None
    related: Any = None
    leave_out: Any = None
    captions: Any = None
    pager: Any = None


SELECTORS = ("related", "leave_out", "captions", "pager")
"""Fields that are plain selectors; all that they name counts."""


@define(frozen=True, kw_only=True)
class Article:
    """One look of a site's articles: what is written in `[article]` or an `[[article]]`.

    since: the day from which on pages look so; the oldest look has none. refusals: reasons why a
    page is no article, each with what then stands on it; without_text: the same of pages without a
    text alone. flags: doubts of `extraction.flags`, each with what
    then stands on the page. not_pictures: a pattern for addresses of images that are none of the
    article's. may_be_open: pages do not end with `</body>`; otherwise
    one without it is cut off.
    """

    fields: Mapping[str, Any]
    since: date | None = None
    refusals: Mapping[str, Any] = field(factory=dict)
    without_text: Mapping[str, Any] = field(factory=dict)
    flags: Mapping[Flag, Any] = field(factory=dict)
    not_pictures: str | None = None
    may_be_open: bool = False


@define(frozen=True, kw_only=True)
class Layout:
    """The same, checked and compiled. version: 1 is the oldest; for `extraction.version`."""

    version: int
    since: date | None
    places: Mapping[str, Sequence[Place]]
    selectors: Mapping[str, Sequence[str]]
    refusals: Mapping[str, Sequence[Place]]
    without_text: Mapping[str, Sequence[Place]]
    flags: Mapping[Flag, Sequence[Place]]
    not_pictures: Pattern | None
    may_be_open: bool

    def marks(self) -> set[str]:
        """Returns the selectors that one walk over the tree finds."""
        every = [*self.places.values(), *self.refusals.values(), *self.without_text.values()]
        written = [each.where for places in every for each in places if each.way == "css"]
        written += [css for selectors in self.selectors.values() for css in selectors]
        return {css for css in written if MARK.fullmatch(css)}


def read_layouts(value: object) -> tuple[Layout, ...]:
    """Reads `[article]` or all `[[article]]`, the newest first. Raises: Mistake."""
    tables = value if isinstance(value, list) else [value]
    numbered = isinstance(value, list)
    said = []
    for number, table in enumerate(tables):
        key = f"article.{number}" if numbered else "article"
        said.append((key, made(Article, table, key)))
    days = [each.since for _, each in said]
    for key, each in said:
        if days.count(each.since) > 1:
            raise Mistake(f"{key}.since", "each look needs a day of its own; the oldest has none")
    said.sort(key=lambda each: each[1].since or date.min)
    layouts = [_layout(key, each, number) for number, (key, each) in enumerate(said, start=1)]
    return tuple(reversed(layouts))


def _layout(key: str, said: Article, version: int) -> Layout:
    fields = made(Fields, said.fields, f"{key}.fields")
    written = {name: getattr(fields, name) for name in Fields.__annotations__}
    written = {name: value for name, value in written.items() if value is not None}
    pattern = said.not_pictures
    return Layout(
        version=version,
        since=said.since,
        places={
            name: read_places(value, f"{key}.fields.{name}")
            for name, value in written.items()
            if name not in SELECTORS
        },
        selectors={
            name: read_selectors(value, f"{key}.fields.{name}")
            for name, value in written.items()
            if name in SELECTORS
        },
        refusals=_reasons(said.refusals, f"{key}.refusals"),
        without_text=_reasons(said.without_text, f"{key}.without_text"),
        flags=_flags(said.flags, f"{key}.flags"),
        not_pictures=pattern_of(pattern, f"{key}.not_pictures") if pattern is not None else None,
        may_be_open=said.may_be_open,
    )


def _reasons(said: Mapping[str, Any], key: str) -> dict[str, Sequence[Place]]:
    return {reason: read_places(value, f"{key}.{reason}") for reason, value in said.items()}


def _flags(said: Mapping[Flag, Any], key: str) -> dict[Flag, Sequence[Place]]:
    for flag in said:
        if flag not in FLAGS:
            raise unknown(key, flag, [*FLAGS])
    return {flag: read_places(value, f"{key}.{flag}") for flag, value in said.items()}


def refusal(reason: str, detail: str) -> PageError:
    """Returns what to raise for a page that is no article for a declared reason."""
    return REFUSALS.get(reason, NotCollectable)(reason, detail)
