"""What feeds hold: the newest articles of a selection, or the last changes of headlines."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

import attrs
from attrs import define, field

from newsdesk.answers.export.selection import Selection, chosen
from newsdesk.answers.moments import beijing
from newsdesk.answers.sites import sound_sites
from newsdesk.exceptions import BadExport
from pipelines.config import Settings
from pipelines.storage.documents import Document
from pipelines.storage.queries import silent_lists, title_changes
from pipelines.text.harmless import outward

ENTRIES = 100
MOST_ENTRIES = 1_000
"""A feed is held in memory, by its readers as well."""
LONGEST_SUMMARY = 300
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@define(frozen=True, kw_only=True)
class Entry:
    """An entry. id: a URI that stays. at: when it became as it is."""

    id: str
    title: str
    url: str | None
    published: datetime
    at: datetime
    text: str
    author: str | None = None
    tags: list[str] = field(factory=list)


@define(frozen=True, kw_only=True)
class Feed:
    """A feed, the newest first. id: the same for the same selection."""

    id: str
    title: str
    about: str
    home: str
    entries: list[Entry]

    @property
    def updated(self) -> datetime:
        """When its newest entry became as it is: the same articles make the same feed."""
        return max((entry.at for entry in self.entries), default=EPOCH)


def feed_of(settings: Settings, selection: Selection, *, titles: bool) -> Feed:
    """The feed of a selection. titles: of changes of headlines.

    Raises:
        BadExport: such a feed cannot be.
        UsageProblem, NoSuchArticle, QueryError: what is selected cannot be.
    """
    limit = selection.limit or ENTRIES
    if limit > MOST_ENTRIES:
        raise BadExport(f"A feed has {MOST_ENTRIES:,} entries at most: --limit {MOST_ENTRIES}.")
    if titles and (selection.query is not None or selection.after is not None):
        raise BadExport("Changes of headlines are chosen by site, topic, story and time alone.")
    found = chosen(settings, attrs.evolve(selection, limit=limit))
    if titles:
        entries = [_change(each) for each in title_changes(settings, found.filters, limit)]
    else:
        entries = [
            _article(document)
            for page in found.pages(settings, None)
            for _position, document in page
        ]
    silent = [_silence(each) for each in silent_lists(settings, selection.site)]
    what = {**attrs.asdict(selection), "titles": titles or None, "limit": None}
    asked = {name: value for name, value in what.items() if value is not None}
    return Feed(
        id=f"newsdesk:feed?{urlencode(asked, quote_via=quote)}",
        title=_title(asked, titles=titles),
        about=" ".join(entry.title for entry in silent) or "All lists are alive.",
        home=_home(selection.site),
        entries=[*silent, *entries],
    )


def _article(document: Document) -> Entry:
    source = document.get("source") or {}
    return Entry(
        id=f"newsdesk:article/{quote(document['_id'], safe=':')}",
        title=document["title"],
        url=outward(document["url"]),
        published=document["published_at"],
        at=document.get("stored_at") or document["published_at"],
        text=_short(document.get("summary") or document["body"]),
        author=source.get("name"),
        tags=[match["topic"] for match in document.get("topics") or ()],
    )


def _change(revision: Document) -> Entry:
    before = revision["document"]
    return Entry(
        id=f"newsdesk:revision/{quote(revision['_id'], safe=':@')}",
        title=f"{before['title']} → {revision['after']}",
        url=outward(before["url"]),
        published=revision["replaced_at"],
        at=revision["replaced_at"],
        text=f"Before: {before['title']}\nNow: {revision['after']}",
        author=(before.get("source") or {}).get("name"),
    )


def _silence(found: Document) -> Entry:
    """An entry that says that a list fell silent: else its absence would look like no news."""
    since = found.get("new_at") or found.get("flagged_at") or found["checked_at"]
    said = f"{found['site']}/{found['source']} has shown nothing new since {beijing(since)}."
    return Entry(
        id=f"newsdesk:silent/{quote(found['_id'])}?since={since:%Y%m%dT%H%M%SZ}",
        title=said,
        url=_home(found["site"]),
        published=since,
        at=found.get("flagged_at") or since,
        text=f"{said} Articles of this list may be missing here (times are Beijing's).",
    )


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SUMMARY else f"{text[:LONGEST_SUMMARY]}…"


def _title(asked: dict[str, Any], *, titles: bool) -> str:
    said = ", ".join(f"{name} {value}" for name, value in asked.items() if name != "titles")
    return f"Newsdesk: {'changed headlines' if titles else 'articles'}{said and f' ({said})'}"


def _home(site: str | None) -> str:
    found = sound_sites().get(site or "")
    return found.home if found else "about:blank"
