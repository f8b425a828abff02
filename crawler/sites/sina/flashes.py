"""Sina's 7×24 stream: flashes of a few lines, which stand in the answer and nowhere else."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import ClassVar

from attrs import define, field

from crawler.pages.entries.text import EntryText
from crawler.pages.html import visible
from crawler.sites.sina.urls import flash_url
from crawler.sources.base import Link, SourcePage
from crawler.sources.json.answers import time_of
from crawler.sources.json.paths import Way, text_at, values_at
from crawler.sources.json_items import JsonItems

ADDRESS = "https://zhibo.sina.com.cn/api/zhibo/feed?zhibo_id=152&page={page}&page_size=20&tag_id=0"
METHOD = "sina.flash"
_LONGEST_TITLE = 60
_TITLE = re.compile(r"【(?P<title>[^【】]{1,200})】\s{0,9}+(?P<text>.*+)", re.DOTALL)
_SENTENCE = re.compile(r"[^。！？\n]{1,200}+[。！？]?+")


@define(kw_only=True)
class Flashes(JsonItems):
    """The stream, newest first. A flash that changes shows its new text under the same id, and one
    that is taken down says so, as long as the stream shows it."""

    url: str = ADDRESS
    items: Way = "result.data.feed.list"
    expect: Mapping[str, object] = field(factory=lambda: {"result.status.code": 0})
    stale_after: timedelta | None = timedelta(hours=12)

    NO_ADDRESS: ClassVar[str] = "no id"

    def _read_entry(
        self, entry: object, rank: int, base: str, now: datetime, listing: SourcePage
    ) -> None:
        number, said = text_at(entry, "id"), text_at(entry, "rich_text")
        gone = text_at(entry, "is_delete") not in ("", "0")
        created = text_at(entry, "create_time")
        time = time_of(created, now, self.zone)
        title, text = title_and_text(said)
        problem = None
        if not (number.isascii() and number.isdigit()):
            problem = self.NO_ADDRESS
        elif time is None:
            problem = f"unreadable time {created[:40]!r}"
        elif not text and not gone:
            problem = "no text"
        if problem is not None or time is None:
            listing.problems.append(f"entry {rank}: {problem} ({title[:60]!r})")
            return
        updated = text_at(entry, "update_time")
        changed = time_of(updated, now, self.zone) if updated != created else None
        listing.found.append(
            Link(
                url=flash_url(number),
                rank=rank,
                title=title or None,
                published_at=time.moment,
                text=EntryText(
                    html="".join(f"<p>{html.escape(line)}</p>" for line in text.split("\n")),
                    title=title,
                    published_at=time.moment,
                    published=created,
                    updated_at=changed.moment if changed else None,
                    updated=updated if changed else "",
                    keywords=tuple(_names(values_at(entry, "tag.*.name"))),
                    method=METHOD,
                    zone=self.zone,
                    has_page=False,
                    gone=gone,
                ),
            )
        )


def title_and_text(said: str) -> tuple[str, str]:
    """A flash's headline, be it only its first sentence, and its text: "【…】…", or text alone."""
    match = _TITLE.fullmatch(said.strip())
    if match is not None:
        title = visible(match["title"])
        return title, match["text"].strip() or title
    text = said.strip()
    sentence = _SENTENCE.match(text)
    title = visible(sentence[0]) if sentence else ""
    if len(title) > _LONGEST_TITLE:
        title = title[: _LONGEST_TITLE - 1] + "…"
    return title, text


def _names(values: list[object]) -> list[str]:
    return [visible(each) for each in values if isinstance(each, str) and visible(each)]
