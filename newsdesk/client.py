"""What is stored, as Arrow tables for programs and notebooks: `newsdesk.open()`.

Needs the extra `export`. A table becomes a frame by `.to_pandas()` or `polars.from_arrow`; duckdb
asks it by the name of its variable.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from newsdesk.answers.articles.stored import article_named, check_names
from newsdesk.answers.export import columns
from newsdesk.answers.export.arrow import batch, schema
from newsdesk.answers.export.columns import Column
from newsdesk.answers.export.selection import Selection, chosen
from newsdesk.answers.moments import read_span
from pipelines.config import Settings
from pipelines.storage.queries import Filters, stored_documents

Moment = str | date | None
"""A date or time, as the command line takes it or Python's own; without a zone it is Beijing's."""


class Newsdesk:
    """A database of Newsdesk, to read from. Each call opens a connection and closes it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def articles(
        self,
        query: str | None = None,
        *,
        site: str | None = None,
        topic: str | None = None,
        story: str | None = None,
        since: Moment = None,
        until: Moment = None,
        limit: int | None = None,
    ) -> pa.Table:
        """The articles that match, the newest first, as one table. The day that `until` names is
        left out, here and in all that has one."""
        return self.article_batches(
            query, site=site, topic=topic, story=story, since=since, until=until, limit=limit
        ).read_all()

    def article_batches(
        self,
        query: str | None = None,
        *,
        site: str | None = None,
        topic: str | None = None,
        story: str | None = None,
        since: Moment = None,
        until: Moment = None,
        limit: int | None = None,
    ) -> pa.RecordBatchReader:
        """The same a part at a time, for more than memory holds."""
        selection = Selection(
            query=query, site=site, topic=topic, story=story, since=_text(since),
            until=_text(until), limit=limit,
        )  # fmt: skip
        pages = chosen(self.settings, selection).pages(self.settings, None)
        return _reader(([document for _, document in page] for page in pages), columns.ARTICLES)

    def revisions(
        self, article: str | None = None, *, since: Moment = None, until: Moment = None
    ) -> pa.Table:
        """Earlier states of articles, or of one (id or address), replaced within a time."""
        name = article_named(self.settings, article)["_id"] if article else None
        return self._table(
            "revisions", "replaced_at", since, until, columns.REVISIONS, article=name
        )

    def stories(
        self, *, site: str | None = None, since: Moment = None, until: Moment = None
    ) -> pa.Table:
        """Stories, whose latest copy was published within a time."""
        name = "last_published_at"
        return self._table("stories", name, since, until, columns.STORIES, sites=site)

    def sightings(
        self,
        *,
        site: str | None = None,
        source: str | None = None,
        article: str | None = None,
        since: Moment = None,
        until: Moment = None,
    ) -> pa.Table:
        """Articles as lists showed them, first within a time. article: its id."""
        equal = {"site": site, "source": source, "article": article}
        return self._table("sightings", "at", since, until, columns.SIGHTINGS, **equal)

    def _table(
        self,
        collection: str,
        time: str,
        since: Moment,
        until: Moment,
        wanted: Sequence[Column],
        **equal: str | None,
    ) -> pa.Table:
        begin, end = read_span(_text(since), _text(until))
        check_names(self.settings, Filters(site=equal.get("site") or equal.get("sites")))
        found = stored_documents(
            self.settings,
            collection,
            time=time,
            since=begin,
            until=end,
            **equal,
        )
        return _reader(found, wanted).read_all()


def opened(*, database: str | None, uri: str | None) -> Newsdesk:
    """What `newsdesk.open()` gives."""
    changes = {"database": database, "mongodb_uri": uri}
    given = {name: value for name, value in changes.items() if value is not None}
    return Newsdesk(Settings.model_validate(given))


def _reader(
    pages: Iterable[Sequence[Mapping[str, Any]]], wanted: Sequence[Column]
) -> pa.RecordBatchReader:
    return pa.RecordBatchReader.from_batches(
        schema(wanted), (batch(documents, wanted) for documents in pages)
    )


def _text(moment: Moment) -> str | None:
    return moment.isoformat() if isinstance(moment, date) else moment
