"""The collection `walks`: which lists of a site were left in the middle.

A list is left at the first page with nothing new on it. A run that is killed, or loses MongoDB or
a list page, may have stored the articles on top and not those below: to the next run the list
would look known. So each run notes the lists that it walks before it asks for their articles, and
that they came to their end when all that was found is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pymongo import ReturnDocument, UpdateOne
from pymongo.asynchronous.database import AsyncDatabase

from pipelines.storage.documents import Document, to_millisecond


class WalkRepository:
    """Reads and writes `walks`."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self._walks = database["walks"]

    async def begin(self, site: str, source: str, now: datetime) -> datetime | None:
        """Note a walk that begins now; gives since when walks of this list were cut short, if so.

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
        since: datetime | None = before["unfinished_since"] if before else None
        return None if since == now else since

    async def end(self, site: str, begun: Mapping[str, datetime], now: datetime) -> None:
        """Note that walks came to their end, unless another run has begun one since.

        begun: when, by source, as given to `begin`.
        """
        whole = {"unfinished_since": None, "finished_at": to_millisecond(now)}
        await self._walks.bulk_write(
            [
                UpdateOne(
                    {"_id": _id(site, source), "begun_at": to_millisecond(moment)}, {"$set": whole}
                )
                for source, moment in begun.items()
            ],
            ordered=False,
        )


def _id(site: str, source: str) -> str:
    return f"{site}/{source}"
