"""Whether articles, their earlier states and evidence find their pages in the archive."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from attrs import define, field

from crawler.archive.exceptions import ArchiveError
from crawler.archive.folder import ArchiveFolder, read_name
from crawler.archive.reading import records_at
from newsdesk.answers.archive.holdings import archive_of
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
    folder = archive_of(settings)
    found = ArchivedPages()
    for place in places(settings, None if all_of_them else SAMPLE):
        found.looked_at += 1
        progress("archive", found.looked_at, 0)
        if read_name(place.file) is None or not (folder.root / place.file).is_file():
            found.gone += 1
            if place.file not in found.gone_files and len(found.gone_files) < SHOWN:
                found.gone_files.append(place.file)
        elif problem := _problem(folder, place):
            found.wrong.append(f"{place.owner}: {place.file} at {place.offset}: {problem}")
    return found


def _problem(folder: ArchiveFolder, place: Place) -> str | None:
    """Returns why a page is not what the database says of it; None if it is."""
    try:
        records = records_at(folder.root / place.file, place.offset)
    except (ArchiveError, OSError) as error:
        return str(error)
    said = [each.fields.get("warc-payload-digest", "") for each in records]
    if place.digest not in said:
        return "another page stands there"
    return next((problem for each in records for problem in each.problems()), None)
