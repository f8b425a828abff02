"""Whether articles, their earlier states and evidence find their pages in the archive."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from attrs import define, field

from crawler.archive.exceptions import ArchiveError
from crawler.archive.folder import read_name
from crawler.archive.members import read_member
from crawler.archive.reading import records_of
from crawler.archive.shipped.whole import Archive
from crawler.archive_settings import archive_of
from pipelines.config import Settings
from pipelines.storage.soundness.archived import Place, places

SAMPLE: Final = 500
"""Pages that are looked at of each collection unless all are to be."""
SHOWN: Final = 5
Progress = Callable[[str, int, int], None]


@define(kw_only=True)
class ArchivedPages:
    """What was found of the pages that the database names. wrong: a line for each that is not what
    is said of it."""

    looked_at: int = 0
    gone: int = 0
    gone_files: list[str] = field(factory=list)
    wrong: list[str] = field(factory=list)


def look_at(settings: Settings, progress: Progress, *, all_of_them: bool) -> ArchivedPages:
    """Reads pages at the places where the database says that they stand, and their digests."""
    archive = archive_of(settings).refreshed()
    afar = {str(name) for name in archive.shipped_sizes()}
    found = ArchivedPages()
    for place in places(settings, None if all_of_them else SAMPLE):
        found.looked_at += 1
        progress("archive", found.looked_at, 0)
        is_there = archive.is_here(place.file) or place.file in afar
        if read_name(place.file) is None or not is_there:
            found.gone += 1
            if place.file not in found.gone_files and len(found.gone_files) < SHOWN:
                found.gone_files.append(place.file)
        elif problem := _problem(archive, place):
            found.wrong.append(f"{place.owner}: {place.file} at {place.offset}: {problem}")
    return found


def _problem(archive: Archive, place: Place) -> str | None:
    """Returns why a page is not what the database says of it; None if it is."""
    try:
        with archive.open(place.file) as file:
            records = records_of(read_member(file, place.offset))
    except (ArchiveError, OSError) as error:
        return str(error)
    said = [each.fields.get("warc-payload-digest", "") for each in records]
    if place.digest not in said:
        return "another page stands there"
    return next((problem for each in records for problem in each.problems()), None)
