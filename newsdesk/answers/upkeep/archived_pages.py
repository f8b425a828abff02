"""Whether articles, their earlier states and evidence find their pages in the archive."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from typing import Final

from attrs import define

from crawler.archive.exceptions import ArchiveError
from crawler.archive.folder import read_name
from crawler.archive.members import read_member
from crawler.archive.reading import records_of
from crawler.archive.shipped.whole import Archive
from crawler.archive_settings import archive_of
from pipelines.config import Settings
from pipelines.storage.soundness.archived import PAGES, Place, places, some_places
from pipelines.storage.soundness.notes import SHOWN, Notes, Seen

SAMPLE: Final = 500
"""Pages that are looked at of each collection unless all are to be."""
NOTED: Final = 200
"""Pages after which it is noted how far a look at all of them is."""
Progress = Callable[[str, int, int], None]


@define(frozen=True, kw_only=True)
class ArchivedPages:
    """What was found of the pages that the database names. gone: pages in files that are not there,
    with the names of these. wrong: those that are not what is said of them."""

    looked_at: int
    gone: Seen
    wrong: Seen


def look_at(
    settings: Settings, progress: Progress, notes: Notes, *, all_of_them: bool
) -> ArchivedPages:
    """Reads pages at the places where the database says that they stand, and their digests."""
    archive = archive_of(settings).refreshed()
    afar = {str(name) for name in archive.shipped_sizes()}
    gone, wrong = notes.of("archive: gone"), notes.of("archive: wrong")
    looked_at = 0
    for collection in PAGES:
        seen = notes.of(f"archive: {collection}")
        for place in _places(settings, collection, seen, all_of_them=all_of_them):
            _look_at(archive, afar, place, gone, wrong)
            seen.last = place.id
            seen.looked_at += 1
            progress(f"pages of {collection}", seen.looked_at, 0)
            if all_of_them and not seen.looked_at % NOTED:
                notes.write()
        seen.is_done = True
        looked_at += seen.looked_at
    return ArchivedPages(looked_at=looked_at, gone=gone, wrong=wrong)


def _places(
    settings: Settings, collection: str, seen: Seen, *, all_of_them: bool
) -> Iterator[Place]:
    if seen.is_done:
        return iter(())
    if all_of_them:
        return places(settings, collection, after=seen.last)
    return some_places(settings, collection, SAMPLE)


def _look_at(archive: Archive, afar: Set[str], place: Place, gone: Seen, wrong: Seen) -> None:
    is_there = archive.is_here(place.file) or place.file in afar
    if read_name(place.file) is None or not is_there:
        gone.count += 1
        if place.file not in gone.examples and len(gone.examples) < SHOWN:
            gone.examples.append(place.file)
    elif problem := _problem(archive, place):
        wrong.add([f"{place.owner}: {place.file} at {place.offset}: {problem}"])


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
