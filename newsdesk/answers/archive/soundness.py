"""Whether the archive is as it was written, and what can be saved where it is not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from crawler.archive.checking import Report, check
from crawler.archive.folder import ArchiveFolder, WarcName, index_of, locked_file, read_name
from crawler.archive.mending import Mended, repair
from crawler.archive.shipped.shipping import take_back
from crawler.archive.shipped.whole import Archive, ShippedFile
from crawler.archive_settings import archive_of
from newsdesk.answers.archive.holdings import state_of
from newsdesk.exceptions import NotNow
from pipelines.config import Settings


def verified(settings: Settings, files: Sequence[str]) -> Iterator[Report]:
    """Checks these files, or the whole archive; yields what each check found.

    A file that lies here is checked here; others are read from the target.

    Raises:
        OSError: a file cannot be read.
        NotThere: a file of the archive was named that it does not hold.
        TargetAway: a file lies at a target that does not answer.
    """
    archive = archive_of(settings).refreshed()
    afar = archive.shipped_sizes()
    for path, name in _named(archive.folder, files) if files else _all(archive):
        known = read_name(name)
        if known is None:
            yield check(path, name, indexed=False)
        elif path.is_file():
            yield _checked(archive.folder, known)
        elif archive.target is not None and known in afar:
            shipped = ShippedFile(archive.target, name)
            yield check(shipped, name, indexed=True, index=archive.index(name))
        elif index_of(path).is_file():
            yield Report(file=name, problems=["the file is missing, its index is there"])
        elif files:
            archive.folder.path(name)  # says that it is not there


def _checked(folder: ArchiveFolder, name: WarcName) -> Report:
    """Checks a file of the archive; once more if a crawl has gone on with it meanwhile."""
    while True:
        state = state_of(folder, name)
        report = check(folder.root / str(name), str(name), indexed=True, state=state)
        if not report.problems or state_of(folder, name) == state:
            return report


def repaired(settings: Settings, files: Sequence[str]) -> Iterator[Mended]:
    """Repairs these files, one after the other. What was shipped is taken from the target, where it
    may be sound, and shipped once more.

    Raises:
        NotNow: a crawl writes to one.
        ArchiveError: no record of one can be saved, or it lies at a target that does not answer.
        OSError: a file cannot be read or written.
    """
    archive = archive_of(settings).refreshed()
    for path, name in _named(archive.folder, files):
        known = read_name(name)
        if known is not None and archive.target is not None:
            take_back(archive.folder, archive.target, known)
        with locked_file(path) as free:
            if not free:
                raise NotNow(f"A crawl writes to {name} just now: repair it when that has ended.")
            mended = repair(path, name)
            if known is not None:
                archive.folder.mark_closed(known)
        yield mended


def _all(archive: Archive) -> Iterator[tuple[Path, str]]:
    root = archive.folder.root
    known = {str(name) for name in archive.names()}
    indexes = root.glob("*/????-??-??/*.cdxj")
    orphans = (path.with_name(f"{path.stem}.warc.gz") for path in indexes)
    known |= {path.relative_to(root).as_posix() for path in orphans}
    for name in sorted(known):
        yield root / name, name


def _named(folder: ArchiveFolder, files: Sequence[str]) -> Iterator[tuple[Path, str]]:
    """Yields the path of each file, and its name in the index."""
    root = folder.root.absolute()
    for each in files:
        path = folder.root / each if read_name(each) else Path(each)
        absolute = path.absolute()
        inside = absolute.is_relative_to(root)
        yield path, absolute.relative_to(root).as_posix() if inside else path.name
