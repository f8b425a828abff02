"""Where the archive lies: KIND/DAY/SITE-NUMBER-ORIGIN.warc.gz in one folder, an index beside each.

Names of files are those below that folder, as `articles.archive.file` holds them. Each folder has
an origin of its own, six letters at random, so that files of several machines can lie in one place.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import get_args

from attrs import define

from crawler.archive.exceptions import NotThere
from crawler.archive.records import Kind

KINDS: tuple[Kind, ...] = get_args(Kind)
SUFFIX, INDEX = ".warc.gz", ".cdxj"
LETTERS = "bcdfghjklmnpqrstvwxz"
"""Of origins: no vowel, so that they make no words."""
_NAME = re.compile(
    rf"(articles|lists)/(\d{{4}}-\d\d-\d\d)/([\w.-]+)-(\d{{4,}})(?:-([{LETTERS}]{{6}}))?\.warc\.gz"
)
_OPEN = ".open"
_SHIPPING = ".shipping"
_MIRROR = ".target"
_ORIGIN = ".origin"
_ORIGINS = re.compile(f"[{LETTERS}]{{6}}")
_TRIES = 5


@define(frozen=True, kw_only=True)
class Limits:
    """What is kept of a kind. days: None keeps it whatever its age. size: of all files, in
    bytes."""

    days: int | None
    size: int


@define(frozen=True, kw_only=True)
class WarcName:
    """A file's name, taken apart. group: the site; with "-replay" for what came of a recording.

    origin: of the folder that it was written in; "" in archives of before there were any.
    """

    kind: Kind
    day: date
    group: str
    number: int
    origin: str = ""

    def __str__(self) -> str:
        origin = f"-{self.origin}" if self.origin else ""
        return f"{self.kind}/{self.day.isoformat()}/{self.group}-{self.number:04d}{origin}{SUFFIX}"

    @property
    def order(self) -> tuple[date, str, str, int, str]:
        """Returns what puts files into the order in which they were begun."""
        return self.day, self.kind, self.group, self.number, self.origin


def read_name(name: str) -> WarcName | None:
    """Takes a name apart; None if it is none of ours."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    kind: Kind = "articles" if found[1] == "articles" else "lists"
    try:
        day = date.fromisoformat(found[2])
    except ValueError:
        return None
    return WarcName(kind=kind, day=day, group=found[3], number=int(found[4]), origin=found[5] or "")


def index_of(path: Path) -> Path:
    """Returns the path of a file's index."""
    return path.with_name(path.name.removesuffix(".gz").removesuffix(".warc") + INDEX)


@define(frozen=True)
class ArchiveFolder:
    """The archive of one database."""

    root: Path

    def path(self, name: str) -> Path:
        """Returns the path of a file.

        Raises:
            NotThere: it is no file of the archive, or it was removed.
        """
        path = self.root / name
        if read_name(name) is None:
            raise NotThere(f"{name} is no file of the archive {self.root}")
        if not path.is_file():
            raise NotThere(
                f"{name} is not in the archive {self.root}: its age or the archive's size was "
                "over the limit, or another machine has written it and ships it nowhere"
            )
        return path

    def names(self, kind: Kind | None = None, group: str | None = None) -> list[WarcName]:
        """Returns the files, in the order in which they were begun."""
        found = []
        for each in (kind,) if kind else KINDS:
            for path in (self.root / each).glob(f"????-??-??/{group or '*'}-*{SUFFIX}"):
                name = read_name(path.relative_to(self.root).as_posix())
                if name is not None and group in (None, name.group):
                    found.append(name)
        return sorted(found, key=lambda name: name.order)

    def origin(self) -> str:
        """Returns the folder's origin; the first one to ask decides it.

        Raises:
            OSError: the folder cannot be written.
        """
        path = self.root / _ORIGIN
        for _ in range(_TRIES):
            with suppress(FileNotFoundError):
                found = path.read_text("ascii", "replace")
                if _ORIGINS.fullmatch(found):
                    return found
                path.unlink(missing_ok=True)  # emptied by a power cut
            self.root.mkdir(parents=True, exist_ok=True)
            draft = self.root / f"{_ORIGIN}.{os.getpid()}.{secrets.token_hex(4)}"
            write_whole(draft, "".join(secrets.choice(LETTERS) for _ in range(6)).encode())
            with suppress(FileExistsError):  # of two processes, one is first
                path.hardlink_to(draft)
            draft.unlink()
        raise OSError(f"{path} changes again and again")

    def indexes(self) -> list[Path]:
        """Returns the paths of all indexes."""
        return [index_of(self.root / str(name)) for name in self.names()]

    # A file that is being written has a marker; after a crash the marker is left.

    def mark_open(self, name: WarcName) -> None:
        self._marker(name).parent.mkdir(parents=True, exist_ok=True)
        self._marker(name).touch()

    def mark_closed(self, name: WarcName) -> None:
        self._marker(name).unlink(missing_ok=True)

    def is_marked_open(self, name: WarcName) -> bool:
        return self._marker(name).exists()

    def marked_open(self) -> list[WarcName]:
        """Returns the files that are being written, or were when their crawl was killed."""
        names = (path.name.replace("~", "/") for path in (self.root / _OPEN).glob(f"*{SUFFIX}"))
        return sorted(filter(None, map(read_name, names)), key=str)

    def _marker(self, name: WarcName) -> Path:
        return self.root / _OPEN / str(name).replace("/", "~")

    # A file that is being shipped has a note; once it was, the note says when.

    @property
    def mirror(self) -> Path:
        """Returns the folder of the target's indexes, and of the list of its files."""
        return self.root / _MIRROR

    def note_of(self, name: WarcName) -> Path:
        """Returns the path of a file's note."""
        return self.root / _SHIPPING / f"{str(name).replace('/', '~')}.json"

    @property
    def note_of_run(self) -> Path:
        """Returns the path of what is noted of the last time that files were shipped."""
        return self.root / _SHIPPING / "run"

    def is_sealed(self, name: WarcName) -> bool:
        """Whether no crawl may go on with a file."""
        return self.note_of(name).exists()

    def is_shipped(self, name: WarcName) -> bool:
        """Whether the target holds the file, read back and compared."""
        return shipped_at(self.note_of(name)) is not None

    def prune(self, limits: Mapping[Kind, Limits], today: date) -> list[WarcName]:
        """Removes the oldest files of each kind that are too old or too many; returns their names.

        Files that are being written stay; of too many, those go first that were shipped.
        """
        removed = []
        for kind, limit in limits.items():
            names = self.names(kind)
            sizes = {name: self.size_of(name) for name in names}
            excess = sum(sizes.values()) - limit.size
            oldest = today - timedelta(days=limit.days) if limit.days is not None else date.min
            for name in sorted(names, key=lambda name: not self.is_shipped(name)):
                if (name.day < oldest or excess > 0) and self.remove(name):
                    excess -= sizes[name]
                    removed.append(name)
        return removed

    def size_of(self, name: WarcName) -> int:
        """Returns the bytes of a file and all that lies beside it."""
        path = self.root / str(name)
        return sum(_size(each) for each in (path, index_of(path), damaged_of(path)))

    def remove(self, name: WarcName) -> bool:
        """Removes a file and what lies beside it, unless it is being written.

        The index of a file that was shipped stays, as that of the target's.
        """
        path = self.root / str(name)
        try:
            file = path.open("rb")
        except FileNotFoundError:
            return False
        with file, _locked(file.fileno()) as free:
            if not free:
                return False
            if self.is_shipped(name):
                kept = index_of(self.mirror / str(name))
                kept.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(index_of(path), kept)
            for each in (path, index_of(path), damaged_of(path), self.note_of(name)):
                each.unlink(missing_ok=True)
            self.mark_closed(name)
        if not any(path.parent.iterdir()):
            path.parent.rmdir()
        return True


def shipped_at(note: Path) -> datetime | None:
    """Returns when a file was shipped, by its note; None if it was not."""
    with suppress(FileNotFoundError, KeyError, TypeError, ValueError):
        return datetime.fromisoformat(json.loads(note.read_bytes())["at"])
    return None


def write_whole(path: Path, data: bytes) -> None:
    """Writes a small file, or leaves the one of before: a power cut included."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def damaged_of(path: Path) -> Path:
    """Returns where a repair leaves the damaged file."""
    return path.with_name(path.name + ".damaged")


def try_lock(descriptor: int) -> bool:
    """Locks an open file for this process; False if another one, or another opening, holds it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _locked(descriptor: int) -> Iterator[bool]:
    free = try_lock(descriptor)
    try:
        yield free
    finally:
        if free:
            fcntl.flock(descriptor, fcntl.LOCK_UN)


@contextmanager
def locked_file(path: Path) -> Iterator[bool]:
    """Holds a file's lock, so that nobody writes to it meanwhile; yields False if somebody does.

    Raises:
        FileNotFoundError: there is no such file.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        with _locked(descriptor) as free:
            yield free
    finally:
        os.close(descriptor)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
