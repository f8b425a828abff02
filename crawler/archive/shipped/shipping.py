"""Ships finished files, drops what was shipped long ago, and removes what is too old there.

Each step can be cut off anywhere and done again: a file counts as shipped once it and its index
were read back from the target and are the same; only then, and after a time, the local one goes.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from attrs import define, field

from crawler.archive.exceptions import ArchiveError, NotShipped, TargetAway
from crawler.archive.folder import (
    INDEX,
    SUFFIX,
    ArchiveFolder,
    Limits,
    WarcName,
    index_of,
    locked_file,
    read_name,
    shipped_at,
    write_whole,
)
from crawler.archive.mending import completed
from crawler.archive.records import Kind
from crawler.archive.shipped.mirror import Mirror
from crawler.archive.shipped.target import Held, Target, held_in
from pipelines.timing.clock import machine_now

QUIET = timedelta(hours=1)
"""So long after its last crawl a file of today is finished; until then the next one goes on."""
LEFT = timedelta(days=1)
"""How often it is looked for what killed sendings have left at the target, and how old that is."""
_LOCK, _SWEPT = "lock", "swept"
logger = logging.getLogger(__name__)


class Busy(ArchiveError):
    """Raised when another process ships the same folder."""


@define(kw_only=True)
class Tally:
    """What a run has done. removed: at the target. swept: what killed sendings had left there.
    problems: why a file could not be shipped, a sentence each."""

    shipped: list[str] = field(factory=list)
    size: int = 0
    dropped: list[str] = field(factory=list)
    removed: list[str] = field(factory=list)
    swept: int = 0
    problems: list[str] = field(factory=list)


@define(frozen=True, kw_only=True)
class Waiting:
    """What is finished and not shipped yet. at: of the last run. error: why it did not go well,
    and since when."""

    files: int
    size: int
    at: datetime | None = None
    error: str | None = None
    since: datetime | None = None


@define(kw_only=True)
class Shipper:
    """Ships the files of one folder. file_size: from which on a file is full. keep: how long the
    local copy of a shipped file stays. most: bytes that the target may hold, of all machines."""

    folder: ArchiveFolder
    target: Target
    file_size: int
    keep: timedelta
    limits: Mapping[Kind, Limits]
    most: int | None = None

    def run(self, *, all_closed: bool, progress: Callable[[str, int], None]) -> Tally:
        """Ships all that is finished; with `all_closed` also files of a moment ago.

        progress: told each file and its size before it is sent.

        Raises:
            Busy: another process is at it.
            TargetAway: the target does not answer; what was done counts.
            OSError: the local disk is full or broken.
        """
        with _alone(self.folder):
            tally = Tally()
            try:
                self._run(tally, all_closed, progress)
            except (TargetAway, OSError) as error:
                self._note(str(error))
                raise
            self._note(tally.problems[0] if tally.problems else None)
            return tally

    def _run(self, tally: Tally, all_closed: bool, progress: Callable[[str, int], None]) -> None:
        list(completed(self.folder))
        self.folder.prune(self.limits, machine_now().date())
        for name in finished(self.folder, self.file_size, all_closed=all_closed):
            size = self.folder.size_of(name)
            progress(str(name), size)
            try:
                sent = self._ship(name, all_closed)
            except NotShipped as error:
                tally.problems.append(str(error))
                continue
            if sent:
                tally.shipped.append(str(name))
                tally.size += size
        sizes = self.target.sizes()
        for name in self._remove_old(sizes):
            tally.removed.append(str(name))
            for each in (str(name), _index_name(name)):
                sizes.pop(each, None)
        tally.swept = self._sweep()
        held = Mirror(self.folder, self.target).refresh(sizes)
        tally.dropped += map(str, self._drop(held))

    def _ship(self, name: WarcName, all_closed: bool) -> bool:
        """Sends a file and its index, unless a crawl has gone on with it meanwhile."""
        path = self.folder.root / str(name)
        index = index_of(path)
        with suppress(FileNotFoundError), locked_file(path) as free:
            if not free or not _is_finished(self.folder, name, self.file_size, all_closed):
                return False
            note = self.folder.note_of(name)
            note.parent.mkdir(parents=True, exist_ok=True)
            note.touch()
            replaces = _noted(note).get("replaces")
            with path.open("rb") as file:
                ours = held_in(file)
            if not index.is_file():
                raise NotShipped(f"{name} has no index: newsdesk archive repair {name}")
            with index.open("rb") as file:
                our_index = held_in(file)
            there = self.target.held(str(name))
            if there != ours:
                if there is not None and there.digest != replaces:
                    raise NotShipped(
                        f"{self.target.address} holds another file under the name {name}: it stays "
                        f"here. Move the other one away, then: newsdesk archive ship"
                    )
                self._send(name, ours, index=False)
            self._send(name, our_index, index=True)
            said = {"digest": ours.digest, "at": machine_now().astimezone(UTC).isoformat()}
            write_whole(note, json.dumps(said).encode())
            return True
        return False

    def _send(self, name: WarcName, ours: Held, *, index: bool) -> None:
        path = self.folder.root / str(name)
        goal = str(name)
        if index:
            path, goal = index_of(path), _index_name(name)
        self.target.put(path, goal)
        if self.target.held(goal) != ours:
            raise TargetAway(
                f"The archive's target {self.target.address} gave back {goal} otherwise than it "
                "was sent: it is sent again. If that repeats, look at its disks"
            )

    def _drop(self, held: Mapping[WarcName, int]) -> Iterator[WarcName]:
        """Drops local copies whose time is over, and which the target still holds."""
        before = machine_now() - self.keep
        for name in self.folder.names():
            at = shipped_at(self.folder.note_of(name))
            if at is None:
                continue
            path = self.folder.root / str(name)
            if held.get(name) != path.stat().st_size:
                self.folder.note_of(name).write_bytes(b"")  # lost there: it is shipped once more
            elif at <= before and self.folder.remove(name):
                yield name

    def _remove_old(self, sizes: Mapping[str, int]) -> list[WarcName]:
        """Removes what is too old or too much at the target, and the local copy of that.

        The index goes first, so that nobody looks for it.
        """
        old = [*self._beyond_limits(sizes)]
        for name in old:
            self.target.remove(_index_name(name))
            self.target.remove(str(name))
            if self.folder.is_shipped(name):
                self.folder.remove(name)
        return old

    def _beyond_limits(self, sizes: Mapping[str, int]) -> Iterator[WarcName]:
        """Yields what is too old, or older than the newest files that have room.

        What is only here any more counts, too: another machine has removed it there.
        """
        known = {name: self.folder.size_of(name) for name in self.folder.names()}
        shipped = {name: size for name, size in known.items() if self.folder.is_shipped(name)}
        for text, size in sizes.items():
            if (name := read_name(text)) is not None:
                shipped[name] = size + sizes.get(_index_name(name), 0)
        today, used = machine_now().date(), 0
        for name in sorted(shipped, key=lambda name: name.order, reverse=True):
            used += shipped[name]
            is_too_much = self.most is not None and used > self.most
            if is_too_much or _is_too_old(name, self.limits, today):
                yield name

    def _sweep(self) -> int:
        """Removes what sendings have left that were killed long ago, once a day."""
        note, now = self.folder.note_of_run.with_name(_SWEPT), machine_now()
        with suppress(FileNotFoundError):
            if 0 <= now.timestamp() - note.stat().st_mtime < LEFT.total_seconds():
                return 0
        note.touch()
        try:
            return self.target.sweep(now - LEFT)
        except TargetAway as error:  # a server may not let us, and files are shipped all the same
            logger.warning("What killed sendings have left stays there. %s.", error)
            return 0

    def _note(self, error: str | None) -> None:
        """Keeps how the run went, for those who ask how it stands."""
        path = self.folder.note_of_run
        before, now = _noted(path), machine_now().astimezone(UTC).isoformat()
        said = {"at": now, "error": error, "since": (before.get("since") or now) if error else None}
        write_whole(path, json.dumps(said).encode())


def finished(
    folder: ArchiveFolder, file_size: int, *, all_closed: bool = False
) -> Iterator[WarcName]:
    """Yields the files that are to be shipped, the oldest first."""
    for name in folder.names():
        if not folder.is_shipped(name) and _is_finished(folder, name, file_size, all_closed):
            yield name


def waiting(folder: ArchiveFolder, file_size: int) -> Waiting:
    """Returns what waits in a folder to be shipped, and how the last run went."""
    files = [*finished(folder, file_size)]
    said = _noted(folder.note_of_run)
    moments = {key: datetime.fromisoformat(said[key]) for key in ("at", "since") if said.get(key)}
    return Waiting(
        files=len(files), size=sum(map(folder.size_of, files)), error=said.get("error"), **moments
    )


def take_back(folder: ArchiveFolder, target: Target, name: WarcName) -> None:
    """Brings a file here to be repaired, and has it shipped once more instead of what is there.

    A local copy of a shipped file gives way to that at the target, unless that has changed since.

    Raises:
        NotThere: it is nowhere.
        TargetAway: the target does not answer.
        OSError: the local disk is full or broken.
    """
    path, note = folder.root / str(name), folder.note_of(name)
    is_here = path.is_file()
    if is_here and not folder.is_shipped(name):
        return
    there = target.held(str(name))
    if there is None and is_here:
        return
    is_sound = there is not None and there.digest == _noted(note).get("digest")
    note.parent.mkdir(parents=True, exist_ok=True)
    replaces = there.digest if there is not None else ""
    write_whole(note, json.dumps({"replaces": replaces}).encode())
    if is_sound or not is_here:
        target.fetch(str(name), path)


def _is_finished(folder: ArchiveFolder, name: WarcName, file_size: int, all_closed: bool) -> bool:
    if folder.is_marked_open(name):
        return False
    now = machine_now()
    if all_closed or folder.is_sealed(name) or name.day < now.astimezone(UTC).date():
        return True
    try:
        found = (folder.root / str(name)).stat()
    except FileNotFoundError:
        return False
    return found.st_size >= file_size or now.timestamp() - found.st_mtime > QUIET.total_seconds()


def _is_too_old(name: WarcName, limits: Mapping[Kind, Limits], today: date) -> bool:
    days = limits[name.kind].days
    return days is not None and name.day < today - timedelta(days=days)


def _index_name(name: WarcName) -> str:
    return f"{str(name).removesuffix(SUFFIX)}{INDEX}"


def _noted(path: Path) -> dict[str, str]:
    with suppress(FileNotFoundError, ValueError):
        found = json.loads(path.read_bytes())
        return found if isinstance(found, dict) else {}
    return {}


@contextmanager
def _alone(folder: ArchiveFolder) -> Iterator[None]:
    path = folder.note_of_run.with_name(_LOCK)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    with locked_file(path) as free:
        if not free:
            raise Busy(f"{folder.root} is being shipped by another process just now")
        yield
