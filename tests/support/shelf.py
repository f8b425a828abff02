"""Puts articles into a database at once, as the store would in the end; looks for no copies."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pymongo.database import Database

from pipelines.items import Article
from pipelines.storage.documents import Document, article_document
from pipelines.storage.news.traces import trace_document
from pipelines.text.fingerprints import fingerprint
from tests.support.samples import MORNING

_TIMES = ("first_seen_at", "stored_at", "checked_at", "last_seen_at")


def put(database: Database[Document], articles: Iterable[Article], at: datetime = MORNING) -> None:
    """Store them, and what they are found by."""
    stored: list[Document] = []
    traces: list[Document] = []
    for article in articles:
        article.fingerprint = fingerprint(article)
        stored.append({**article_document(article), **dict.fromkeys(_TIMES, at), "revision": 1})
        traces.append(trace_document(article, at))
    database["articles"].insert_many(stored, ordered=False)
    database["traces"].insert_many(traces, ordered=False)
