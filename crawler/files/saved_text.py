"""Reads the text of a saved Guancha page, as other people's archives hold it, in either script.

The page's sections follow each other without markup: title, tags glued to the first sentence,
body, credits (原标题, 责任编辑, 最后更新), related list, headlines with comment counts, hot list.
Bullets are left over as lines or line ends of a single "-".
"""

from __future__ import annotations

import re
from datetime import datetime

from attrs import define, field

from crawler.exceptions import PageError
from crawler.files.identity import import_identity
from crawler.pages.html import visible
from crawler.pages.joining import merged_removed, unique
from crawler.pages.lines.sorting import sort_lines
from crawler.pages.times import parse_time
from crawler.sites.guancha.parts import SITE_NAMES
from crawler.sites.guancha.urls import SITE
from pipelines.items import (
    Article,
    Extraction,
    Flag,
    HotArticle,
    RelatedArticle,
    RemovedLine,
    Source,
    Times,
)

METHOD = "guancha.saved_text"
VERSION = 1

_BULLET = re.compile(r"[-–—•·]")
_BULLETS_AROUND = re.compile(r"^[-–—•·]\s|\s[-–—•·]$")
_MOMENT = r"\d{4}-\d{1,2}-\d{1,2}\s\d{1,2}:\d\d(?::\d\d)?"
_TAGS = re.compile(r"(?:[关關][键鍵][字词詞]|[标標][签籤])\s?[:：]?\s?(?P<rest>.*)")
_UPDATED = re.compile(rf"最[后後]更新\s?[:：]?\s?(?P<time>{_MOMENT})")
_PUBLISHED = re.compile(rf"(?P<time>{_MOMENT})(?:\s?字[号號]\s?[:：].*)?")
_SOURCE = re.compile(r"[来來]源\s?[:：]\s?(?P<name>\S.*)")
_CREDIT = re.compile(r"(?:原[标標][题題]|[责責]任[编編][辑輯]|最[后後]更新)\s?[:：]")
_SHARING = re.compile(r"分享到\s?[:：]?|字[号號]\s?[:：].*|\d{1,7}")
_FURNITURE = re.compile(r"[请請]支持[独獨]立[网網]站.*|本文[仅僅]代表作者[个個]人[观觀][点點]。?")
_RELATED_TIME = re.compile(rf"(?P<time>{_MOMENT})(?:\s(?P<section>\S.{{0,20}}))?")
_RELATED_LABEL = re.compile(r"相[关關]推[荐薦]")
_COMMENTS = re.compile(r"[评評][论論]\s?(?P<count>\d{1,7})")
_HOT_LABEL = re.compile(r"最新[闻聞]\s?Hot", re.IGNORECASE)
# A first sentence that begins like this shows where the tags in front of it end.
_SENTENCE_START = re.compile(
    r"[据據]|\d|[今昨明]|近[日期]|日前|本[报報刊]|[当當]地|[【（(《“「]|新[华華]社|中新[网網社]|[观觀]察者[网網]"
)
_LONGEST_TAG = 12
_MOST_TAGS = 30


@define
class _Page:
    """The sections of a saved text."""

    title: str = ""
    tags: str | None = None
    body: list[str] = field(factory=list)
    removed: list[RemovedLine] = field(factory=list)
    credits: list[str] = field(factory=list)
    published: str | None = None
    updated: str | None = None
    source: str | None = None
    related: list[RelatedArticle] = field(factory=list)
    comments: dict[str, int] = field(factory=dict)
    hot: list[str] = field(factory=list)

    @property
    def printed(self) -> str:
        """The time by which the text is known."""
        return self.published or self.updated or ""

    def hot_list(self) -> list[HotArticle]:
        """Returns the hot titles; a count comes from a headline with the same title."""
        return [
            HotArticle(title=title, rank=rank, comment_count=self.comments.get(title))
            for rank, title in enumerate(self.hot, 1)
        ]


def read_saved_text(text: str) -> Article:
    """Reads a saved page's text. The article has no address of its own: its URL is a urn.

    Raises:
        PageError: `not_a_saved_page`; the detail names what is missing.
    """
    page = _sections(text)
    lines, keywords, flags = page.body, list[str](), list[Flag]()
    if page.tags:
        keywords, sentence, guessed = _split_tags(page.tags, page.title, lines)
        lines = [sentence, *lines] if sentence else lines
        flags += ["keywords_guessed"] if guessed else []
    above = sort_lines(lines, title=page.title, site_names=SITE_NAMES)
    below = sort_lines(page.credits, title=page.title, site_names=SITE_NAMES, credited=True)
    if not above.body:
        raise PageError("not_a_saved_page", "no body between the title and the line 责任编辑")
    published = _moment(page.printed)
    if published is None:
        raise PageError("not_a_saved_page", f"there is no such time as {page.printed}")
    if page.published is None:
        flags.append("published_from_updated")
    text_key = "\n".join([page.tags or "", *page.body])
    identity = import_identity(SITE, page.title, page.printed, text_key)
    return Article(
        site=SITE,
        key=identity.key,
        url=identity.url,
        title=page.title,
        body="\n".join(above.body),
        published_at=published,
        updated_at=_moment(page.updated),
        original_title=below.original_title or above.original_title,
        authors=above.authors,
        source=above.source_beside(Source(name=page.source) if page.source else None),
        editors=below.editors or above.editors,
        keywords=keywords,
        times=Times(visible=page.published, updated=page.updated),
        related=page.related,
        hot=page.hot_list(),
        extraction=Extraction(
            method=METHOD,
            version=VERSION,
            flags=unique([*flags, *above.flags, *below.flags]),
            removed=merged_removed([*page.removed, *above.removed]),
        ),
    )


def _moment(printed: str | None) -> datetime | None:
    parsed = parse_time(printed) if printed else None
    return parsed.moment if parsed else None


def _sections(text: str) -> _Page:
    lines = [
        _BULLETS_AROUND.sub("", line)
        for line in map(visible, text.replace("\r\n", "\n").split("\n"))
        if line and not _BULLET.fullmatch(line)
    ]
    if not lines:
        raise PageError("not_a_saved_page", "the file holds no text")
    page = _Page(title=lines[0])
    end = _read_article(lines, page)
    if page.updated is None and page.published is None:
        raise PageError(
            "not_a_saved_page",
            "no line 最后更新 and no line with a time such as 2019-03-21 21:44:12"
            f" among the {len(lines)} lines",
        )
    if not page.credits and page.tags is None:
        raise PageError(
            "not_a_saved_page", "neither a line 责任编辑, 原标题 or 最后更新 nor a line 关键字"
        )
    _read_lists(lines[end:], page)
    return page


def _read_article(lines: list[str], page: _Page) -> int:
    """Reads from the title to the last credit; returns where the lists begin."""
    for index, line in enumerate(lines[1:], 1):
        if _RELATED_LABEL.fullmatch(line) or _starts_related(lines, index):
            return index
        updated, published = _UPDATED.fullmatch(line), _PUBLISHED.fullmatch(line)
        tags, source = _TAGS.fullmatch(line), _SOURCE.fullmatch(line)
        if updated:
            page.updated = updated["time"]
            page.credits.append(line)
        elif published and not page.body and page.published is None:
            page.published = published["time"]
        elif source and not page.body and page.source is None:
            page.source = source["name"]
        elif tags and page.tags is None and not _CREDIT.match(line):
            page.tags = tags["rest"]
        elif _CREDIT.match(line):
            page.credits.append(line)
        elif page.body and _FURNITURE.fullmatch(line):
            page.removed.append(RemovedLine(line=line, rule="notice"))
        elif not page.body and _SHARING.fullmatch(line):
            page.removed.append(RemovedLine(line=line, rule="control"))
        else:
            page.body.append(line)
    return len(lines)


def _starts_related(lines: list[str], index: int) -> bool:
    """Whether a line is a related title: its time follows, after the article's own lines."""
    return (
        index + 1 < len(lines)
        and index > 1
        and _RELATED_TIME.fullmatch(lines[index + 1]) is not None
        and not _CREDIT.match(lines[index])
        and any(_CREDIT.match(line) for line in lines[:index])
    )


def _read_lists(lines: list[str], page: _Page) -> None:
    before_hot, hot_started = "", False
    for line in lines:
        label = _HOT_LABEL.search(line)
        related = _RELATED_TIME.fullmatch(line)
        if hot_started:
            page.hot.append(line)
        elif label:
            hot_started = True
            _read_comments(line[: label.start()], page)
        elif related and before_hot:
            page.related.append(
                RelatedArticle(
                    title=before_hot,
                    published_at=_moment(related["time"]),
                    section=related["section"],
                )
            )
            before_hot = ""
        elif not _RELATED_LABEL.fullmatch(line):
            _read_comments(line, page)
            before_hot = line


def _read_comments(line: str, page: _Page) -> None:
    """Reads titles with the count behind each: `甲的標題 評論 70乙的標題 評論 113`."""
    start = 0
    for match in _COMMENTS.finditer(line):
        title = line[start : match.start()].strip()
        if title:
            page.comments[title] = int(match["count"])
        start = match.end()


def _split_tags(rest: str, title: str, body: list[str]) -> tuple[list[str], str, bool]:
    """Returns the tags, the first sentence glued to the last one, and whether that was a guess.

    A tag is a word that the title or the text uses again; where several fit, the one after
    which a sentence begins, else the one that weighs most by length and use.
    """
    words = rest.split()
    tags: list[str] = []
    while (
        len(words) > 1
        and len(tags) < _MOST_TAGS
        and len(words[0]) <= _LONGEST_TAG
        and _used(words[0], title, body)
    ):
        tags.append(words.pop(0))
    tail = " ".join(words)
    if not re.search(r"[，,。：:；;！？!?]", tail):  # no sentence: tags only
        return unique([*tags, *words]), "", False
    uses = {
        tail[:n]: _used(tail[:n], title, [tail[n:], *body])
        for n in range(2, min(_LONGEST_TAG, len(tail)) + 1)
    }
    fitting = [tag for tag, count in uses.items() if count and tag.isalnum()]
    clear = [tag for tag in fitting if _SENTENCE_START.match(tail[len(tag) :])]
    if clear:
        last = max(clear, key=len)
    elif fitting and not tags:
        last = max(fitting, key=lambda tag: uses[tag] * (len(tag) - 1))
    else:
        return tags, tail, not tags
    return unique([*tags, last]), tail[len(last) :].lstrip(), not clear


def _used(tag: str, title: str, body: list[str]) -> int:
    return title.count(tag) + sum(line.count(tag) for line in body)
