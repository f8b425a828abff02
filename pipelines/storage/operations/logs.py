"""The collection `logs`: copies of jobs' logs, so that a machine can show what ran on another."""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta

from pymongo.database import Database

from pipelines.storage.documents import Document
from pipelines.storage.schema.reading import declared

PART_BYTES = 64 * 1024
MOST_BYTES = 16 * 1024 * 1024
"""Most bytes of a log that are kept, the last ones."""


class LogRepository:
    """Writes and reads logs by parts. Its methods block."""

    def __init__(self, database: Database[Document]) -> None:
        self._logs = database["logs"]

    def put(self, job: str, begin: int, data: bytes, now: datetime, days: int) -> None:
        """Writes what stands at a place of a log, in place of what was known of it.

        What is longer than the most that is kept loses its beginning.
        """
        for at in range(0, len(data), PART_BYTES):
            part = data[at : at + PART_BYTES]
            document: Document = {"job": job, "begin": begin + at, "size": len(part)}
            document |= {"data": zlib.compress(part), "expires_at": now + timedelta(days=days)}
            self._logs.replace_one({"_id": f"{job}/{begin + at:011}"}, document, upsert=True)
        if (least := begin + len(data) - MOST_BYTES) > 0:
            self._logs.delete_many({"job": job, "begin": {"$lt": least - PART_BYTES}})

    def read(self, job: str, begin: int = 0) -> tuple[int, bytes]:
        """Returns a log from a place on, and where what is left of it begins."""
        since = max(0, begin - PART_BYTES)
        wanted = declared("logs", {"job": job, "begin": {"$gt": since - 1}})
        parts = self._logs.find(wanted).sort("begin", 1).to_list()
        if not parts:
            return begin, b""
        first: int = parts[0]["begin"]
        data = b"".join(_unpacked(each["data"]) for each in parts)
        return max(first, begin), data[max(0, begin - first) :]

    def has(self, job: str) -> bool:
        """Returns whether anything of a job's log is kept."""
        return self._logs.find_one({"job": job}, {"_id": 1}) is not None

    def forget(self, job: str) -> None:
        """Deletes the log of a job."""
        self._logs.delete_many({"job": job})


def _unpacked(data: bytes) -> bytes:
    """Returns a part as it was written; one that is none of ours shows as nothing."""
    try:
        return zlib.decompressobj().decompress(data, PART_BYTES)
    except zlib.error:
        return b""
