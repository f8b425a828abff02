"""The collection `hosts`: how sites and their hosts stand with us, from crawl to crawl."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import attrs
from pymongo import UpdateOne
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.database import Database

from pipelines.records import HostStanding, SiteStanding
from pipelines.storage.documents import Document, to_millisecond
from pipelines.storage.schema.reading import declared

AHEAD = timedelta(minutes=2)
"""Clocks of several machines may differ by so much."""


class HostRepository:
    """Reads and writes `hosts`."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self._hosts = database["hosts"]

    async def load(self, site: str, now: datetime) -> tuple[SiteStanding, dict[str, HostStanding]]:
        """Returns how a site stands, and those of its hosts that have failed for long
        at any time.

        What was written later than now was written while the clock was ahead: nobody would be
        asked again before that time, so it does not count.
        """
        whole, hosts = SiteStanding(), {}
        written = {"site": site, "updated_at": {"$lte": now + AHEAD}}
        async for document in self._hosts.find(declared("hosts", written)):
            if document["host"] is None:
                whole = SiteStanding(**_picked(document, SiteStanding))
            else:
                hosts[document["host"]] = HostStanding(**_picked(document, HostStanding))
        return whole, hosts

    async def save(
        self,
        site: str,
        whole: SiteStanding,
        requests: int,
        hosts: Mapping[str, HostStanding],
        now: datetime,
        job: str | None,
    ) -> None:
        """Writes what has changed.

        requests: added to those of the same night, so that crawls of one site side by side count
        together; `whole.requests` is not written.
        """
        same = {"$eq": ["$night", whole.night]}
        before = {"$cond": [same, {"$ifNull": ["$requests", 0]}, 0]}
        fields: Document = {
            **_written(whole),
            **_common(site, now, job),
            "host": None,
            "requests": {"$add": [before, requests]},
        }
        writes = [UpdateOne({"_id": site}, [{"$set": _literal(fields)}], upsert=True)]
        writes += [
            UpdateOne(
                {"_id": f"{site}/{host}"},
                {"$set": {**_written(record), **_common(site, now, job), "host": host}},
                upsert=True,
            )
            for host, record in hosts.items()
        ]
        await self._hosts.bulk_write(writes, ordered=False)


class HostOverview:
    """Lists and clears `hosts` for a person. Its methods block."""

    def __init__(self, database: Database[Document]) -> None:
        self._hosts = database["hosts"]

    def list(self, site: str | None = None) -> list[Document]:
        """Returns sites and hosts, by name."""
        wanted = {} if site is None else {"site": site}
        return [*self._hosts.find(declared("hosts", wanted)).sort("_id", 1)]

    def forget(self, site: str) -> int:
        """Lets the next crawl ask the site and all its hosts at once; returns how many had to wait.

        The requests of the night stay counted.
        """
        free = {"open_until": None, "openings": 0, "failures": 0, "reason": None}
        whole = {"come_back_at": None, "come_back_reason": None, "come_back_why": None, "blocks": 0}
        hosts = self._hosts.update_many(
            {"site": site, "host": {"$ne": None}, "open_until": {"$ne": None}}, {"$set": free}
        )
        waiting = {"_id": site, "come_back_at": {"$ne": None}}
        sites = self._hosts.update_many(waiting, {"$set": whole})
        return hosts.modified_count + sites.modified_count


def _picked(document: Document, record: type[Any]) -> dict[str, Any]:
    return {name: document[name] for name in attrs.fields_dict(record) if name in document}


def _written(record: SiteStanding | HostStanding) -> Document:
    return {
        name: to_millisecond(value) if isinstance(value, datetime) else value
        for name, value in attrs.asdict(record).items()
    }


def _common(site: str, now: datetime, job: str | None) -> Document:
    return {"site": site, "updated_at": to_millisecond(now), "job": job}


def _literal(fields: Document) -> Document:
    """Protects strings with a "$", which MongoDB would read as names of fields."""
    return {
        name: {"$literal": value} if isinstance(value, str) else value
        for name, value in fields.items()
    }
