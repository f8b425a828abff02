"""The collection `sources`: what each list of a site was like when it was last read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import attrs
from pymongo import UpdateOne
from pymongo.asynchronous.database import AsyncDatabase

from pipelines.items import Validators
from pipelines.records import ListReport, ListState
from pipelines.storage.documents import Document, to_millisecond
from pipelines.storage.schema.reading import declared


class SourceRepository:
    """Reads and writes `sources`."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self._sources = database["sources"]
        self._walks = database["walks"]
        self._jobs = database["jobs"]

    async def is_crawled(self, site: str) -> bool:
        """Returns whether the site itself was ever crawled into this database."""
        crawl = {"site": site, "kind": "crawl"}
        return await self._jobs.find_one(crawl, {"_id": 1}) is not None

    async def states(self, site: str, names: Sequence[str]) -> dict[str, ListState]:
        """Returns what is known of these lists.

        Leaves out the validators of a list whose walk was cut short: even an unchanged page must
        then be read again.
        """
        ids = [f"{site}/{name}" for name in names]
        cut = await self._walks.distinct(
            "_id", {"_id": {"$in": ids}, "unfinished_since": {"$ne": None}}
        )
        states = {}
        for document in await self._sources.find(
            declared("sources", {"_id": {"$in": ids}})
        ).to_list():
            found = document.get("validators")
            states[document["source"]] = ListState(
                newest_at=document.get("newest_at"),
                new_at=document.get("new_at"),
                top=document.get("top") or (),
                validators=Validators(**found) if found and document["_id"] not in cut else None,
            )
        return states

    async def report(
        self, site: str, reports: Sequence[ListReport], now: datetime, job: str | None
    ) -> None:
        """Writes what lists were like in a run that ends now."""
        operations = [_operation(site, report, to_millisecond(now), job) for report in reports]
        if operations:
            await self._sources.bulk_write(operations, ordered=False)


def _operation(site: str, report: ListReport, now: datetime, job: str | None) -> UpdateOne:
    state: Document = {
        "site": site,
        "source": report.source,
        "checked_at": now,
        "error": report.error,
        "pages": report.pages,
        "items": report.items,
        "new": report.new,
        "overlap": report.items - report.new,
        "flags": list(report.flags),
        "job": job,
    }
    if not report.error:
        state["read_at"] = now
        if not report.unchanged:
            found = report.validators
            state["top"] = list(report.top)
            state["validators"] = attrs.asdict(found) if found else None
            state["newest_at"] = report.newest_at
    if report.new:
        state["new_at"] = now
    bad = any(flag != "reordered" for flag in report.flags)
    literal = {name: {"$literal": value} for name, value in state.items()}
    literal["flagged_at"] = {"$ifNull": ["$flagged_at", now]} if bad else {"$literal": None}
    # A list that never showed anything new counts from when it was first read.
    literal.setdefault("new_at", {"$ifNull": ["$new_at", now]})
    return UpdateOne({"_id": f"{site}/{report.source}"}, [{"$set": literal}], upsert=True)
