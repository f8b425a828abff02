"""What is written reads as it was sent: by ourselves and by two readers that others have made."""

from __future__ import annotations

import gzip
import io
import subprocess
from pathlib import Path

import pytest
from attrs import evolve
from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from crawler.archive.reading import read_record
from crawler.archive.records import Exchange
from tests.support.archives import HTML, NOON, Written, exchange, page, write

REDIRECT = exchange(
    3, status=301, body=b"", response_headers=((b"Location", b"https://www.example.cn/4.html"),)
)
PLAIN = exchange(4, body=page(4), response_headers=(HTML,))
POST = exchange(5, method="POST", request_body=b'{"page": 2}', kind="lists")
MANY_COOKIES = exchange(
    6, response_headers=(HTML, (b"Set-Cookie", b"a=1"), (b"Set-Cookie", b"b=2")), body=b"<p>6</p>"
)
BROKEN = exchange(7, status=599, body=gzip.compress(page(7))[:-9])
LARGE = exchange(
    8, body=bytes(range(256)) * 1_000, response_headers=((b"Content-Type", b"image/x"),)
)
EMPTY = exchange(9, body=b"", response_headers=())
ALL = [exchange(1), exchange(2), REDIRECT, PLAIN, POST, MANY_COOKIES, BROKEN, LARGE, EMPTY]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return write(tmp_path_factory.mktemp("archive"), ALL)


def test_every_answer_stands_where_it_is_said_to(written: Written) -> None:
    for each, place in zip(ALL, written.places, strict=True):
        assert place is not None
        with written.folder.path(place.file).open("rb") as file:
            record = read_record(file, place.offset)
        http = record.http()
        assert (record.type, record.url, http.status) == ("response", each.url, each.status)
        assert (http.body, http.headers) == (each.body, each.response_headers)
        assert record.fields["warc-payload-digest"] == place.digest
        assert record.fields["warc-date"] == "2026-03-02T04:00:00.123Z"
        assert record.fields["warc-ip-address"] == "203.0.113.7"
        assert list(record.problems()) == []


def in_files(exchanges: list[Exchange]) -> list[Exchange]:
    return sorted(exchanges, key=lambda each: each.kind)


def test_warcio_reads_the_same(written: Written) -> None:
    found, asked = [], []
    for name in written.folder.names():
        with (written.folder.root / str(name)).open("rb") as file:
            for record in ArchiveIterator(file, check_digests="raise"):
                if record.rec_type == "response":
                    status = int(record.http_headers.get_statuscode())
                    url = record.rec_headers.get_header("WARC-Target-URI")
                    found.append((url, status, record.raw_stream.read()))
                elif record.rec_type == "request":
                    line = f"{record.http_headers.protocol} {record.http_headers.statusline}"
                    asked.append((line, record.raw_stream.read()))
                else:
                    assert record.rec_type == "warcinfo"
                    assert b"software: Newsdesk/1\r\n" in record.raw_stream.read()
    sent = [(each.url, each.status, each.body) for each in in_files(ALL)]
    assert found == sent
    assert ("GET /news/1.html?b=2&a=1 HTTP/1.1", b"") in asked
    assert ("POST /news/5.html?b=2&a=1 HTTP/1.1", b'{"page": 2}') in asked


def test_fastwarc_reads_the_same(written: Written) -> None:
    found = []
    for name in written.folder.names():
        path = written.folder.root / str(name)
        with path.open("rb") as file:
            for record in FastIterator(file, verify_digests=True, parse_http=False):
                assert record.verify_block_digest()
                record.parse_http()
                if record.headers["WARC-Type"] == "response":
                    url = record.headers["WARC-Target-URI"]
                    found.append((url, record.http_headers.status_code, record.reader.read()))
    assert found == [(each.url, each.status, each.body) for each in in_files(ALL)]


def test_plain_tools_read_it(written: Written) -> None:
    subprocess.run(["gzip", "-t", written.path], check=True)
    whole = gzip.decompress(written.path.read_bytes())
    assert whole.count(b"WARC-Type: response\r\n") == len(ALL) - 1
    assert whole.startswith(b"WARC/1.1\r\nWARC-Type: warcinfo\r\n")


def test_its_checker_finds_nothing(written: Written, capsys: pytest.CaptureFixture[str]) -> None:
    class Asked:
        inputs = [str(written.path)]  # noqa: RUF012 - as its argument parser leaves it
        verbose = True

    Checker(Asked()).process_all()
    said = capsys.readouterr().out
    assert "digest pass" in said
    assert "fail" not in said


def test_what_was_meant_for_a_proxy_is_not_archived(tmp_path: Path) -> None:
    secret = ((b"Proxy-Authorization", b"Basic c2VjcmV0"), (b"Accept", b"*/*"))
    written = write(tmp_path, [exchange(request_headers=secret, ip=None)])
    whole = gzip.decompress(written.path.read_bytes())
    assert b"c2VjcmV0" not in whole
    assert b"Accept: */*\r\n" in whole
    assert b"WARC-IP-Address" not in whole


def test_nothing_that_a_site_sends_begins_another_line(tmp_path: Path) -> None:
    odd = exchange(
        url="https://www.example.cn/a\r\nWARC-Type: conversion",
        response_headers=((b"X\r\nWARC-Type: x", b"1\r\n\r\nbody"), HTML),
    )
    written = write(tmp_path, [odd])
    with written.path.open("rb") as file:
        records = list(ArchiveIterator(file))
    assert [each.rec_type for each in records] == ["warcinfo", "request", "response"]


def test_a_rendered_page_is_no_answer_of_its_site(tmp_path: Path) -> None:
    shown = exchange(rendered=True, body=page(1), response_headers=(HTML,))
    written = write(tmp_path, [shown, evolve(shown, at=NOON)])
    with written.path.open("rb") as file:
        records = [(r.rec_type, r.content_type, r.raw_stream.read()) for r in ArchiveIterator(file)]
    assert [each[0] for each in records] == ["warcinfo", "resource", "resource"]
    assert records[1][1:] == ("text/html", page(1))


def test_an_answer_that_was_cut_off_says_so(tmp_path: Path) -> None:
    written = write(tmp_path, [exchange(truncated=True)])
    assert b"WARC-Truncated: disconnect\r\n" in gzip.decompress(written.path.read_bytes())
    with gzip.open(io.BytesIO(written.path.read_bytes())) as file:
        assert file.read(8) == b"WARC/1.1"
