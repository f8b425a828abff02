"""The thread that writes the archive, and what it is handed.

A crawl never waits for it, and nothing that happens to it ends the crawl: what does not fit into
its queue, or cannot be written, is counted and told.
"""

from __future__ import annotations

import queue
import threading
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import suppress
from datetime import timedelta

from attrs import define, evolve, field

from crawler.archive.cdxj import REVISIT, Entry, read_line
from crawler.archive.folder import ArchiveFolder, Limits, index_of
from crawler.archive.members import pack
from crawler.archive.mending import completed
from crawler.archive.records import (
    IDENTICAL,
    NOT_MODIFIED,
    UNKNOWN,
    Earlier,
    Exchange,
    Kind,
    digest_of,
    new_id,
    request_record,
    response_record,
    revisit_record,
    warc_date,
)
from crawler.archive.surt import key_of
from crawler.archive.writer import Facts, WarcFile
from pipelines.items import Archived
from pipelines.places import Place
from pipelines.timing.clock import machine_now

MOST_WAITING = 16 * 1024 * 1024
"""Bytes of bodies that may wait for the disk."""
REMEMBERED_DAYS = 8
"""Pages are looked at again for a week; what is older is written whole once more."""
MOST_REMEMBERED = 20_000
SMALLEST_REVISIT = 1_024
"""Bytes of a body below which a reference to it would save nothing."""
_ERROR_LENGTH = 300


@define(kw_only=True)
class Tally:
    """What was done so far; anyone may read it while the thread goes on.

    lost: answers by reason. torn: unfinished records that were cut off at the start. removed:
    files over the limits of age and size. error: the last one, in words.
    """

    written: Counter[str] = field(factory=Counter)
    unchanged: int = 0
    size: int = 0
    lost: Counter[str] = field(factory=Counter)
    torn: list[str] = field(factory=list)
    removed: list[str] = field(factory=list)
    error: str | None = None


@define(kw_only=True, eq=False)
class Archivist:
    """Writes what one crawl of one site was answered.

    group: names the files. facts: what they say of themselves. file_size: from which on the next
    file is begun.
    """

    folder: ArchiveFolder
    group: str
    facts: Facts
    limits: Mapping[Kind, Limits]
    file_size: int
    most_waiting: int = MOST_WAITING
    tally: Tally = field(factory=Tally)
    _queue: queue.SimpleQueue[tuple[Exchange, Place] | None] = field(factory=queue.SimpleQueue)
    _waiting: int = 0
    _lock: threading.Lock = field(factory=threading.Lock)
    _thread: threading.Thread | None = None
    _files: dict[Kind, WarcFile] = field(factory=dict)
    _known: dict[bytes, bytes] = field(factory=dict)
    """Lines of the index by the key of their address: of the latest record that is no revisit."""

    def start(self) -> None:
        """Begins: unfinished records are cut off, then what is put in is written."""
        self._thread = threading.Thread(target=self._run, name="archive", daemon=True)
        self._thread.start()

    def put(self, exchange: Exchange) -> Place:
        """Hands over an answer; never blocks."""
        place: Place = Future()
        place.set_running_or_notify_cancel()  # whoever stops waiting does not end the writing
        size = len(exchange.body)
        with self._lock:
            full = self._waiting + size > self.most_waiting and self._waiting > 0
            self._waiting += 0 if full else size
        if full:
            self.tally.lost["queue_full"] += 1
            place.set_result(None)
        else:
            self._queue.put((exchange, place))
        return place

    def close(self, seconds: float) -> bool:
        """Writes what waits and closes the files; False if that takes longer than `seconds`."""
        if self._thread is None:
            return True
        self._queue.put(None)
        self._thread.join(seconds)
        return not self._thread.is_alive()

    # All below is done in the thread.

    def _run(self) -> None:
        try:
            self._prepare()
        except Exception as error:  # noqa: BLE001 - pages are written all the same
            self._note(error)
        while (job := self._queue.get()) is not None:
            exchange, place = job
            try:
                archived = self._write(exchange)
            except Exception as error:  # noqa: BLE001 - the crawl goes on whatever it is
                self.tally.lost["disk" if isinstance(error, OSError) else "bug"] += 1
                self._note(error)
                archived = None
            place.set_result(archived)
            with self._lock:
                self._waiting -= len(exchange.body)
        for file in self._files.values():
            self._close(file)

    def _prepare(self) -> None:
        for mended in completed(self.folder):
            if mended.cut:
                self.tally.torn.append(f"{mended.file}: {mended.cut} bytes")
        today = machine_now().date()
        self.tally.removed += map(str, self.folder.prune(self.limits, today))
        oldest = today - timedelta(days=REMEMBERED_DAYS)
        for name in self.folder.names(group=self.group):
            if name.day >= oldest:
                index = index_of(self.folder.root / str(name))
                with suppress(FileNotFoundError):
                    self._remember(index.read_bytes().splitlines())

    def _remember(self, lines: list[bytes]) -> None:
        for line in lines:
            if REVISIT.encode() not in line:
                self._known[line.partition(b" ")[0]] = line
        while len(self._known) > MOST_REMEMBERED:
            del self._known[next(iter(self._known))]

    def _earlier(self, url: str, posted: str) -> Entry | None:
        line = self._known.get(key_of(url, posted).encode("utf-8"))
        if line is None:
            return None
        try:
            entry = read_line(line)
        except ValueError:  # torn by a crash
            return None
        return entry if (entry.url, entry.posted) == (url, posted) else None

    def _write(self, exchange: Exchange) -> Archived | None:
        file = self._file(exchange.kind)
        digest, id_ = digest_of(exchange.body), new_id()
        earlier = None if exchange.rendered else self._earlier(exchange.url, exchange.posted)
        profile = _profile(exchange, digest, earlier)
        entry = Entry(
            url=exchange.url,
            date=warc_date(exchange.at),
            mime=exchange.content_type or UNKNOWN,
            status=exchange.status,
            digest=digest,
            offset=0,
            length=0,
            file=str(file.name),
            posted=exchange.posted,
        )
        if profile is None:
            answer = response_record(exchange, id_, digest, file.warcinfo)
        else:
            refers = (
                Earlier(url=earlier.url, date=earlier.date, digest=earlier.digest)
                if earlier
                else None
            )
            answer = revisit_record(exchange, id_, refers, profile, file.warcinfo)
            entry = evolve(entry, mime=REVISIT, digest=earlier.digest if earlier else "")
        asked = b""
        if not exchange.rendered:
            asked = pack(request_record(exchange, id_, file.warcinfo), stored=True)
        answered = pack(answer, stored=exchange.is_packed or profile is not None)
        entry = evolve(entry, offset=file.size + len(asked), length=len(answered))
        file.append([asked, answered], entry)
        self.tally.written[exchange.kind] += 1
        self.tally.size += len(asked) + len(answered)
        if profile is not None:
            self.tally.unchanged += 1
            return _place_of(earlier) if earlier else None
        self._remember([entry.line().encode("utf-8").rstrip()])
        return _place_of(entry)

    def _file(self, kind: Kind) -> WarcFile:
        """Returns the open file of a kind; begins another one at the day's end, or if it is full.

        Raises:
            OSError: the folder cannot be written, or the disk is full.
        """
        moment = machine_now()
        file = self._files.get(kind)
        if file is not None and (file.size >= self.file_size or file.name.day != moment.date()):
            del self._files[kind]
            self._close(file)
            self.tally.removed += map(str, self.folder.prune(self.limits, moment.date()))
            file = None
        if file is None:
            file = WarcFile.open(self.folder, kind, self.group, moment, self.file_size, self.facts)
            self._files[kind] = file
        return file

    def _close(self, file: WarcFile) -> None:
        try:
            file.close()
        except OSError as error:
            self._note(error)

    def _note(self, error: Exception) -> None:
        self.tally.error = f"{type(error).__name__}: {error}"[:_ERROR_LENGTH]


def _profile(exchange: Exchange, digest: str, earlier: Entry | None) -> str | None:
    """Returns why the body need not be written once more; None if it must be."""
    if exchange.status == 304:
        return NOT_MODIFIED
    same = earlier is not None and (earlier.digest, earlier.status) == (digest, exchange.status)
    return IDENTICAL if same and len(exchange.body) >= SMALLEST_REVISIT else None


def _place_of(entry: Entry) -> Archived:
    return Archived(file=entry.file, offset=entry.offset, digest=entry.digest)
