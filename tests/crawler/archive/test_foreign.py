"""Files that others have written, or that somebody made to harm: one sentence each, no harm."""

from __future__ import annotations

import gzip
import io
import time
import zlib
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.archive import members
from crawler.archive.checking import check, pieces
from crawler.archive.exceptions import Damaged
from crawler.archive.members import pack, read_member
from crawler.archive.mending import repair
from crawler.archive.records import record
from tests.support.archives import exchange, page, write

# warcio leaves its temporary files to the garbage collector.
pytestmark = pytest.mark.filterwarnings(
    "ignore:.*SpooledTemporaryFile:pytest.PytestUnraisableExceptionWarning"
)
MEGABYTE = 1024 * 1024


def by_warcio(count: int, *, packed: bool = True, version: str = "1.1") -> bytes:
    """A file as warcio writes it."""
    target = io.BytesIO()
    writer = WARCWriter(target, gzip=packed, warc_version=version)
    for number in range(count):
        headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        writer.write_record(
            writer.create_warc_record(
                f"http://a.cn/{number}", "response", io.BytesIO(page(number)), http_headers=headers
            )
        )
    return target.getvalue()


def problems(path: Path, data: bytes) -> list[str]:
    path.write_bytes(data)
    return check(path, path.name, indexed=False).problems


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_other_writers_files_are_whole(tmp_path: Path, version: str) -> None:
    packed, plain = tmp_path / "x.warc.gz", tmp_path / "x.warc"
    one_member = gzip.compress(by_warcio(3, packed=False, version=version))
    assert problems(packed, by_warcio(3, version=version)) == []
    assert problems(packed, one_member) == []
    assert problems(plain, by_warcio(3, packed=False, version=version)) == []
    assert [len(piece.records) for piece in pieces(packed)] == [3]
    urls = [each.url for piece in pieces(plain) for each in piece.records]
    assert urls == [f"http://a.cn/{number}" for number in range(3)]


def test_wget_writes_lines_and_brackets_of_its_own(tmp_path: Path) -> None:
    text = (
        b"WARC/1.0\r\nWARC-Type: resource\r\nWARC-Target-URI: <http://a.cn/1>\r\n"
        b"WARC-Date: 2026-03-01T01:02:03Z\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n"
        b"ab\r\n\r\n"
    )
    path = tmp_path / "x.warc.gz"
    assert problems(path, gzip.compress(text) * 2) == []
    (first, _) = [each for piece in pieces(path) for each in piece.records]
    assert (first.url, first.http().body) == ("http://a.cn/1", b"ab")


def test_another_writers_damage_shows_and_is_repaired(tmp_path: Path) -> None:
    path = tmp_path / "x.warc.gz"
    whole = by_warcio(9)
    middle = len(whole) // 2
    assert problems(path, whole[:middle] + b"\0" * 50 + whole[middle + 50 :])
    assert repair(path, path.name).saved == 8
    assert check(path, path.name, indexed=True).problems == []
    assert problems(path, whole[:-5])
    text = by_warcio(2, packed=False)
    plain = tmp_path / "x.warc"
    assert problems(plain, text[:-300])
    assert problems(plain, text.replace(b"Content-Length: ", b"Content-Length: 9", 1))


def one(fields: dict[str, str], block: bytes = b"ab") -> bytes:
    return record({"WARC-Type": "response", **fields}, block)


HEADLESS = b"WARC/1.1\r\n" + b"X: " + b"y" * 100_000
BOMB = b"WARC/1.1\r\nContent-Length: 900000000\r\n\r\n" + b"\0" * (100 * MEGABYTE)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (one({}).replace(b"Content-Length: 2", b"Content-Length: 3"), "end where its length says"),
        (one({}).replace(b"Content-Length: 2", b"Content-Length: 99"), "of the 99 bytes"),
        (one({}).replace(b"Content-Length: 2", b"Content-Length: -2"), "Content-Length is '-2'"),
        (one({}).replace(b"Content-Length: 2", b"Content-Length: \xc2\xb2"), "Content-Length is"),
        (one({}).replace(b"Content-Length: 2", b"Content-Length: 1" + b"0" * 99), "Content-Length"),
        (one({}).replace(b"Content-Length: 2\r\n", b""), "Content-Length is ''"),
        (one({}).replace(b"WARC/1.1", b"HTTP/1.1"), "no WARC record"),
        (one({}).replace(b"WARC-Type: response", b"nothing here"), "a line of its header"),
        (HEADLESS, "its header does not end"),
        (b"", "it is empty"),
        (
            one({"WARC-Payload-Digest": "sha1:ABC", "Content-Type": "application/http"}),
            "no HTTP answer",
        ),
        (one({"WARC-Block-Digest": "sha1:ABC"}), "block is not the one"),
        (one({"Content-Type": "application/http"}, b"HTTP/1.1 two\r\n\r\n"), "HTTP status"),
    ],
)
def test_each_wrong_record_is_named(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "x.warc.gz"
    for member in (pack(content, stored=False), gzip.compress(content)):
        found = problems(
            path, pack(one({}).replace(b"response", b"metadata"), stored=True) + member
        )
        assert says in found[0]


def test_bombs_are_left_unopened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "LARGEST", 4 * MEGABYTE)
    path = tmp_path / "x.warc.gz"
    stream = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = stream.compress(BOMB) + stream.flush()
    path.write_bytes(bomb * 30)
    with path.open("rb") as file, pytest.raises(Damaged, match="unpacks to more than"):
        read_member(file, 0, 4 * MEGABYTE)
    path.write_bytes(pack(b"x" * 100, stored=True)[:16] + b"\xff" * 8 + b"x" * 50)
    with path.open("rb") as file, pytest.raises(Damaged, match="names a length"):
        read_member(file, 0)


def test_thousands_of_false_beginnings_are_given_up(tmp_path: Path) -> None:
    path = tmp_path / "x.warc.gz"
    before = time.process_time()
    (problem,) = problems(path, b"\x1f\x8b\x08\0\0\0\0\0\0\0\x01\x02" * 100_000)
    assert "at byte 0" in problem
    assert time.process_time() - before < 20


def test_a_page_that_holds_an_archive_hides_nothing(tmp_path: Path) -> None:
    """A body full of whole members of ours, in a record of which a byte is changed."""
    inner = write(tmp_path / "inner", [exchange(number) for number in range(3)])
    odd = exchange(1, body=inner.path.read_bytes())
    outer = write(tmp_path / "outer", [odd, exchange(2)])
    assert outer.places[0] is not None
    whole = outer.path.read_bytes()
    at = outer.places[0].offset + 40
    outer.path.write_bytes(whole[:at] + b"\0" + whole[at + 1 :])
    name = str(outer.folder.names()[0])
    assert check(outer.path, name, indexed=True).problems
    repair(outer.path, name)
    assert outer.places[1] is not None
    with outer.path.open("rb") as file:
        member = read_member(file, outer.places[1].offset)
    assert exchange(2).body in member.content
