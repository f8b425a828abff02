"""The thread: what is unchanged, what is over a limit, and what may never stop a crawl."""

from __future__ import annotations

import gzip
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from attrs import evolve
from warcio.archiveiterator import ArchiveIterator

from crawler.archive.archivist import Archivist
from crawler.archive.cdxj import find, read_index
from crawler.archive.checking import check
from crawler.archive.folder import ArchiveFolder, Limits, WarcName, index_of, locked_file
from crawler.archive.mending import repair
from crawler.archive.reading import read_record
from crawler.archive.records import IDENTICAL, NOT_MODIFIED
from pipelines.items import Archived
from tests.support.archives import FREE, HTML, NOON, archivist, exchange, page, write
from tests.support.command import ROOT
from tests.support.waiting import until_now

TODAY = datetime.now(UTC).date()


def checked(folder: ArchiveFolder) -> list[str]:
    """What is wrong with any file of an archive."""
    marked = set(folder.marked_open())
    return [
        f"{name}: {problem}"
        for name in folder.names()
        for problem in check(
            folder.root / str(name),
            str(name),
            indexed=True,
            state="killed" if name in marked else "closed",
        ).problems
    ]


def records_of(path: Path) -> list[tuple[str, dict[str, str]]]:
    with path.open("rb") as file:
        return [(each.rec_type, dict(each.rec_headers.headers)) for each in ArchiveIterator(file)]


def test_what_is_unchanged_is_referred_to(tmp_path: Path) -> None:
    """In one crawl, and in the next one; a page that comes back is told from the one between."""
    one, again = exchange(1), exchange(1, at=NOON + timedelta(hours=1))
    other = exchange(1, at=NOON + timedelta(hours=2), body=gzip.compress(page(77)))
    first = write(tmp_path, [one, again])
    second = write(tmp_path, [evolve(again, at=NOON + timedelta(hours=3)), other, one])
    places = [*first.places, *second.places]
    assert places[0] is not None
    assert places[:3] == [places[0]] * 3
    assert places[3] not in (None, places[0])
    assert places[4] not in (None, places[0], places[3])
    found = [fields for type_, fields in records_of(second.path) if type_ == "revisit"]
    assert len(found) == 2
    assert {each["WARC-Profile"] for each in found} == {IDENTICAL}
    assert {each["WARC-Refers-To-Date"] for each in found} == {"2026-03-02T04:00:00.123Z"}
    assert {each["WARC-Payload-Digest"] for each in found} == {places[0].digest}
    assert checked(second.folder) == []


def test_not_modified_is_a_revisit(tmp_path: Path) -> None:
    answer = exchange(1, status=304, body=b"", at=NOON + timedelta(days=1))
    written = write(tmp_path, [exchange(1), answer, exchange(2, status=304, body=b"")])
    assert written.places[1] == written.places[0]
    assert written.places[2] is None
    known, unknown = [fields for type_, fields in records_of(written.path) if type_ == "revisit"]
    assert known["WARC-Profile"] == unknown["WARC-Profile"] == NOT_MODIFIED
    assert known["WARC-Refers-To-Target-URI"] == exchange(1).url
    assert "WARC-Refers-To-Date" not in unknown
    assert checked(written.folder) == []


def test_small_bodies_errors_and_other_addresses_are_written_whole(tmp_path: Path) -> None:
    small = exchange(1, body=b"<p>1</p>", response_headers=(HTML,))
    error = exchange(2, status=503)
    same_key = exchange(3, url=exchange(2).url.replace("https://www.", "http://"))
    written = write(tmp_path, [small, small, exchange(2), error, same_key])
    assert [type_ for type_, _ in records_of(written.path)].count("response") == 5
    assert len(find(written.folder.indexes(), exchange(2).url)) == 3
    assert len(find(written.folder.indexes(), "https://www.example.cn/news/*")) == 5
    assert find(written.folder.indexes(), "https://www.example.cn/new") == []


def test_files_rotate_by_size(tmp_path: Path) -> None:
    pages = [exchange(number, body=os.urandom(9_000)) for number in range(12)]
    written = write(tmp_path, pages, file_size=30_000)
    names = written.folder.names("articles")
    assert [name.number for name in names] == [1, 2, 3, 4]
    assert all((tmp_path / str(name)).stat().st_size < 45_000 for name in names)
    again = write(tmp_path, [exchange(99)], file_size=30_000)
    assert again.places[0] is not None
    assert len(written.folder.names("articles")) == 5
    assert checked(written.folder) == []


def test_two_crawls_of_a_site_write_to_two_files(tmp_path: Path) -> None:
    one, two = archivist(tmp_path), archivist(tmp_path)
    places = [each.put(exchange(1)).result(30) for each in (one, two)]
    assert len({place.file for place in places if place}) == 2
    names = one.folder.names()
    with locked_file(tmp_path / str(names[0])) as free:
        assert not free
    assert not one.folder.remove(names[0])
    assert one.close(30)
    assert two.close(30)
    assert checked(one.folder) == []


def day_of(folder: ArchiveFolder, days: int, size: int, kind: str = "articles") -> WarcName:
    """A file that was written so many days ago."""
    day = datetime.now(UTC).date() - timedelta(days=days)
    name = WarcName(kind=kind, day=day, group="old", number=1)  # type: ignore[arg-type]
    path = folder.root / str(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * size)
    index_of(path).write_bytes(b"")
    return name


def test_what_is_too_old_or_too_much_goes_oldest_first(tmp_path: Path) -> None:
    folder = ArchiveFolder(tmp_path)
    names = [day_of(folder, days, 1_000) for days in (400, 40, 30, 20, 10)]
    lists = [day_of(folder, days, 1_000, "lists") for days in (99, 9)]
    limits = {
        **FREE,
        "articles": Limits(days=365, size=2_500),
        "lists": Limits(days=90, size=9_000),
    }
    found = archivist(tmp_path, limits=limits)
    assert found.close(30)
    assert found.tally.removed == [str(each) for each in (*names[:3], lists[0])]
    assert folder.names() == [names[3], names[4], lists[1]]
    assert not (tmp_path / "articles" / names[0].day.isoformat()).exists()
    assert folder.prune(limits, TODAY) == []


def test_a_file_that_is_written_outlives_its_limit(tmp_path: Path) -> None:
    tight = {**FREE, "articles": Limits(days=1, size=1)}
    first = archivist(tmp_path)
    place = first.put(exchange(1)).result(30)
    second = archivist(tmp_path, limits=tight)
    assert second.close(30)
    assert second.tally.removed == []
    assert first.close(30)
    assert place is not None
    assert first.folder.prune(tight, TODAY)
    assert first.folder.names() == []


def test_a_full_queue_loses_pages_and_never_blocks(tmp_path: Path) -> None:
    gate = threading.Event()

    def slow(name: WarcName) -> dict[str, str]:
        gate.wait(30)
        return {}

    found = archivist(tmp_path, facts=slow, most_waiting=20_000)
    began = time.monotonic()
    places = [found.put(exchange(number, body=os.urandom(6_000))) for number in range(10)]
    large = found.put(exchange(11, body=os.urandom(50_000)))
    assert time.monotonic() - began < 20
    gate.set()
    assert [place.result(30) is None for place in places] == [False] * 3 + [True] * 7
    assert large.result(30) is None
    assert found.put(exchange(12, body=os.urandom(50_000))).result(30) is not None
    assert found.close(30)
    assert found.tally.lost == {"queue_full": 8}
    assert checked(found.folder) == []


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file")
    found = archivist(blocked)
    assert [found.put(exchange(number)).result(30) for number in range(3)] == [None] * 3
    assert found.close(30)
    assert found.tally.lost == {"disk": 3}
    assert "NotADirectoryError" in str(found.tally.error)


def test_a_full_disk_costs_what_did_not_fit(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.support.full_disk", str(tmp_path)]
    ended = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    said = json.loads(ended.stdout)
    assert 0 < said["tight"] < 59
    assert said["lost"] == {"disk": 59 - said["tight"]}
    assert "File too large" in said["error"]
    assert (said["later"], said["closed"]) == (10, True)
    folder = ArchiveFolder(tmp_path)
    assert checked(folder) == []
    entries = [entry for index in folder.indexes() for entry in read_index(index)]
    assert len(entries) == 1 + said["tight"] + said["later"]


def test_a_close_that_takes_too_long_says_so(tmp_path: Path) -> None:
    gate = threading.Event()

    def slow(name: WarcName) -> dict[str, str]:
        gate.wait(30)
        return {}

    found: Archivist = archivist(tmp_path, facts=slow)
    found.put(exchange(1))
    assert not found.close(0.05)
    gate.set()
    assert found.close(30)


def whole(line: str) -> bool:
    """Whether a killed process has said all of a line."""
    words = line.split()
    return len(words) >= 4 and words[3].startswith("sha1:") and len(words[3]) == 37


@pytest.mark.parametrize("times", [5, pytest.param(20, marks=pytest.mark.soak)])
def test_kill_9_costs_at_most_the_record_being_written(tmp_path: Path, times: int) -> None:
    """What was said to be written is there, and the next start cuts off the rest."""
    chance, folder = random.Random(7), ArchiveFolder(tmp_path)
    said: dict[int, Archived] = {}
    for round_ in range(times):
        first = round_ * 100_000
        command = [sys.executable, "-m", "tests.support.archiving", str(tmp_path), str(first)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            lines = [process.stdout.readline() for _ in range(chance.randrange(1, 60))]
            time.sleep(chance.random() / 100)
            process.send_signal(signal.SIGKILL)
            lines += process.stdout.read().splitlines()
        for number, file, offset, digest in (line.split()[:4] for line in lines if whole(line)):
            said[int(number)] = Archived(file=file, offset=int(offset), digest=digest)
        assert checked(folder) == [], round_
    assert len(said) > times
    last = archivist(tmp_path)
    assert last.close(60)
    assert folder.marked_open() == []
    assert checked(folder) == []
    indexed = {
        (entry.file, entry.offset) for index in folder.indexes() for entry in read_index(index)
    }
    for page_number, place in said.items():
        with folder.path(place.file).open("rb") as warc:
            record = read_record(warc, place.offset)
        sent = exchange(page_number)
        assert (record.url, record.http().body) == (sent.url, sent.body)
        assert (place.file, place.offset) in indexed


@pytest.mark.parametrize("left", [b"\x1f\x8b\x08\x04", b"\x1f", random.Random(7).randbytes(3_000)])
def test_a_torn_tail_is_cut_off_and_told(tmp_path: Path, left: bytes) -> None:
    written = write(tmp_path, [exchange(1)])
    whole, name = written.path.read_bytes(), written.folder.names()[0]
    written.path.write_bytes(whole + left)
    written.folder.mark_open(name)
    found = archivist(tmp_path)
    until_now(lambda: bool(found.tally.torn))
    assert found.tally.torn == [f"{name}: {len(left)} bytes"]
    assert written.path.read_bytes() == whole
    assert found.put(exchange(2)).result(30) is not None
    assert found.close(30)
    assert checked(written.folder) == []


def test_what_is_posted_tells_answers_of_one_address_apart(tmp_path: Path) -> None:
    """In the index, also where it is made anew from the records, and for what is unchanged."""
    asked = [
        exchange(1, method="POST", request_body=b'{"page": %d}' % number, body=page(number, 50))
        for number in (1, 2, 1)
    ]
    written = write(tmp_path, [exchange(1), *asked])
    plain, one, two, again = written.places
    assert again == one
    assert len({plain, one, two}) == 3
    index = index_of(written.path)
    assert checked(written.folder) == []
    found = find([index], asked[0].url)
    posted = ["", "page=1", "page=2", "page=1"]
    assert sorted(each.posted.rpartition("&")[2] for each in found) == sorted(posted)
    before = index.read_bytes()
    index.unlink()
    repair(written.path, str(written.folder.names()[0]))
    assert index.read_bytes() == before
    with written.path.open("rb") as file:
        sent = [
            each.content_stream().read()
            for each in ArchiveIterator(file)
            if each.rec_type == "request"
        ]
    assert sent == [b"", b'{"page": 1}', b'{"page": 2}', b'{"page": 1}']
