"""A repair saves all records but the damaged one, each at its place."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from attrs import define
from warcio.archiveiterator import ArchiveIterator

from crawler.archive.cdxj import read_index
from crawler.archive.checking import check
from crawler.archive.exceptions import ArchiveError, Damaged
from crawler.archive.folder import damaged_of, index_of
from crawler.archive.members import HEADER_BYTES, read_member
from crawler.archive.mending import Mended, filler, recover, repair
from crawler.archive.reading import read_record
from tests.support.archives import Written, exchange, write

COUNT = 40


@define(frozen=True)
class Archive:
    written: Written
    whole: bytes

    @property
    def path(self) -> Path:
        return self.written.path

    @property
    def name(self) -> str:
        return str(self.written.folder.names()[0])

    def read(self) -> dict[str, bytes]:
        """The bodies that stand where the archive once said."""
        found = {}
        for place in self.written.places:
            assert place is not None
            with self.path.open("rb") as file:
                try:
                    record = read_record(file, place.offset)
                except Damaged:  # lost together with the one before it
                    continue
            if record.type == "response":
                found[record.url] = record.http().body
        return found

    def check(self) -> list[str]:
        return check(self.path, self.name, indexed=True).problems

    def repair(self) -> Mended:
        return repair(self.path, self.name)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    written = write(tmp_path / "archive", [exchange(number) for number in range(COUNT)])
    return Archive(written, written.path.read_bytes())


def readable_by_others(path: Path) -> int:
    with path.open("rb") as file:
        return sum(each.rec_type == "response" for each in ArchiveIterator(file))


@pytest.mark.parametrize("share", [0.1, 0.35, 0.5, 0.77, 0.9])
def test_zeros_in_the_middle_cost_what_they_hit(archive: Archive, share: float) -> None:
    place = int(len(archive.whole) * share)
    archive.path.write_bytes(archive.whole[:place] + b"\0" * 200 + archive.whole[place + 200 :])
    assert archive.check()
    mended = archive.repair()
    assert archive.check() == []
    found = archive.read()
    assert len(found) >= COUNT - 1
    assert mended.lost == 1
    assert mended.saved >= 2 * COUNT - 1
    assert all(gzip.decompress(body).startswith(b"<html>") for body in found.values())
    assert readable_by_others(archive.path) == len(found)
    assert damaged_of(archive.path).stat().st_size == len(archive.whole)


def test_one_byte_costs_one_record_at_most(archive: Archive) -> None:
    """In each part of a member: header, record, body, checksums."""
    place = archive.written.places[7]
    assert place is not None
    with archive.path.open("rb") as file:
        length = read_member(file, place.offset).length
    for inner in (0, 5, 12, 17, 20, HEADER_BYTES + 1, HEADER_BYTES + 99, length - 1):
        at = place.offset + inner
        changed = bytes([archive.whole[at] ^ 0x10])
        archive.path.write_bytes(archive.whole[:at] + changed + archive.whole[at + 1 :])
        assert archive.check(), inner
        mended = archive.repair()
        assert archive.check() == [], inner
        assert mended.saved + mended.lost == 2 * COUNT + 1
        assert readable_by_others(archive.path) == COUNT - mended.lost
        entries = list(read_index(index_of(archive.path)))
        assert len(entries) == COUNT - mended.lost


def test_a_cut_costs_what_it_cut(archive: Archive) -> None:
    archive.path.write_bytes(archive.whole[:-50])
    mended = archive.repair()
    assert archive.check() == []
    assert (mended.lost, readable_by_others(archive.path)) == (1, COUNT - 1)


def test_bytes_that_somebody_put_in_are_taken_out(archive: Archive) -> None:
    place = archive.written.places[5]
    assert place is not None
    odd = archive.whole[: place.offset] + b"odd" + archive.whole[place.offset :]
    archive.path.write_bytes(odd)
    assert archive.repair().saved == 2 * COUNT + 1
    assert archive.path.read_bytes() == archive.whole


def test_a_lost_index_is_written_anew(archive: Archive) -> None:
    lines = index_of(archive.path).read_bytes()
    index_of(archive.path).unlink()
    archive.repair()
    assert index_of(archive.path).read_bytes() == lines
    assert archive.path.read_bytes() == archive.whole
    assert not damaged_of(archive.path).exists()


def test_nothing_can_be_saved_of_rubbish(tmp_path: Path) -> None:
    path = tmp_path / "x.warc.gz"
    path.write_bytes(b"\x1f\x8b\x08rubbish" * 1_000)
    with pytest.raises(ArchiveError, match="no whole record"):
        repair(path, path.name)


@pytest.mark.parametrize("left", [1, 30, 200, 700])
def test_a_start_cuts_off_what_a_killed_crawl_left(archive: Archive, left: int) -> None:
    place = archive.written.places[-1]
    assert place is not None
    end = place.offset
    archive.path.write_bytes(archive.whole[: end + left])
    index_of(archive.path).write_bytes(b"half a line")
    mended = recover(archive.written.folder, archive.written.folder.names()[0])
    assert mended.cut == left
    assert archive.path.read_bytes() == archive.whole[:end]
    assert archive.check() == []
    assert len(list(read_index(index_of(archive.path)))) == COUNT - 1


@pytest.mark.parametrize(
    "length", [300, 301, 5_000, 65_567, 65_572, 65_573, 131_111, 131_144, 400_000]
)
def test_a_lost_record_leaves_exactly_its_room(tmp_path: Path, length: int) -> None:
    path = tmp_path / "x.warc.gz"
    path.write_bytes(filler(length))
    assert path.stat().st_size == length
    with path.open("rb") as file:
        assert read_record(file, 0).type == "metadata"
    assert gzip.decompress(path.read_bytes()).startswith(b"WARC/1.1")
    assert filler(100) == b""
