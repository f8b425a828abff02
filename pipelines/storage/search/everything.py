"""All articles for which a query holds, whole, page by page: a search that goes to the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import islice

import attrs
from pymongo.database import Database

from pipelines.storage.documents import Document
from pipelines.storage.queries import PAGE, Filters, Page, Position, Read
from pipelines.storage.schema.reading import sound
from pipelines.storage.search.candidates import READERS, Candidate, Reader, candidates
from pipelines.storage.search.filter import necessary
from pipelines.text.finding.article_traces import VERSION
from pipelines.text.finding.query_grams import gram_query
from pipelines.text.query.fields import document_fields
from pipelines.text.query.matching import QueryMatcher
from pipelines.text.query.parser import Query

_TICK = timedelta(milliseconds=1)


def matching_articles(query: Query, filters: Filters) -> Read:
    """Reads whole articles, all for which a query holds.

    Raises:
        QueryError: nothing in the query can be looked up.
    """
    grams = gram_query(query)
    matcher = QueryMatcher([query.root])
    wish = filters.condition() | necessary(query.root)

    def read(database: Database[Document], after: Position | None) -> Iterator[Page]:
        with ThreadPoolExecutor(READERS) as threads:
            reader = Reader(threads)
            proposed = candidates(database, reader, grams, _up_to(filters, after))
            while batch := list(islice(proposed, PAGE)):
                places = _places(database, reader, batch, after)
                ids = [place.id for place in places]
                found = sound("articles", reader.read(database["articles"], ids, wish, {}))
                matching = {
                    each["_id"]: each for each in found if any(matcher.match(document_fields(each)))
                }
                page = [(place, matching[place.id]) for place in places if place.id in matching]
                if page:
                    yield page

    return read


def _up_to(filters: Filters, after: Position | None) -> Filters:
    """The filters, narrowed to what may come after a position."""
    if after is None:
        return filters
    bound = after.at + _TICK
    return attrs.evolve(filters, until=min(bound, filters.until) if filters.until else bound)


def _places(
    database: Database[Document],
    reader: Reader,
    batch: Sequence[Candidate],
    after: Position | None,
) -> list[Position]:
    """Returns the places of those candidates that stand at the time which their traces have now.

    Blocks may hold an article under an earlier time as well; so each comes once, wherever the
    reading begins.
    """
    ids = list({id_ for _seconds, id_ in batch})
    now = reader.read(database["traces"], ids, {"version": VERSION}, {"published_at": 1})
    times = {each["_id"]: each["published_at"] for each in now}
    return [
        Position(at=times[id_], id=id_)
        for seconds, id_ in batch
        if id_ in times
        and times[id_].timestamp() == -seconds
        and (after is None or (seconds, id_) > (-after.at.timestamp(), after.id))
    ]
