"""Readers find a record wherever it lies, and fetch no more than it."""

from __future__ import annotations

import io
import logging
import os
from datetime import timedelta
from pathlib import Path

import pytest
from attrs import evolve

from crawler.archive.cdxj import Entry, find
from crawler.archive.exceptions import Damaged, NotThere, TargetAway
from crawler.archive.shipped.target import Target
from crawler.archive.shipped.whole import Archive
from tests.crawler.archive.shipped.test_shipping import ship
from tests.support.archives import exchange, write
from tests.support.buckets import Buckets

ALL = "https://www.example.cn/*"


def shipped(root: Path, target: Target, numbers: range) -> Archive:
    """An archive whose files all lie at the target alone."""
    folder = write(root, [exchange(number) for number in numbers]).folder
    assert ship(folder, target, keep=timedelta()).dropped
    assert folder.names() == []
    return Archive(folder, target)


def entries(archive: Archive) -> list[Entry]:
    return find(archive.refreshed().indexes(), ALL)


def test_all_machines_files_are_one_archive(target: Target, tmp_path: Path) -> None:
    archives = [
        shipped(tmp_path / host, target, range(at, at + 3)) for at, host in ((0, "a"), (3, "b"))
    ]
    stays = write(tmp_path / "c", [exchange(6)]).folder
    archive = Archive(stays, target)
    found = entries(archive)
    assert sorted(each.url for each in found) == sorted(exchange(n).url for n in range(7))
    for each in found:
        assert archive.record(each).url == each.url
    assert len(archive.names()) == 3
    assert len(archive.names("articles", "example")) == 3
    assert archive.names("lists") == []
    assert archives[0].folder.names() == []


def test_a_record_costs_one_request_of_its_length(
    bucket_target: Target, s3: Buckets, tmp_path: Path
) -> None:
    archive = shipped(tmp_path / "here", bucket_target, range(40))
    found = entries(archive)
    (file,) = {each.file for each in found}
    before = len(s3.asked("GET", file))
    assert archive.record(found[20]).url == found[20].url
    asked = s3.asked("GET", file)[before:]
    assert len(asked) == 1
    assert "206" in asked[0], "a part of the file alone"
    archive.fetch_ahead(found)
    held = [archive.record(each).url for each in found]
    assert held == [each.url for each in found]
    assert len(s3.asked("GET", file)) - before - 1 == len(found)


def test_a_file_is_read_like_any_other(target: Target, tmp_path: Path) -> None:
    root = tmp_path / "here"
    written = write(root, [exchange(number) for number in range(30)])
    (name,) = written.folder.names()
    whole = written.path.read_bytes()
    ship(written.folder, target, keep=timedelta())
    archive = Archive(written.folder, target)
    with archive.open(str(name)) as file:
        assert file.seek(0, io.SEEK_END) == len(whole)
        for place in (7, 0, len(whole) - 90, 40_000):
            file.seek(place)
            assert file.read(50) == whole[place : place + 50]
    with archive.open(str(name)) as file:
        assert file.read() == whole
    with pytest.raises(NotThere):
        archive.open("articles/2026-03-02/nobody-0001.warc.gz")
    with pytest.raises(NotThere):
        archive.open("../../etc/passwd")


def test_a_hostile_line_asks_for_nothing(
    bucket_target: Target, s3: Buckets, tmp_path: Path
) -> None:
    archive = shipped(tmp_path / "here", bucket_target, range(2))
    (one, _) = entries(archive)
    before = len(s3.asked("GET", ""))
    for bad in (
        evolve(one, length=1 << 40),
        evolve(one, length=0),
        evolve(one, offset=-1),
        evolve(one, file="../other-database/x"),
    ):
        archive.fetch_ahead([bad])
        with pytest.raises(Damaged):
            archive.record(bad)
    assert len(s3.asked("GET", "")) == before


def test_without_the_target_what_is_known_is_shown(
    target: Target, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    archive = shipped(tmp_path / "here", target, range(3))
    away = Archive(archive.folder, Target("file:///nowhere/at/all", "news"))
    os.utime(archive.folder.mirror / "files.json", (1, 1))
    with caplog.at_level(logging.WARNING):
        found = entries(away)
    assert len(found) == 3
    assert "mount or make it" in caplog.text
    with pytest.raises(TargetAway):
        away.record(found[0])
