from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.downloads.recording import Recording
from crawler.exceptions import RecordingError

URL = "https://www.guancha.cn/GuoJi·ZhanLue/2026_03_01_1.shtml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.html").write_text("甲", encoding="utf-8")
    (tmp_path / "b.json").write_text("{}", encoding="utf-8")
    return tmp_path


def record(folder: Path, manifest: object) -> Recording:
    text = manifest if isinstance(manifest, str) else json.dumps(manifest)
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    return Recording.read(folder)


def test_finds_exactly_first_then_by_other_forms_of_the_url(folder: Path) -> None:
    moved = {"url": "http://a.cn/x", "status": 301, "headers": {"Location": "https://a.cn/x"}}
    recording = record(
        folder,
        {
            "recorded_at": "2026-03-02T03:00:00+08:00",
            "note": "unknown keys are passed over",
            "pages": [
                {"url": URL, "file": "a.html", "kind": "article"},
                {"url": "", "file": "nowhere.html"},
                moved,
                {"url": "https://a.cn/x", "file": "b.json", "recorded_at": "2026-03-01T00:00:00Z"},
            ],
        },
    )
    assert recording.recorded_at == datetime(2026, 3, 1, 19, tzinfo=UTC)
    page = recording.find("http://www.guancha.cn/GuoJi%C2%B7ZhanLue/2026_03_01_1.shtml#comment")
    assert page is not None
    assert page.answer().body == "甲".encode()
    assert page.headers == {"Content-Type": "text/html"}
    assert page.recorded_at == recording.recorded_at
    first, second = recording.find("http://a.cn/x"), recording.find("https://a.cn/x")
    assert first is not None
    assert second is not None
    assert (first.status, first.answer().body) == (301, b"")
    assert (second.status, second.recorded_at) == (200, datetime(2026, 3, 1, tzinfo=UTC))
    assert recording.find("https://a.cn/x?page=2") is None


def test_a_list_is_a_manifest_too(folder: Path) -> None:
    recording = record(folder, [{"url": URL, "file": "a.html", "status": 503}])
    assert recording.recorded_at is None
    assert [page.status for page in recording.pages] == [503]


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        ("{", "cannot be read"),
        ("7", "holds no entries"),
        ('{"pages": {}}', "holds no entries"),
        ('{"recorded_at": "yesterday", "pages": []}', "recorded_at 'yesterday' is no time"),
        ('{"recorded_at": "2026-03-01", "pages": []}', "is no time with a zone"),
        (["text"], "entry 1: 'text' is no object"),
        ([{"url": "ftp://a/"}], "entry 1: url 'ftp://a/' is no web address"),
        ([{"url": URL}], "entry 1: file is missing for https"),
        ([{"url": URL, "file": "c.html"}], "entry 1: file 'c.html' does not exist"),
        ([{"url": URL, "file": "../x"}], "entry 1: file '../x' is outside the recording"),
        ([{"url": URL, "file": 7}], "entry 1: file 7 is no file name"),
        ([{"url": URL, "file": "a.html", "status": "ok"}], "entry 1: status 'ok'"),
        ([{"url": URL, "file": "a.html", "headers": {"Age": 1}}], "entry 1: headers"),
        ([{"url": URL, "file": "a.html", "recorded_at": 5}], "entry 1: recorded_at 5"),
        ([{"url": URL, "file": "a.html"}] * 2, "is recorded twice"),
        ([{"url": "http://[::1", "file": "a.html"}], "url 'http://\\[::1'"),
        ([{"url": URL, "file": "a\x00b"}], "entry 1: file 'a.*no file name"),
        ([{"url": URL, "file": "a" * 300}], "entry 1: file 'a.*"),
    ],
)
def test_a_broken_manifest_names_file_and_entry(
    folder: Path, manifest: object, message: str
) -> None:
    with pytest.raises(RecordingError, match=f"manifest.json.*{message}"):
        record(folder, manifest)


def test_no_manifest(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"holds no manifest\.json. Give the folder that does"):
        Recording.read(tmp_path)


def test_what_is_posted_tells_answers_of_one_address_apart(folder: Path) -> None:
    api = "https://a.cn/api"
    recording = record(
        folder,
        [
            {"url": api, "posted": {"page": 1, "n": [2]}, "file": "a.html"},
            {"url": api, "posted": "page=1&n=2", "file": "b.json"},
            {"url": api, "status": 405},
        ],
    )
    found = [
        recording.find(api, posted)
        for posted in (b'{"n":[2],"page":1}', b"page=1&n=2", None, b'{"page": 2}', b"")
    ]
    assert [page.path.name if page and page.path else page and page.status for page in found] == [
        "a.html",
        "b.json",
        405,
        None,
        None,
    ]
