"""The spool's files: what was appended comes back, whatever happened to the process."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import attrs
import pytest

from pipelines.items import PageReport
from pipelines.storage.entries import Entry, pack_page, pack_reject
from pipelines.storage.exceptions import SpoolFull, SpoolUnusable
from pipelines.storage.writing.spool import Spool, segment_files, spool_bytes, waiting
from tests.support.samples import MORNING, full_sample, sample

HOLD = """
import sys
from pathlib import Path
from pipelines.storage.writing.spool import Spool
from tests.support.samples import MORNING, sample
spool = Spool(Path(sys.argv[1]))
spool.append([sample(1), sample(2)], MORNING)
print("ready", flush=True)
sys.stdin.read()
"""

FILL = """
import resource, sys
from pathlib import Path
from pipelines.storage.exceptions import SpoolFull
from pipelines.storage.writing.spool import Spool
from tests.support.samples import MORNING, full_sample, sample
spool = Spool(Path(sys.argv[1]))
spool.append([sample(1)], MORNING)
resource.setrlimit(resource.RLIMIT_FSIZE, (8_000, 8_000))
try:
    spool.append([full_sample(2), full_sample(3)], MORNING)
except SpoolFull:
    print("full", flush=True)
spool.append([sample(4)], MORNING)
"""


def everything(spool: Spool) -> list[Entry]:
    """Replay all segments and delete them."""
    entries: list[Entry] = []
    for segment in spool.segments():
        for _at, batch in segment.batches():
            entries += batch
        segment.done()
    return entries


def torn_and_damaged(spool: Spool) -> tuple[int, int, int]:
    """Entries that can be read, bytes of a torn tail, damaged bytes, of the only segment."""
    (segment,) = spool.segments()
    entries = sum(len(batch) for _at, batch in segment.batches())
    segment.done()
    return entries, segment.torn, segment.damaged


def test_all_kinds_of_entries_come_back(tmp_path: Path) -> None:
    report = PageReport(
        site="sina",
        key="1",
        url="https://news.example.cn/1",
        state="unreadable",
        reason="no_body",
        status=200,
        evidence=b"<html>" * 99,
        evidence_type="text/html",
    )
    entries: list[Entry] = [
        full_sample(1),
        pack_page(report, "job-1"),
        pack_page(attrs.evolve(report, key=None, evidence=None)),
        pack_reject(full_sample(2), "off_topic", "why"),
    ]
    spool = Spool(tmp_path / "spool")
    assert spool.append(entries, MORNING) == []
    assert waiting(spool.folder) == 4
    assert everything(spool) == entries
    assert (waiting(spool.folder), spool_bytes(spool.folder)) == (0, 0)


def test_batches_keep_their_time_and_their_order(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    for number in range(3):
        batch = [sample(number * 150 + each) for each in range(150)]
        spool.append(batch, MORNING + timedelta(seconds=number))
    (segment,) = spool.segments()
    found = [(at, [entry.key for entry in batch]) for at, batch in segment.batches()]  # type: ignore[union-attr]
    segment.release()
    assert [len(batch) for _at, batch in found] == [100, 50] * 3
    assert sorted({at for at, _batch in found}) == [
        MORNING + timedelta(seconds=number) for number in range(3)
    ]
    keys = [key for _at, batch in found for key in batch]
    assert keys == [sample(number).key for number in range(450)]


def test_what_was_not_done_is_replayed_again(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.append([sample(1)], MORNING)
    (segment,) = spool.segments()
    segment.release()
    spool.append([sample(2)], MORNING)
    assert everything(spool) == [sample(1), sample(2)]


@pytest.mark.parametrize("cut", [1, 5, 60, 400])
def test_a_torn_tail_costs_only_the_record_that_was_being_written(tmp_path: Path, cut: int) -> None:
    spool = Spool(tmp_path)
    spool.append([sample(1), sample(2)], MORNING)
    spool.close()
    (path,) = segment_files(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-cut])
    entries, torn, damaged = torn_and_damaged(Spool(tmp_path))
    assert (entries, damaged) == (1, 0)
    assert torn > 0
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("size", [0, 3, 17, 20])
def test_a_process_killed_at_its_first_write(tmp_path: Path, size: int) -> None:
    spool = Spool(tmp_path)
    spool.append([sample(1)], MORNING)
    spool.close()
    (path,) = segment_files(tmp_path)
    path.write_bytes(path.read_bytes()[:size])
    entries, _torn, damaged = torn_and_damaged(Spool(tmp_path))
    assert (entries, damaged) == (0, 0)
    assert not list(tmp_path.iterdir())


def test_a_damaged_file_is_said_and_kept(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.append([sample(1), sample(2), sample(3)], MORNING)
    spool.close()
    (path,) = segment_files(tmp_path)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    entries, torn, damaged = torn_and_damaged(Spool(tmp_path))
    assert (entries, torn) == (1, 0)
    assert damaged > 0
    assert [kept.suffix for kept in tmp_path.iterdir()] == [".damaged"]
    assert everything(Spool(tmp_path)) == []


def test_the_spool_is_bounded_and_room_comes_back(tmp_path: Path) -> None:
    spool = Spool(tmp_path, limit_bytes=20_000)
    for taken in range(12):
        spool.append([sample(taken)], MORNING)
    with pytest.raises(SpoolFull, match="bring MongoDB back"):
        spool.append([full_sample(number) for number in range(3)], MORNING)
    assert spool_bytes(tmp_path) <= 20_000
    with pytest.raises(SpoolFull):
        Spool(tmp_path, limit_bytes=20_000).append([full_sample(1), full_sample(2)], MORNING)
    assert everything(Spool(tmp_path)) == []  # the first one still holds its segment
    assert everything(spool) == [sample(number) for number in range(12)]
    spool.append([sample(200)], MORNING)
    assert everything(spool) == [sample(200)]


def test_a_full_disk_leaves_what_was_kept_before(tmp_path: Path) -> None:
    """A limit on the size of files stops a write in its middle, as a full disk does."""
    filler = subprocess.run(
        [sys.executable, "-c", FILL, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert filler.stdout == "full\n", filler.stderr
    entries, torn, damaged = torn_and_damaged(Spool(tmp_path))
    assert (entries, torn, damaged) == (2, 0, 0)


def test_a_folder_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SpoolUnusable, match="NEWSDESK_DATA_DIR"):
        Spool(tmp_path / "file" / "spool").append([sample(1)], MORNING)


def test_no_spool_at_all(tmp_path: Path) -> None:
    assert everything(Spool(tmp_path / "none")) == []
    assert waiting(tmp_path / "none") == 0


def test_a_living_process_keeps_its_segment_and_a_killed_one_leaves_it(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "ready\n"
        assert everything(Spool(tmp_path)) == []
        assert waiting(tmp_path) == 2
        holder.kill()
    assert everything(Spool(tmp_path)) == [sample(1), sample(2)]
