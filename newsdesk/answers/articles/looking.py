"""One article as an analyst reads it: its text with hits, its states, copies and sightings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import attrs
from attrs import define

from newsdesk.answers.articles.changes import FieldChange, states
from newsdesk.answers.articles.stored import article_named
from newsdesk.exceptions import NoSuchArticle
from pipelines.config import Settings
from pipelines.items import TopicHit
from pipelines.storage.documents import Document
from pipelines.storage.queries import article_history, copies_of, sightings_of
from pipelines.text.display import simplified, traditional
from pipelines.text.finding.excerpts import ExcerptPart, marked
from pipelines.text.query.fields import document_fields
from pipelines.text.query.matching import QueryMatcher
from pipelines.text.query.parser import Query

MOST_STATES = 50
"""States that are compared; of an article with more, the latest."""
MOST_SIGHTINGS = 2_000
Script = Literal["hans", "hant"]


@define(frozen=True, kw_only=True)
class Revision:
    """A state that took the place of another. re_extracted: Newsdesk read it anew, the site did not
    change it. gone_at: since when the state before was missing, until this one came back."""

    number: int
    at: datetime
    job: str | None
    title: FieldChange | None
    body: FieldChange | None
    others: list[FieldChange]
    re_extracted: bool
    gone_at: datetime | None


@define(frozen=True, kw_only=True)
class Looked:
    """An article with all that is known of it. title, paragraphs: in parts, hits of the query
    marked. revisions: the latest first. script: in which it is shown, if not in its own."""

    article: Document
    title: list[ExcerptPart]
    paragraphs: list[list[ExcerptPart]]
    hits: int
    revisions: list[Revision]
    revisions_left_out: int
    copies: list[Document]
    sightings: Mapping[str, list[Document]]
    script: Script | None


def look_at(
    settings: Settings, name: str, query: Query | None = None, script: Script | None = None
) -> Looked:
    """Returns an article, named by id or address.

    Raises:
        NoSuchArticle: none is stored.
    """
    article, earlier = article_history(settings, article_named(settings, name)["_id"])
    if article is None:
        raise NoSuchArticle(f"{name} was removed just now.")
    if script == article.get("script"):
        script = None
    hits = _hits(article, query)
    title = marked(article["title"], [hit for hit in hits if hit.field == "title"])
    body = marked(article["body"], [hit for hit in hits if hit.field == "body"])
    return Looked(
        article=article,
        title=_converted(title, script),
        paragraphs=_paragraphs(_converted(body, script)),
        hits=len(hits),
        revisions=_revisions(earlier[-MOST_STATES:], article),
        revisions_left_out=max(0, len(earlier) - MOST_STATES),
        copies=copies_of(settings, article),
        sightings=_by_list(sightings_of(settings, article["_id"], MOST_SIGHTINGS)),
        script=script,
    )


def _hits(article: Document, query: Query | None) -> Sequence[TopicHit]:
    if query is None:
        return ()
    found = QueryMatcher([query.root]).match(document_fields(article))
    return found[0].hits if found else ()


def _converted(parts: Iterable[ExcerptPart], script: Script | None) -> list[ExcerptPart]:
    """Returns parts in the other script, each by itself: so the marks stay where they are."""
    if script is None:
        return list(parts)
    convert = simplified if script == "hans" else traditional
    return [attrs.evolve(part, text=convert(part.text)) for part in parts]


def _paragraphs(parts: Iterable[ExcerptPart]) -> list[list[ExcerptPart]]:
    paragraphs: list[list[ExcerptPart]] = [[]]
    for part in parts:
        for number, text in enumerate(part.text.split("\n")):
            if number:
                paragraphs.append([])
            if text:
                paragraphs[-1].append(attrs.evolve(part, text=text))
    return [paragraph for paragraph in paragraphs if paragraph]


def _revisions(earlier: Sequence[Mapping[str, Any]], article: Document) -> list[Revision]:
    found = []
    known = states(earlier, article)
    for before, state in zip(earlier, known[1:], strict=True):
        changes = {change.field: change for change in state.changes}
        found.append(
            Revision(
                number=state.revision,
                at=before["replaced_at"],
                job=before.get("job"),
                title=changes.pop("title", None),
                body=changes.pop("body", None),
                others=[*changes.values()],
                re_extracted=bool(before.get("re_extracted_at")),
                gone_at=before["document"].get("gone_at"),
            )
        )
    return found[::-1]


def _by_list(sightings: Iterable[Document]) -> dict[str, list[Document]]:
    lists: dict[str, list[Document]] = defaultdict(list)
    for each in sightings:
        lists[f"{each['site']}/{each['source']}"].append(each)
    return dict(lists)
