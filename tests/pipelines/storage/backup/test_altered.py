"""A backup that somebody has altered is refused in a sentence, before anything is restored."""

from __future__ import annotations

import gzip
import json
import tarfile
from pathlib import Path
from typing import Any

import bson
import pytest

from pipelines.storage.backup.manifest import finished
from pipelines.storage.backup.sealing import problems_of
from pipelines.storage.exceptions import NoBackup
from tests.support.command import ROOT

STATE = {"op": "i", "ns": "v5.articles", "o": {"_id": "a:1"}}
BROKEN = bson.encode(STATE)[:10] + b"\xff" * 8 + bson.encode(STATE)[18:]


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    with tarfile.open(ROOT / "fixtures" / "databases" / "schema-5.tar.xz") as packed:
        packed.extractall(tmp_path, filter="data")
    return tmp_path / "schema-5"


def problems(backup: Path) -> list[str]:
    return problems_of(backup, finished(backup), lambda *_progress: None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, 1.5) for name in ("id", "schema", "began_at", "since", "at", "bytes", "files")),
        ("schema", "5"),
        ("changes", None),
        ("database", "../elsewhere"),
        ("collections", {"articles": {"documents": "many"}}),
        ("collections", {"/etc/passwd": {}}),
        ("files", {"../../x": {}}),
    ],
)
def test_a_manifest_says_what_one_says(backup: Path, name: str, value: Any) -> None:
    assert problems(backup) == []
    file = backup / "backup.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), name: value}))
    with pytest.raises(NoBackup, match="cannot be read"):
        finished(backup)


@pytest.mark.parametrize(
    "text",
    [
        b"[]",
        b'{"options": {}, "indexes": [1]}',
        b'{"options": {"viewOn": "secrets", "pipeline": []}, "indexes": []}',
        b"[" * 100_000,
        b" " * 5_000_000 + b'{"options": {}, "indexes": []}',
    ],
    ids=["list", "indexes", "view", "deep", "bomb"],
)
def test_a_collection_is_a_collection(backup: Path, text: bytes) -> None:
    (backup / "dump/v5/articles.metadata.json.gz").write_bytes(gzip.compress(text))
    assert "articles.metadata.json.gz cannot be read" in problems(backup)[0]


@pytest.mark.parametrize(
    "data",
    [
        bson.encode({"x": 1}),
        bson.encode({**STATE, "o": 5}),
        bson.encode({**STATE, "o": {}}),
        bson.encode({**STATE, "op": "c"}),
        bson.encode({**STATE, "ns": "admin.system.users"}),
        BROKEN,
        b"\x05\0\0\0\1",
    ],
)
def test_a_change_is_one_of_a_document(backup: Path, data: bytes) -> None:
    (backup / "dump/oplog.bson").write_bytes(gzip.compress(data))
    assert "oplog.bson" in problems(backup)[0]


def test_what_is_no_document_is_named(backup: Path) -> None:
    (backup / "dump/v5/articles.bson.gz").write_bytes(gzip.compress(b"\x05\0\0\0\1"))
    assert "articles.bson.gz holds no document" in problems(backup)[0]
