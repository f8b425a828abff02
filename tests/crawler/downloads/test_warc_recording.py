"""Answers out of WARC files: as of a night, whoever has written them, damaged or not."""

from __future__ import annotations

import gzip
import io
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.archive.exceptions import Damaged
from crawler.archive.folder import index_of
from crawler.archive.records import Exchange
from crawler.downloads.answers import unchunked
from crawler.downloads.opening import open_recording
from crawler.downloads.warc_recording import Span, WarcRecording
from crawler.exceptions import RecordingError
from tests.support.archives import HTML, NOON, exchange, page, write

pytestmark = pytest.mark.filterwarnings(
    "ignore:.*SpooledTemporaryFile:pytest.PytestUnraisableExceptionWarning"
)
URL = "https://www.example.cn/news/1.html?b=2&a=1"
NIGHT = Span.night(date(2026, 3, 2))
"""Begins with `NOON`, which is Beijing's."""


def list_page(at: datetime, body: bytes, status: int = 200) -> Exchange:
    date_header = (b"Date", at.strftime("%a, %d %b %Y %H:%M:%S GMT").encode())
    return exchange(1, at=at, body=body, status=status, response_headers=(HTML, date_header))


def by_warcio(urls: Sequence[str], *, packed: bool, chunked: bool = False) -> bytes:
    target = io.BytesIO()
    writer = WARCWriter(target, gzip=packed)
    for number, url in enumerate(urls):
        body = page(number)
        headers = [("Content-Type", "text/html")]
        if chunked:
            headers.append(("Transfer-Encoding", "chunked"))
            body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
        http = StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1")
        writer.write_record(
            writer.create_warc_record(url, "response", io.BytesIO(body), http_headers=http)
        )
    return target.getvalue()


def test_a_night_is_answered_as_of_its_end(tmp_path: Path) -> None:
    old, first, last, later = (bytes([n]) * 2_000 for n in b"abcd")
    hour = timedelta(hours=1)
    write(
        tmp_path,
        [
            list_page(NOON - hour, old),
            list_page(NOON + hour, first),
            list_page(NOON + 3 * hour, last),
            list_page(NOON + 24 * hour, later),
            exchange(2, at=NOON + 25 * hour),
        ],
    )
    recording = WarcRecording.read(tmp_path, NIGHT)
    found = recording.find(URL.replace("https", "http"))
    assert found is not None
    assert found.answer().body == last
    assert recording.recorded_at == NOON + 3 * hour
    assert recording.find("https://www.example.cn/news/2.html?b=2&a=1") is None
    everything = WarcRecording.read(tmp_path)
    newest = everything.find(URL)
    assert newest is not None
    assert newest.answer().body == later


@pytest.mark.parametrize("has_index", [True, False])
def test_what_is_posted_has_answers_of_its_own(tmp_path: Path, *, has_index: bool) -> None:
    """One address: a plain request, two pages as JSON, and a form."""
    asked = [b'{"page": 1, "size": 20}', b'{"page": 2, "size": 20}', b"page=1"]
    hour = timedelta(hours=1)
    posted = [
        exchange(
            1, at=NOON + hour, method="POST", request_body=body, body=page(number, 50), kind="lists"
        )
        for number, body in enumerate(asked, start=5)
    ]
    again = exchange(
        1,
        at=NOON + 2 * hour,
        method="POST",
        request_body=asked[1],
        body=page(9, 50),
        kind="lists",
    )
    write(tmp_path, [*posted, again, exchange(1, at=NOON + hour, body=page(1, 50), kind="lists")])
    if not has_index:
        for index in tmp_path.rglob("*.cdxj"):
            index.unlink()
    recording = WarcRecording.read(tmp_path, NIGHT)
    expected = {None: 1, asked[0]: 5, b'{"page":1,"size":20}': 5, asked[1]: 9, asked[2]: 7}
    for body, number in expected.items():
        found = recording.find(URL, body)
        assert found is not None, body
        assert found.answer().body == page(number, 50)
    assert recording.find(URL, b'{"page": 3, "size": 20}') is None
    assert recording.find("https://www.example.cn/other", asked[0]) is None


def test_what_was_unchanged_is_the_page_of_before(tmp_path: Path) -> None:
    """With the time of the night, to which relative times refer."""
    body = b"<html>" + b"x" * 2_000
    days = timedelta(days=3)
    write(
        tmp_path,
        [
            list_page(NOON - days, body),
            list_page(NOON + timedelta(hours=1), b"", status=304),
            exchange(2, at=NOON - days),
            exchange(2, at=NOON + timedelta(hours=2)),
        ],
    )
    recording = WarcRecording.read(tmp_path, NIGHT)
    unmodified, identical = recording.find(URL), recording.find(URL.replace("1.html", "2.html"))
    assert unmodified is not None
    assert identical is not None
    answer = unmodified.answer()
    assert (answer.status, answer.body) == (200, body)
    assert answer.header(b"date") == b"Mon, 02 Mar 2026 05:00:00 GMT"
    assert identical.answer().body == exchange(2).body
    for index in tmp_path.rglob("*.cdxj"):
        lines = index.read_text().splitlines(keepends=True)
        index.write_text("".join(line for line in lines if "revisit" in line))
    gone = WarcRecording.read(tmp_path, NIGHT).find(URL)
    assert gone is not None
    with pytest.raises(Damaged, match="the record with its page is not there"):
        gone.answer()


def test_a_redirect_is_whole(tmp_path: Path) -> None:
    moved = exchange(1, status=302, body=b"", response_headers=((b"Location", b"/news/2.html"),))
    write(tmp_path, [moved])
    found = WarcRecording.read(tmp_path).find(URL)
    assert found is not None
    assert found.answer().status == 302
    assert found.answer().header(b"location") == b"/news/2.html"


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("chunked", [True, False])
def test_files_of_others_are_read(tmp_path: Path, packed: bool, chunked: bool) -> None:
    path = tmp_path / ("x.warc.gz" if packed else "x.warc")
    urls = [f"http://a.cn/{number}" for number in range(5)]
    path.write_bytes(by_warcio(urls, packed=packed, chunked=chunked))
    recording = open_recording(path)
    for number, url in enumerate(urls):
        found = recording.find(url)
        assert found is not None
        assert found.answer().body == page(number)


def test_records_in_one_member_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "x.warc.gz"
    urls = [f"http://a.cn/{number}" for number in range(5)]
    path.write_bytes(gzip.compress(by_warcio(urls, packed=False)))
    found = [WarcRecording.read(tmp_path).find(url) for url in urls]
    assert [each.answer().body for each in found if each] == [page(n) for n in range(5)]


def test_damage_costs_the_record_alone(tmp_path: Path) -> None:
    """With and without an index; a cut, bytes that are lost, a bomb, a wrong length."""
    path = tmp_path / "x.warc.gz"
    urls = [f"http://a.cn/{number}" for number in range(9)]
    whole = by_warcio(urls, packed=True)
    middle = len(whole) // 2
    bomb = gzip.compress(b"WARC/1.1\r\nContent-Length: 90000000\r\n\r\n" + bytes(90_000_000))
    path.write_bytes(whole[:middle] + bytes(50) + whole[middle + 50 :] + bomb + whole[:-20])
    recording = WarcRecording.read(path)
    found = [url for url in urls if recording.find(url)]
    assert len(found) >= 8
    assert all(str(path) in problem for problem in recording.problems)
    assert len(recording.problems) >= 3
    assert not any("\n" in problem for problem in recording.problems)


def test_a_record_that_has_lost_its_place_says_where(tmp_path: Path) -> None:
    written = write(tmp_path, [exchange(1), exchange(2)])
    place = written.places[0]
    assert place is not None
    data = written.path.read_bytes()
    written.path.write_bytes(data[: place.offset + 100] + b"\0" + data[place.offset + 101 :])
    recording = WarcRecording.read(tmp_path)
    broken, beside = recording.find(URL), recording.find(URL.replace("1.html", "2.html"))
    assert broken is not None
    assert beside is not None
    assert beside.answer().body == exchange(2).body
    with pytest.raises(Damaged, match=f"byte {place.offset}: its bytes are not"):
        broken.answer()
    index_of(written.path).unlink()
    assert WarcRecording.read(tmp_path).find(URL) is None


@pytest.mark.parametrize(
    ("prepare", "night", "says"),
    [
        (lambda folder: None, "", "holds no manifest"),
        (lambda folder: (folder / "x.warc.gz").write_bytes(b""), "", "holds no answer."),
        (lambda folder: (folder / "x.warc.gz").write_bytes(b"no"), "", "holds no answer .*byte 0"),
        (lambda folder: write(folder, [exchange(1)]), "2026-01-01", "from 2026-01-01 12:00"),
        (lambda folder: write(folder, [exchange(1)]), "yesterday", "is no night"),
        (lambda folder: (folder / "manifest.json").write_text("[]"), "2026-01-01", "leave --night"),
    ],
)
def test_what_is_no_recording_is_said(
    tmp_path: Path, prepare: object, night: str, says: str
) -> None:
    prepare(tmp_path)  # type: ignore[operator]
    with pytest.raises(RecordingError, match=says):
        open_recording(tmp_path, night)
    with pytest.raises(RecordingError, match="does not exist"):
        open_recording(tmp_path / "nothing", "")


@pytest.mark.parametrize(
    ("sent", "body"),
    [
        (b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n", b"abcde"),
        (b"abc", b"abc"),
        (b"3\r\nabcde", b"3\r\nabcde"),
        (b"", b""),
        (b"fffffff\r\nab", b"fffffff\r\nab"),
    ],
)
def test_chunks_are_put_together(sent: bytes, body: bytes) -> None:
    assert unchunked(sent) == body


def test_a_night_begins_at_noon_in_beijing() -> None:
    assert NIGHT.since == datetime(2026, 3, 2, 4, tzinfo=UTC)
    assert NIGHT.until - NIGHT.since == timedelta(days=1)
