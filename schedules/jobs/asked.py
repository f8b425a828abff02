"""Reads what a record in MongoDB asks for. Whoever can write there may have put it there."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.storage.documents import Document
from schedules.exceptions import BadRecord
from schedules.job import DEADLINE_SECONDS, JobSpec
from schedules.timetable.values import DEADLINES, read_arguments


def spec_of(record: Document, sites: Sequence[str], memory_bytes: int) -> JobSpec:
    """Returns the crawl that a record asks for. sites: keys of all sites.

    Nothing else is run for a record: no import, which reads files of this machine, no other
    spider, and no argument that a schedule could not have.

    Raises:
        BadRecord: it asks for something else.
    """
    kind, site = record["kind"], record.get("site") or ""
    if kind != "crawl":
        raise BadRecord(f"a service runs crawls alone, and no {kind!r}")
    if site not in sites:
        raise BadRecord(f"there is no site {site!r}: it is one of {', '.join(sites)}")
    seconds = record.get("deadline_seconds") or DEADLINE_SECONDS
    shortest, longest = (each.total_seconds() for each in DEADLINES)
    if not shortest <= seconds <= longest:
        raise BadRecord(
            f"deadline_seconds: {seconds} is not within {shortest:.0f} and {longest:.0f}"
        )
    try:
        arguments = read_arguments(record.get("arguments") or {})
    except ValueError as error:
        raise BadRecord(str(error)) from None
    return JobSpec(
        site=site, arguments=arguments, deadline_seconds=float(seconds), memory_bytes=memory_bytes
    )
