"""`newsdesk archive`: what it holds, pages as they were sent, damage found and mended."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from attrs import evolve
from warcio.archiveiterator import ArchiveIterator

from crawler.archive.folder import ArchiveFolder
from pipelines.config import Settings
from tests.support.archives import NOON, Written, exchange, page, write
from tests.support.command import Crawled, Desk

URL = exchange(1).url


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Three pages, the first of which changed an hour later and then stood still."""
    root = Settings(data_dir=tmp_path / "data", database="archived").archive_path
    changed = exchange(
        1, body=gzip.compress(page(71, lines=50), mtime=0), at=NOON + timedelta(hours=1)
    )
    same = evolve(changed, at=NOON + timedelta(hours=2))
    picture = exchange(
        3,
        url="https://www.example.cn/news/3.png",
        body=b"\x89PNG" + bytes(99),
        response_headers=((b"Content-Type", b"image/png"),),
    )
    api = exchange(
        4,
        kind="lists",
        body=b'{"page": 1}',
        response_headers=((b"Content-Type", b"application/json"),),
    )
    return write(root, [exchange(1), exchange(2), changed, same, picture, api])


@pytest.fixture
def offline(tmp_path: Path, written: Written) -> Desk:
    """The command line without a MongoDB: pages are asked for by their address."""
    return Desk(Settings(data_dir=tmp_path / "data", database="archived", db_port=2000))


def test_files_and_answers_are_listed(offline: Desk, written: Written) -> None:
    files = offline.call("archive", "list", "--json").json
    assert [(each["kind"], each["answers"], each["state"]) for each in files] == [
        ("articles", 5, "closed"),
        ("lists", 1, "closed"),
    ]
    assert all(each["size"] > 0 and each["site"] == "example" for each in files)
    rows = [line.split("\t") for line in offline.call("archive", "list", URL).out.splitlines()]
    assert [row[1:3] for row in rows] == [
        ["200", "text/html"],
        ["200", "text/html"],
        ["200", "revisit"],
    ]
    begin = "https://www.example.cn/news/*"
    assert len(offline.call("archive", "list", begin).out.splitlines()) == 6
    assert len(offline.call("archive", "list", "example.cn/news/2*").out.splitlines()) == 1
    nothing = offline.call("archive", "list", "https://nowhere.cn/")
    assert (nothing.out, nothing.code) == ("", 0)
    assert "is not in the archive" in nothing.err


def test_a_page_is_shown_as_it_was_then(offline: Desk) -> None:
    assert "第71页" in offline.call("archive", "show", URL).out
    assert "第1页" in offline.call("archive", "show", URL, "--at", "2026-03-02T12:30").out
    assert "第71页" in offline.call("archive", "show", URL, "--at", "2026-03-02T13:30").out
    early = offline.call("archive", "show", URL, "--at", "2026-03-01")
    assert (early.code, early.out) == (1, "")
    assert "is not in the archive up to 2026-03-01" in early.err
    assert offline.call("archive", "show", URL, "--at", "soon").code == 2


def test_headers_files_and_what_is_no_text(offline: Desk, tmp_path: Path) -> None:
    said = offline.call("archive", "show", URL, "--headers").out
    assert "Content-Encoding: gzip\n" in said
    assert "warc-payload-digest: sha1:" in said
    assert offline.call("archive", "show", exchange(4).url).out == '{"page": 1}\n'
    binary = offline.call("archive", "show", "https://www.example.cn/news/3.png")
    assert binary.code == 1
    assert "image/png, no text: use --output" in binary.err
    target = tmp_path / "page.html"
    offline.call("archive", "show", exchange(2).url, "--output", target)
    assert target.read_bytes() == page(2, lines=50)
    data = offline.call("archive", "show", URL, "--json").json
    assert (data["status"], data["url"]) == (200, URL)


def test_damage_is_found_and_mended(offline: Desk, written: Written) -> None:
    fine = offline.call("archive", "verify")
    assert (fine.code, fine.out) == (0, "")
    assert "14 records in 2 files, all as they were written." in fine.err
    place = written.places[1]
    assert place is not None
    whole = written.path.read_bytes()
    at = place.offset + 99
    written.path.write_bytes(whole[:at] + b"\0\0\0" + whole[at + 3 :])
    found = offline.call("archive", "verify")
    assert found.code == 1
    assert f"{place.file}\tat byte {place.offset}: its bytes are not" in found.out
    assert "1 of 2 files are damaged" in found.err
    assert offline.call("archive", "verify", place.file, "--json").json[0]["problems"]
    broken = offline.call("archive", "show", exchange(2).url)
    assert (broken.code, broken.out) == (1, "")
    mended = offline.call("archive", "repair", place.file)
    assert "10 records saved, 1 lost; 0 bytes cut off its end" in mended.err
    assert offline.call("archive", "verify").code == 0
    assert "第71页" in offline.call("archive", "show", URL).out
    assert offline.call("archive", "show", exchange(2).url).code == 1


def test_any_warc_file_can_be_verified(offline: Desk, written: Written, tmp_path: Path) -> None:
    copy = tmp_path / "copy.warc.gz"
    shutil.copy(written.path, copy)
    assert offline.call("archive", "verify", copy).code == 0
    copy.write_bytes(copy.read_bytes()[:-9])
    assert offline.call("archive", "verify", copy).code == 1
    missing = offline.call("archive", "verify", tmp_path / "none.warc.gz")
    assert missing.code == 1
    written.path.unlink()
    assert "its index is there" in offline.call("archive", "verify").out


def test_a_page_is_exported_as_wacz(offline: Desk, tmp_path: Path) -> None:
    target = tmp_path / "page.wacz"
    said = offline.call("archive", "export", URL, "--output", target)
    assert (said.code, said.out) == (0, "")
    with zipfile.ZipFile(target) as packed:
        assert packed.testzip() is None
        assert all(each.compress_type == zipfile.ZIP_STORED for each in packed.infolist())
        parts = {name: packed.read(name) for name in packed.namelist()}
    described = json.loads(parts["datapackage.json"])
    for each in described["resources"]:
        data = parts[each["path"]]
        assert each["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
        assert each["bytes"] == len(data)
    other = offline.call("archive", "export", URL, "--output", tmp_path / "page.zip")
    assert (other.code, "ends in .wacz" in other.err) == (2, True)
    assert (described["wacz_version"], described["mainPageUrl"]) == ("1.1.1", URL)
    whole = hashlib.sha256(parts["datapackage.json"]).hexdigest()
    assert json.loads(parts["datapackage-digest.json"])["hash"] == f"sha256:{whole}"
    header, shown = map(json.loads, parts["pages/pages.jsonl"].splitlines())
    assert header["format"] == "json-pages-1.0"
    assert (shown["url"], shown["title"]) == (URL, "第71页")
    records = list(types(parts["archive/data.warc.gz"]))
    assert [type_ for type_, _ in records] == ["warcinfo", "request", "response"]
    key, stamp, line = parts["indexes/index.cdx"].decode().split(" ", 2)
    entry = json.loads(line)
    assert (key, stamp) == ("cn,example)/news/1.html?a=1&b=2", "20260302050000")
    at, length = int(entry["offset"]), int(entry["length"])
    member = parts["archive/data.warc.gz"][at : at + length]
    assert gzip.decompress(member).endswith(
        gzip.compress(page(71, lines=50), mtime=0) + b"\r\n\r\n"
    )
    again = offline.call("archive", "export", URL, "--output", target)
    assert (again.code, "is there already" in again.err) == (2, True)


def types(data: bytes) -> Iterator[tuple[str, bytes]]:
    for record in ArchiveIterator(io.BytesIO(data), check_digests="raise"):
        yield record.rec_type, record.raw_stream.read()


def test_an_article_leads_to_the_page_of_which_it_was_read(
    crawled: Crawled, tmp_path: Path
) -> None:
    desk = crawled.desk
    article = desk.call("articles", "list", "--json", "--limit", "1").json[0]
    shown = desk.call("archive", "show", article["_id"])
    assert shown.code == 0
    assert article["title"] in shown.out
    assert len(desk.call("archive", "list", article["_id"]).out.splitlines()) >= 1
    target = tmp_path / "page.wacz"
    assert desk.call("archive", "export", article["_id"], "--output", target).code == 0
    assert desk.call("archive", "show", "guancha:0").code == 1
    assert desk.call("archive", "verify").code == 0


def test_a_file_that_is_gone_is_said(crawled: Crawled, tmp_path: Path) -> None:
    settings = crawled.desk.settings.model_copy(update={"archive_dir": tmp_path})
    article = crawled.desk.call("articles", "list", "--json", "--limit", "1").json[0]
    gone = Desk(settings).call("archive", "show", article["_id"])
    assert gone.code == 1
    assert "is not in the archive" in gone.err
    assert ArchiveFolder(settings.archive_path).names() == []
