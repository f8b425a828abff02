"""Whether the archive is as it was written, and what can be saved where it is not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from crawler.archive.checking import Report, check
from crawler.archive.folder import ArchiveFolder, WarcName, index_of, locked_file, read_name
from crawler.archive.mending import Mended, repair
from newsdesk.answers.archive.holdings import archive_of, state_of
from newsdesk.exceptions import NotNow
from pipelines.config import Settings


def verified(settings: Settings, files: Sequence[str]) -> Iterator[Report]:
    """Checks these files, or the whole archive; yields what each check found.

    Raises:
        OSError: a file cannot be read.
        NotThere: a file of the archive was named that it does not hold.
    """
    folder = archive_of(settings)
    for path, name in _named(folder, files) if files else _all(folder):
        known = read_name(name)
        if known is None:
            yield check(path, name, indexed=False)
        elif path.is_file():
            yield _checked(folder, known)
        elif index_of(path).is_file():
            yield Report(file=name, problems=["the file is missing, its index is there"])
        elif files:
            folder.path(name)  # says that it is not there


def _checked(folder: ArchiveFolder, name: WarcName) -> Report:
    """Checks a file of the archive; once more if a crawl has gone on with it meanwhile."""
    while True:
        state = state_of(folder, name)
        report = check(folder.root / str(name), str(name), indexed=True, state=state)
        if not report.problems or state_of(folder, name) == state:
            return report


def repaired(settings: Settings, files: Sequence[str]) -> Iterator[Mended]:
    """Repairs these files, one after the other.

    Raises:
        NotNow: a crawl writes to one.
        ArchiveError: no record of one can be saved.
        OSError: a file cannot be read or written.
    """
    folder = archive_of(settings)
    for path, name in _named(folder, files):
        with locked_file(path) as free:
            if not free:
                raise NotNow(f"A crawl writes to {name} just now: repair it when that has ended.")
            mended = repair(path, name)
            known = read_name(name)
            if known is not None:
                folder.mark_closed(known)
        yield mended


def _all(folder: ArchiveFolder) -> Iterator[tuple[Path, str]]:
    known = {str(name) for name in folder.names()}
    indexes = folder.root.glob("*/????-??-??/*.cdxj")
    orphans = (path.with_name(f"{path.stem}.warc.gz") for path in indexes)
    known |= {path.relative_to(folder.root).as_posix() for path in orphans}
    for name in sorted(known):
        yield folder.root / name, name


def _named(folder: ArchiveFolder, files: Sequence[str]) -> Iterator[tuple[Path, str]]:
    """Yields the path of each file, and its name in the index."""
    root = folder.root.absolute()
    for each in files:
        path = folder.root / each if read_name(each) else Path(each)
        absolute = path.absolute()
        inside = absolute.is_relative_to(root)
        yield path, absolute.relative_to(root).as_posix() if inside else path.name
