"""The page object of a TOML site: one response, read as its `[article]` says, is one `Article`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import ClassVar
from zoneinfo import ZoneInfo

import attrs

from crawler.exceptions import NotCollectable, PageError, PageGone
from crawler.pages.base import MAX_PAGES, ArticlePage, Continuation, field, merged_authors, unique
from crawler.pages.blocks import Blocks, absolute, read_blocks
from crawler.pages.html import Element, find, is_cut_off, parse, text_of
from crawler.pages.joining import merged_editors
from crawler.pages.lines.sorting import SortedLines, sort_lines
from crawler.pages.looks import likeliest_looks
from crawler.pages.shells import where_it_leads
from crawler.pages.summaries import own_summary
from crawler.pages.times import ParsedTime, find_times
from crawler.pages.titles import without_site
from crawler.sources.html import number_of
from crawler.toml_sites import people
from crawler.toml_sites.addresses import Addresses
from crawler.toml_sites.layouts import Layout, refusal
from crawler.toml_sites.places import Place
from crawler.toml_sites.tree import Tree, Value
from crawler.urls import ArticleUrl, Identity, NotAnArticleUrl
from pipelines.items import Author, Editor, Extraction, Flag, RelatedArticle, Source, Times

_LEADS_ANYWHERE = frozenset({"other_site", "other_page", "bad_url", "no_link"})
"""Reasons that say nothing of whether a link promotes something."""
_MOST_RELATED = 100
_A_MINUTE = timedelta(minutes=1)
_PLAYER = ".//video | .//iframe | .//embed | .//object"


class DeclaredPage(ArticlePage):
    """An article of a TOML site; a class of its own for each site.

    RULES: which URL is an article. LAYOUTS: the looks of its pages, the newest first.
    """

    RULES: ClassVar[Addresses]
    LAYOUTS: ClassVar[tuple[Layout, ...]]

    def identify(self, url: str) -> Identity:
        """Which article a URL is, by the rules of the site."""
        return self.RULES.identify(url)

    @cached_property
    def tree(self) -> Tree:
        """What the places of all looks are found in."""
        marks = {mark for layout in self.LAYOUTS for mark in layout.marks()}
        return Tree(self.root, self.html, marks)

    @cached_property
    def layout(self) -> Layout:
        """The look that fits the page; all are found in one tree."""
        since = [each.since for each in self.LAYOUTS]
        tried = likeliest_looks(self.LAYOUTS, since, self.fetched_at)
        return next((each for each in tried if self._has(each)), tried[0])

    @property
    def look_name(self) -> str:
        if len(self.LAYOUTS) == 1:
            return ""
        since = self.layout.since
        return f"the look since {since}" if since else "the oldest look"

    def _has(self, layout: Layout) -> bool:
        return all(self.tree.text(layout.places[name]) for name in ("title", "body"))

    def found(self, name: str) -> list[Value]:
        """What stands at the places of a field; nothing for a field that is not declared."""
        return [*self.tree.values(self.layout.places.get(name, ()))]

    def elements(self, name: str, box: Element | None = None) -> list[Element]:
        """The elements that the selectors of a field name. box: as of `Tree.elements`."""
        selectors = self.layout.selectors.get(name, ())
        return [node for css in selectors for node in self.tree.elements(css, box)]

    def refuse(self) -> None:
        super().refuse()
        self._refuse_by(self.layout.refusals)
        if not self.sorted_lines.body and self.root is not None:
            why = where_it_leads(self.root, self.identity, self.page_url, self.identify)
            if why is not None:
                raise why
            self._refuse_by(self.layout.without_text)
            if self._has_player:
                raise NotCollectable("video", "a player and no text")
        is_page = self.html.lstrip()[:1] == "<"
        if is_page and not self.layout.may_be_open and is_cut_off(self.html):
            raise PageError("truncated", f"{len(self.html):,} characters, and no </body>")

    def _refuse_by(self, reasons: Mapping[str, Sequence[Place]]) -> None:
        for reason, places in reasons.items():
            found = self.tree.first(places)
            if found is not None:
                raise refusal(reason, found.text[:100] or self.page_url)

    @cached_property
    def identity(self) -> ArticleUrl:
        found = self.identify(self.page_url)
        if isinstance(found, ArticleUrl):
            return found
        if found.reason == "home":
            raise PageGone("home_page", f"the site led to {self.page_url}")
        raise NotCollectable(found.reason, self.page_url)

    # The text

    @cached_property
    def blocks(self) -> Blocks:
        for place in self.layout.places["body"]:
            read = [self._read_box(box) for box in self._boxes(place)]
            blocks = Blocks(
                [line for each in read for line in each.lines],
                [image for each in read for image in each.images],
                [line for each in read for line in each.removed],
            )
            if blocks.lines or blocks.images:
                return blocks
        return Blocks()

    @cached_property
    def sorted_lines(self) -> SortedLines:
        source = self.stated_source  # a byline may bear its name: 【文/某某网 王小明】
        names = (*self.SITE_NAMES, source.name) if source else self.SITE_NAMES
        return sort_lines(self.blocks.lines, title=self.title, site_names=names)

    def _boxes(self, place: Place) -> list[Element]:
        """The elements of the body, none within another; text of JSON is a page of its own."""
        if place.way == "css" and place.attribute is None:
            nodes = self.tree.boxes(place.where)
            known = set(nodes)
            return [node for node in nodes if known.isdisjoint(node.iterancestors())]
        root = parse("\n".join(each.raw for each in self.tree.values([place])))
        return [] if root is None else [root]

    @property
    def _has_player(self) -> bool:
        """Whether the box for the text holds a film."""
        places = self.layout.places["body"]
        return any(find(box, _PLAYER) is not None for place in places for box in self._boxes(place))

    def _read_box(self, box: Element) -> Blocks:
        dropped = set(self.elements("leave_out", box))
        captions = set(self.elements("captions", box))
        not_pictures = self.layout.not_pictures
        return read_blocks(
            box,
            base_url=self.base_url,
            is_dropped=dropped.__contains__ if dropped else None,
            is_caption=captions.__contains__ if captions else None,
            is_picture=(lambda url: not_pictures.part(url) is None) if not_pictures else None,
            leads_away=self._is_promoted,
        )

    def _is_promoted(self, url: str) -> bool:
        """Whether a link leads to a page of the site that is no article, or nowhere."""
        found = self.identify(url)
        return isinstance(found, NotAnArticleUrl) and found.reason not in _LEADS_ANYWHERE

    @property
    def continuation(self) -> Continuation | None:
        if self.identity.page > 1:
            return None
        boxes = self.elements("pager") or ([self.root] if self.root is not None else [])
        links = (link.get("href") or "" for box in boxes for link in box.iter("a"))
        last = self.RULES.last_page(
            (url for link in links if (url := absolute(self.base_url, link))), self.identity
        )
        pages = self.RULES.pages_after(self.identity, min(last, MAX_PAGES))
        return Continuation(page_urls=pages) if pages else None

    # Times

    @cached_property
    def _moments(self) -> list[tuple[Value, ParsedTime]]:
        """The times of publication in order of trial, those with a doubt behind the others."""
        read = ((found, self._read_moment(found)) for found in self.found("time"))
        known = [(found, time) for found, time in read if time is not None]
        return sorted(known, key=lambda each: bool(each[1].flags))

    def _read_moment(self, found: Value) -> ParsedTime | None:
        try:
            return self.read_time(self._printed(found))
        except PageError:  # it counts from a visit of which nobody knows the time
            return None

    def _printed(self, found: Value) -> str:
        """The time in a value, as printed; seconds since 1970 as a time with its zone."""
        text = found.text
        stamp = people.stamp_of(text)
        if stamp is not None:
            return stamp.astimezone(ZoneInfo(self.ZONE)).isoformat()
        printed = find_times(text)
        shown = [time for time in printed if not time.is_update] or printed
        return min(shown, key=lambda time: time.kind).text if shown else text

    @cached_property
    def published_time(self) -> ParsedTime | None:
        return self._moments[0][1] if self._moments else None

    @cached_property
    def _updated(self) -> tuple[str | None, ParsedTime | None]:
        for found in self.found("updated"):
            time = self._read_moment(found)
            if time is not None:
                return self._printed(found), time
        return None, None

    @field
    def times(self) -> Times:
        found = [*(each for each, _ in self._moments), *self.found("time")]
        shown = [self._printed(each) for each in found if each.node is not None]
        stated = [self._printed(each) for each in found if each.node is None]
        return Times(
            visible=next(iter(shown), None),
            live=next(iter(stated), None),
            updated=self._updated[0],
            zone=self.ZONE,
        )

    @field
    def updated_at(self) -> datetime | None:
        changed, published = self._updated[1], self.published_time
        if changed is None:
            return None
        # Many pages repeat the time of publication, with or without its seconds.
        if published is not None and changed.moment - published.moment < _A_MINUTE:
            return None
        return changed.moment

    # Fields

    @cached_property
    def _heading(self) -> str:
        return self.tree.text(self.layout.places["title"])

    @cached_property
    def _stated_title(self) -> str:
        return text_of(find(self.root, "/html/head/title"))

    @field
    def title(self) -> str:
        if self._heading:
            return self._heading
        has_text = bool(self.blocks.lines)
        return without_site(self._stated_title, tuple(self.SITE_NAMES)) if has_text else ""

    @property
    def flags(self) -> list[Flag]:
        doubts: list[Flag] = [] if self._heading else ["title_from_head"]
        declared = self.layout.flags
        doubts += [name for name, places in declared.items() if self.tree.first(places)]
        return unique([*super().flags, *doubts])

    @field
    def original_title(self) -> str | None:
        found = self.found("original_title")
        return (found[0].text if found else None) or self.sorted_lines.original_title

    @property
    def stated_source(self) -> Source | None:
        named = (people.source_of(found, self.base_url) for found in self.found("source"))
        return next(filter(None, named), None)

    @field
    def authors(self) -> list[Author]:
        media = {*self.SITE_NAMES, self.stated_source.name if self.stated_source else ""} - {""}
        stated = people.authors_of(self._group("authors"), media)
        return merged_authors([*stated, *self.sorted_lines.authors])

    @field
    def editors(self) -> list[Editor]:
        stated = people.editors_of(self._group("editors"))
        return merged_editors([*stated, *self.sorted_lines.editors])

    def _group(self, name: str) -> list[Value]:
        return self.tree.group(self.layout.places.get(name, ()))

    @field
    def keywords(self) -> list[str]:
        words = people.words_of(self._group("keywords"), self.title)
        said = unique(word for word in words if word not in {self.title, *self.SITE_NAMES})
        return said or self.sorted_lines.keywords

    @field
    def section(self) -> str | None:
        named = (people.section_of(found) for found in self.found("section"))
        known = (name for name in named if name and name not in self.SITE_NAMES)
        return next(known, None) or self.identity.section

    @field
    def summary(self) -> str | None:
        texts = [*self.sorted_lines.body, self.title, self.sorted_lines.original_title or ""]
        found = (own_summary(each.text, texts, self.SITE_NAMES) for each in self.found("summary"))
        return next(filter(None, found), None)

    @field
    def comment_count(self) -> int | None:
        counts = (number_of(found.text) for found in self.found("comment_count"))
        return next((count for count in counts if count is not None), None)

    @field
    def related(self) -> list[RelatedArticle]:
        links = (
            link
            for box in self.elements("related")
            for link in ([box] if box.tag == "a" else box.iter("a"))
        )
        found: dict[str, RelatedArticle] = {}
        for link in links:
            title, url = text_of(link), absolute(self.base_url, link.get("href") or "")
            if title and url and len(found) < _MOST_RELATED:
                named = self.identify(url)
                clean = named.url if isinstance(named, ArticleUrl) else url
                found.setdefault(clean, RelatedArticle(title=title, url=clean))
        return [*found.values()]

    @field
    def extraction(self) -> Extraction:
        return attrs.evolve(super().extraction, version=self.layout.version)
