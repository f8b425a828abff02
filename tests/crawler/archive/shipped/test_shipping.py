"""What is finished is shipped whole, once, and compared; nothing goes here before that."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from crawler.archive.checking import check
from crawler.archive.exceptions import TargetAway
from crawler.archive.folder import ArchiveFolder, Limits, index_of, locked_file, read_name
from crawler.archive.shipped.mirror import Mirror
from crawler.archive.shipped.shipping import QUIET, Busy, Shipper, Tally, finished, waiting
from crawler.archive.shipped.target import Target
from crawler.archive.shipped.whole import ShippedFile
from tests.support.archives import FREE, Written, exchange, write

BIG = 1 << 28


def shipper(folder: ArchiveFolder, target: Target, **changes: Any) -> Shipper:
    values = {"file_size": BIG, "keep": timedelta(days=9), "limits": FREE, **changes}
    return Shipper(folder=folder, target=target, **values)


def ship(folder: ArchiveFolder, target: Target, *, now: bool = True, **changes: Any) -> Tally:
    return shipper(folder, target, **changes).run(all_closed=now, progress=lambda *_: None)


def aged(written: Written, age: timedelta) -> None:
    """Let the file look as if the last crawl wrote to it so long ago."""
    moment = (datetime.now(UTC) - age).timestamp()
    os.utime(written.path, (moment, moment))


@pytest.fixture
def here(tmp_path: Path) -> Written:
    return write(tmp_path / "here", [exchange(number) for number in range(9)])


def test_a_file_is_shipped_with_its_index_and_found_whole(here: Written, target: Target) -> None:
    tally = ship(here.folder, target)
    (name,) = here.folder.names()
    assert tally.shipped == [str(name)]
    assert target.sizes() == {
        str(name): here.path.stat().st_size,
        str(index_of(Path(str(name)))): index_of(here.path).stat().st_size,
    }
    index = Mirror(here.folder, target).index(str(name))
    assert index.read_bytes() == index_of(here.path).read_bytes()
    report = check(ShippedFile(target, str(name)), str(name), indexed=True, index=index)
    assert (report.problems, report.size) == ([], here.path.stat().st_size)
    again = ship(here.folder, target)
    assert (again.shipped, again.dropped, again.problems) == ([], [], [])


def test_what_the_next_crawl_goes_on_with_waits(here: Written, target: Target) -> None:
    assert ship(here.folder, target, now=False).shipped == []
    aged(here, QUIET - timedelta(minutes=1))
    assert [*finished(here.folder, BIG)] == []
    assert len([*finished(here.folder, here.path.stat().st_size)]) == 1, "it is full"
    aged(here, QUIET + timedelta(minutes=1))
    assert waiting(here.folder, BIG).files == 1
    assert len(ship(here.folder, target, now=False).shipped) == 1
    assert waiting(here.folder, BIG).files == 0
    write(here.folder.root, [exchange(99)])
    assert [name.number for name in here.folder.names()] == [1, 2], "what was shipped is closed"


def test_a_local_copy_goes_only_after_its_time_and_while_the_target_has_it(
    here: Written, target: Target
) -> None:
    (name,) = here.folder.names()
    assert ship(here.folder, target).dropped == []
    target.remove(str(name))
    lost = ship(here.folder, target, keep=timedelta())
    assert (lost.shipped, lost.dropped, here.path.is_file()) == ([], [], True)
    again = ship(here.folder, target, keep=timedelta())
    assert (again.shipped, again.dropped) == ([str(name)], [str(name)])
    assert here.folder.names() == []
    assert [*Mirror(here.folder, target).sizes()] == [name]
    for damaged in (b"[]", b'{"%s": null}' % str(name).encode(), b"[" * 100_000):
        (here.folder.mirror / "files.json").write_bytes(damaged)
        assert Mirror(here.folder, target).sizes() == {}


def test_nothing_is_written_over(here: Written, target: Target, tmp_path: Path) -> None:
    (name,) = here.folder.names()
    other = tmp_path / "other"
    other.write_bytes(b"of somebody else")
    target.put(other, str(name))
    tally = ship(here.folder, target, keep=timedelta())
    assert (tally.shipped, tally.dropped) == ([], [])
    assert "holds another file under the name" in tally.problems[0]
    assert here.path.is_file()
    assert target.size(str(name)) == len(b"of somebody else")
    assert waiting(here.folder, BIG).error == tally.problems[0]


def test_machines_ship_the_same_site_of_a_day_side_by_side(target: Target, tmp_path: Path) -> None:
    folders = [
        write(tmp_path / host, [exchange(number)]).folder for number, host in enumerate("abc")
    ]
    names = [str(name) for folder in folders for name in folder.names()]
    assert len({*names}) == 3
    for folder in folders:
        ship(folder, target, keep=timedelta())
    assert {name for name in target.sizes() if read_name(name)} == {*names}
    assert {*map(str, Mirror(folders[0], target).refresh())} == {*names}


def put_back(written: Written, days: int) -> None:
    """Let the files be of so many days earlier."""
    for name in written.folder.names():
        path = written.folder.root / str(name)
        goal = written.folder.root / str(evolve(name, day=name.day - timedelta(days=days)))
        goal.parent.mkdir(parents=True, exist_ok=True)
        index_of(path).rename(index_of(goal))
        path.rename(goal)


def test_age_counts_at_the_target_too(target: Target, tmp_path: Path) -> None:
    written = write(tmp_path / "here", [exchange(1), exchange(2, kind="lists")])
    put_back(written, 100)
    assert len(ship(written.folder, target, keep=timedelta()).shipped) == 2
    limits = {"articles": Limits(days=None, size=BIG), "lists": Limits(days=90, size=BIG)}
    removed = ship(written.folder, target, limits=limits).removed
    assert [each.partition("/")[0] for each in removed] == ["lists"]
    assert [each.partition("/")[0] for each in target.sizes()] == ["articles", "articles"]


def test_the_size_of_all_machines_is_bounded_and_nothing_goes_to_and_fro(
    target: Target, tmp_path: Path
) -> None:
    folders = []
    for days, host in ((0, "a"), (1, "b"), (2, "c")):
        written = write(tmp_path / host, [exchange(number) for number in range(9)])
        put_back(written, days)
        folders.append(written.folder)
    ship(folders[2], target)
    ship(folders[1], target)
    most = sum(target.sizes().values()) * 5 // 4
    (oldest,), (older,) = folders[2].names(), folders[1].names()
    first = ship(folders[0], target, most=most)
    assert first.removed == [str(oldest)]
    assert sum(target.sizes().values()) <= most
    assert folders[2].names() == [oldest], "the copy of another machine"
    second = ship(folders[2], target, most=most)
    assert (second.shipped, second.removed) == ([], [str(oldest)])
    assert folders[2].names() == []
    assert folders[1].names() == [older]
    again = ship(folders[2], target, most=most)
    assert (again.shipped, again.removed) == ([], [])


def leave(target: Target, name: str) -> None:
    """Leave what a sending leaves that was killed: of long ago, since a bucket's server says so."""
    bucket, _, key = target._path(name).partition("/")
    if not target.is_folder:
        target._system.call_s3("create_multipart_upload", Bucket=bucket, Key=key)
        return
    draft = Path(f"{target._path(name)}.part")
    draft.parent.mkdir(parents=True, exist_ok=True)
    draft.write_bytes(b"half")
    os.utime(draft, (1, 1))


def test_what_killed_sendings_left_goes_and_nothing_else(here: Written, target: Target) -> None:
    name = "articles/2026-03-02/example-0001-bcdfgh.warc.gz"
    leave(target, name)
    leave(target, str(index_of(Path(name))))
    leave(target, "articles/2026-03-02/of-somebody-else.bin")
    assert target.sweep(datetime(1960, 1, 1, tzinfo=UTC)) == 0, "it may be under way"
    assert ship(here.folder, target).swept == 2
    assert len(target.sizes()) == 2
    leave(target, name)
    assert ship(here.folder, target).swept == 0, "once a day"
    assert target.sweep(datetime.now(UTC)) == 1
    assert target.sweep(datetime.now(UTC)) == 0


def test_a_target_that_is_away_costs_nothing(here: Written, target: Target) -> None:
    away = Target("file:///nowhere/at/all", "news")
    with pytest.raises(TargetAway, match="mount or make it"):
        ship(here.folder, away)
    first = waiting(here.folder, BIG)
    assert (first.files, first.error is not None) == (1, True)
    with pytest.raises(TargetAway):
        ship(here.folder, away)
    second = waiting(here.folder, BIG)
    assert second.since == first.since
    assert first.at is not None
    assert second.at is not None
    assert second.at > first.at
    assert len(ship(here.folder, target).shipped) == 1
    assert waiting(here.folder, BIG).error is None


def test_two_at_once_do_not_meet(here: Written, target: Target) -> None:
    ship(here.folder, target)
    lock = here.folder.note_of_run.with_name("lock")
    with locked_file(lock), pytest.raises(Busy):
        ship(here.folder, target)


def test_what_is_being_written_is_left_alone(here: Written, target: Target) -> None:
    with locked_file(here.path):
        assert ship(here.folder, target).shipped == []
    assert len(ship(here.folder, target).shipped) == 1


def test_a_note_that_a_power_cut_emptied_costs_one_comparison(
    here: Written, target: Target
) -> None:
    ship(here.folder, target)
    (name,) = here.folder.names()
    here.folder.note_of(name).write_bytes(b"")
    assert ship(here.folder, target).shipped == [str(name)]
    assert "digest" in json.loads(here.folder.note_of(name).read_bytes())


def test_each_folder_has_an_origin_that_stays(tmp_path: Path) -> None:
    folders = [ArchiveFolder(tmp_path / name) for name in "ab"]
    first, second = (folder.origin() for folder in folders)
    assert first != second
    assert folders[0].origin() == first
    (tmp_path / "a" / ".origin").write_bytes(b"")
    assert len(folders[0].origin()) == 6
