"""The collection `walks`: which lists of a site were left in the middle.

A list is left at the first page with nothing new on it. A run that is killed, or loses MongoDB or
a list page, may have stored the articles on top and not those below: to the next run the list
would look known. So each run notes the lists that it walks before it asks for their articles, and
that they came to their end when all that was found is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from attrs import define
from pymongo import ReturnDocument, UpdateOne
from pymongo.asynchronous.database import AsyncDatabase

from pipelines.storage.documents import Document, to_millisecond


@define(frozen=True, kw_only=True)
class Cut:
    """Walks of a list that have not come to their end.

    since: when the first of them began. page: from where on it has not been looked at, if the last
    one came so far and could say so.
    """

    since: datetime
    page: int | None = None


class WalkRepository:
    """Reads and writes `walks`."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self._walks = database["walks"]

    async def begin(self, site: str, source: str, now: datetime) -> tuple[Cut | None, bool]:
        """Note a walk that begins now; gives which walks of this list were cut short, if any
        were, and whether one ever came to its end.

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
            return None, False
        ended = before.get("finished_at") is not None
        since: datetime | None = before["unfinished_since"]
        if since is None or since == now:
            return None, ended
        gap = before.get("gap") or {}
        # A gap that an earlier walk has left says nothing of one that was killed after it.
        page = gap.get("page") if gap.get("begun_at") == before["begun_at"] else None
        return Cut(since=since, page=page), ended

    async def end(self, site: str, begun: Mapping[str, datetime], now: datetime) -> None:
        """Note that walks came to their end, unless another run has begun one since.

        begun: when, by source, as given to `begin`.
        """
        whole = {"unfinished_since": None, "finished_at": to_millisecond(now), "gap": None}
        await self._write(site, {source: (moment, whole) for source, moment in begun.items()})

    async def leave(self, site: str, gaps: Mapping[str, tuple[datetime, int, str]]) -> None:
        """Note from which page on lists are still to be walked, and why.

        gaps: by source when the walk began, the page and the reason.
        """
        await self._write(
            site,
            {
                source: (
                    moment,
                    {"gap": {"page": page, "reason": why, "begun_at": to_millisecond(moment)}},
                )
                for source, (moment, page, why) in gaps.items()
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
