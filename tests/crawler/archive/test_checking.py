"""Every cut and every changed byte shows, in a file and in its index."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from crawler.archive.checking import Report, check
from crawler.archive.folder import index_of
from tests.support.archives import NOON, Written, exchange, page, write

HTML = (b"Content-Type", b"text/html")


@pytest.fixture
def small(tmp_path: Path) -> Written:
    """A packed page, one that the archive has packed itself, and one that was unchanged."""
    body = page(2, lines=15)
    same = exchange(2, body=body, response_headers=(HTML,))
    return write(tmp_path / "archive", [exchange(1, body=gzip.compress(page(1))), same, same])


def checked(written: Written) -> Report:
    return check(
        written.path, written.path.relative_to(written.folder.root).as_posix(), indexed=True
    )


def test_what_was_written_is_whole(small: Written) -> None:
    report = checked(small)
    assert (report.records, report.problems, report.notes) == (7, [], [])
    assert report.size == small.path.stat().st_size


EACH = pytest.param(1, marks=pytest.mark.soak)
"""Each place in a file; without the mark each so many-th."""


@pytest.mark.parametrize("step", [7, EACH])
def test_each_changed_byte_shows(small: Written, step: int) -> None:
    """The first and the last bit of each byte: also those that no checksum of gzip covers."""
    whole = small.path.read_bytes()
    unseen = []
    for place in range(0, len(whole), step):
        for change in (0x01, 0x80):
            small.path.write_bytes(
                whole[:place] + bytes([whole[place] ^ change]) + whole[place + 1 :]
            )
            if not checked(small).problems:
                unseen.append((place, change))
    assert unseen == []


@pytest.mark.parametrize("step", [7, EACH])
def test_each_cut_shows(small: Written, step: int) -> None:
    whole = small.path.read_bytes()
    unseen = []
    for size in range(0, len(whole), step):
        small.path.write_bytes(whole[:size])
        if not checked(small).problems:
            unseen.append(size)
    assert unseen == []


def test_what_was_put_in_or_added_shows(small: Written) -> None:
    whole = small.path.read_bytes()
    for changed in (whole + b"\0", b"\0" + whole, whole + whole, whole[:500] + b"x" + whole[500:]):
        small.path.write_bytes(changed)
        assert checked(small).problems


def test_each_changed_byte_of_an_index_shows(small: Written) -> None:
    index = index_of(small.path)
    whole = index.read_bytes()
    for place in range(len(whole)):
        index.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert checked(small).problems, place
    index.unlink()
    assert checked(small).problems == ["its index is missing"]


def test_what_a_killed_crawl_left_is_no_damage(small: Written) -> None:
    """Half a record at the end, half a line in the index; but a byte in the middle is damage."""
    name = small.path.relative_to(small.folder.root).as_posix()
    whole, lines = small.path.read_bytes(), index_of(small.path).read_bytes()
    small.path.write_bytes(whole[:-100])
    index_of(small.path).write_bytes(lines.splitlines(keepends=True)[0] + b"half a li")
    report = check(small.path, name, indexed=True, state="killed")
    assert report.problems == []
    assert any("unfinished record" in note for note in report.notes)
    small.path.write_bytes(whole[:400] + b"x" + whole[401:-100])
    assert check(small.path, name, indexed=True, state="killed").problems


def test_records_of_the_time_are_in_the_index(small: Written) -> None:
    lines = index_of(small.path).read_text().splitlines()
    assert lines == sorted(lines)
    assert len(lines) == 3
    assert all(f"{NOON:%Y%m%d%H%M%S}" in line for line in lines)
    assert sum('"warc/revisit"' in line for line in lines) == 1
