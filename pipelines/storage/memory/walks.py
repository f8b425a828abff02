"""The collection `walks`: which lists of a site were not walked to their end.

A walk leaves a list at the first page with nothing new. A run that is killed, or loses MongoDB or a
list page, may have stored the articles at the top and not those below: the next run would take the
list for known. So each run notes which lists it walks before it fetches their articles, and notes
the end of a walk when everything it found is stored.
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
        """Notes a walk that starts now; returns what is known of the list.

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
        # An earlier walk's gap does not count if a later walk was killed.
        page = gap.get("page") if gap.get("begun_at") == before["begun_at"] else None
        return WalkStart(cut_since=since, gap=page, ended_once=ended)

    async def end(self, site: str, begun: Mapping[str, datetime], now: datetime) -> None:
        """Notes that walks came to their end, unless another run has started one since.

        begun: start of each walk by list, as given to `begin`.
        """
        whole = {"unfinished_since": None, "finished_at": to_millisecond(now), "gap": None}
        await self._write(site, {source: (moment, whole) for source, moment in begun.items()})

    async def leave(self, site: str, gaps: Mapping[str, tuple[datetime, Gap]]) -> None:
        """Notes from which page on lists are still to be walked, and why.

        gaps: by list the start of the walk, and where it had to leave the list.
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
