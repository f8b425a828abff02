"""The collection `walks`: which lists of a site were left in the middle.

A list is left at the first page with nothing new on it. A run that is killed, or loses MongoDB or
a list page, may have stored the articles on top and not those below: to the next run the list
would look known. So each run notes the lists that it walks before it asks for their articles, and
that they came to their end when all that was found is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import attrs
from pymongo import ReturnDocument, UpdateOne
from pymongo.asynchronous.database import AsyncDatabase

from pipelines.records import Gap, WalkStart
from pipelines.storage.documents import Document, to_millisecond


class WalkRepository:
    """Reads and writes `walks`."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self._walks = database["walks"]

    async def begin(self, site: str, source: str, now: datetime) -> WalkStart:
        """Note a walk that starts now; returns what is known of the list.

        It may be repeated with the same `now`.
        """
        now = to_millisecond(now)
        state = {
            "site": {"$literal": site},
            "source": {"$literal": source},
            "begun_at": now,
            "unfinished_since": {"$ifNull": ["$unfinished_since", now]},
        }
        before = await self._walks.find_one_and_update(
            {"_id": _id(site, source)},
            [{"$set": state}],
            upsert=True,
            return_document=ReturnDocument.BEFORE,
        )
        if before is None:
            return WalkStart()
        ended = before.get("finished_at") is not None
        since: datetime | None = before["unfinished_since"]
        if since is None or since == now:
            return WalkStart(ended_once=ended)
        gap = before.get("gap") or {}
        # A gap that an earlier walk has left says nothing of one that was killed after it.
        page = gap.get("page") if gap.get("begun_at") == before["begun_at"] else None
        return WalkStart(cut_since=since, gap=page, ended_once=ended)

    async def end(self, site: str, begun: Mapping[str, datetime], now: datetime) -> None:
        """Note that walks came to their end, unless another run has begun one since.

        begun: when, by source, as given to `begin`.
        """
        whole = {"unfinished_since": None, "finished_at": to_millisecond(now), "gap": None}
        await self._write(site, {source: (moment, whole) for source, moment in begun.items()})

    async def leave(self, site: str, gaps: Mapping[str, tuple[datetime, Gap]]) -> None:
        """Note from which page on lists are still to be walked, and why.

        gaps: by source when the walk began, and where it had to leave.
        """
        await self._write(
            site,
            {
                source: (
                    moment,
                    {"gap": {**attrs.asdict(gap), "begun_at": to_millisecond(moment)}},
                )
                for source, (moment, gap) in gaps.items()
            },
        )

    async def _write(self, site: str, states: Mapping[str, tuple[datetime, Document]]) -> None:
        operations = [
            UpdateOne(
                {"_id": _id(site, source), "begun_at": to_millisecond(moment)}, {"$set": state}
            )
            for source, (moment, state) in states.items()
        ]
        if operations:
            await self._walks.bulk_write(operations, ordered=False)


def _id(site: str, source: str) -> str:
    return f"{site}/{source}"
