"""`newsdesk backup` and `newsdesk restore`, as an operator types them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.config import Settings
from pipelines.storage.queries import drop_database
from tests.support.command import Crawled, Desk


@pytest.fixture
def other(crawled: Crawled) -> Iterator[Settings]:
    """Another database on the same server."""
    settings = crawled.desk.settings
    changed = settings.model_copy(update={"database": f"{settings.database}_other"})
    yield changed
    drop_database(changed)


def test_from_a_backup_to_another_database(
    crawled: Crawled, other: Settings, tmp_path: Path
) -> None:
    desk = crawled.desk
    config = tmp_path / "newsdesk.toml"
    config.write_text('contact = "desk@example.org"\n')
    with_file = {"NEWSDESK_CONFIG": str(config)}
    taken = desk.call("backup", "take", tmp_path / "b", "--archive", "--json", env=with_file)
    assert taken.code == 0, taken.err
    folder = Path(taken.json["folder"])
    assert taken.json["articles"] > 10
    assert "1 files of this machine" in taken.err
    assert (folder / "machine" / "newsdesk.toml").read_text() == config.read_text()
    assert (folder / "machine" / "where.txt").read_text() == f"newsdesk.toml\t{config}\n"
    [listed] = desk.call("backup", "list", tmp_path / "b", "--json").json
    assert (listed["folder"], listed["whole"]) == (str(folder), True)
    [line] = desk.call("backup", "list", tmp_path / "b").out.splitlines()
    assert line.split("\t")[4:] == [str(folder), desk.settings.database, "True"]
    none = desk.call("backup", "list", tmp_path / "none")
    assert f"newsdesk backup take {tmp_path / 'none'}" in none.err
    verified = desk.call("backup", "verify", tmp_path / "b")
    assert (verified.code, "as it was written" in verified.err) == (0, True)

    restored = desk.call("restore", folder, "--into", other.database)
    assert restored.code == 0, restored.err
    assert "Beijing time" in restored.err
    there = Desk(other)
    said = [each.call("articles", "list", "--json").json for each in (desk, there)]
    assert said[0] == said[1]
    again = there.call("restore", folder)
    assert (again.code, "--into" in again.err) == (1, True)
    wrong = there.call("restore", folder, "--replace", "newsdesk")
    assert (wrong.code, "name that one" in wrong.err) == (2, True)
    assert there.call("restore", folder, "--replace", other.database).code == 0


def test_the_archive_goes_along(crawled: Crawled, other: Settings, tmp_path: Path) -> None:
    desk = crawled.desk
    files = [each["file"] for each in desk.call("archive", "list", "--json").json]
    assert files
    taken = desk.call("backup", "take", tmp_path / "b", "--no-machine")
    assert f"{len(files)} archive files" in taken.err
    refused = desk.call("restore", tmp_path / "b", "--into", other.database, "--archive")
    assert (refused.code, "holds no copies" in refused.err) == (2, True)
    second = desk.call("backup", "take", tmp_path / "b", "--archive", "--keep", "1")
    assert second.code == 0, second.err
    assert "Removed: " in second.err
    restored = Desk(other).call("restore", tmp_path / "b", "--archive")
    assert restored.code == 0, restored.err
    for name in files:
        there, again = desk.settings.archive_path / name, other.archive_path / name
        assert there.read_bytes() == again.read_bytes()
    checked = Desk(other).call("archive", "verify")
    assert checked.code == 0, checked.out


def test_damage_is_told(crawled: Crawled, tmp_path: Path) -> None:
    desk = crawled.desk
    folder = Path(desk.call("backup", "take", tmp_path, "--json").json["folder"])
    path = next(folder.rglob("articles.bson.gz"))
    path.write_bytes(path.read_bytes()[:-100])
    said = desk.call("backup", "verify", tmp_path, "--json")
    assert (said.code, "cut off" in said.json["problems"][0]) == (1, True)
    assert desk.call("backup", "verify", tmp_path / "nothing").code == 1


@pytest.mark.parametrize("forged", [b"\xff\xfe", b'{"format": 1}', b"[" * 100_000])
def test_one_that_cannot_be_read_hides_no_other(
    crawled: Crawled, tmp_path: Path, forged: bytes
) -> None:
    desk = crawled.desk
    bad = tmp_path / "bad" / "backup.json"
    bad.parent.mkdir()
    bad.write_bytes(forged)
    bad.with_name("archive.json").write_bytes(forged)
    taken = desk.call("backup", "take", tmp_path, "--no-machine", "--keep", "1", "--json")
    assert (taken.code, str(bad) in taken.err) == (0, True)
    listed = desk.call("backup", "list", tmp_path, "--json")
    assert [each["folder"] for each in listed.json] == [taken.json["folder"]]
    assert (listed.code, f"{bad} cannot be read" in listed.err) == (1, True)
    newest = desk.call("backup", "verify", tmp_path)
    assert (newest.code, taken.json["folder"] in newest.err) == (2, True)
    assert desk.call("backup", "verify", taken.json["folder"]).code == 0
