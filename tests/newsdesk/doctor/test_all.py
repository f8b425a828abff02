"""`newsdesk doctor`: what is well is said, and so is what is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from newsdesk.doctor.check import Check
from newsdesk.doctor.database import (
    check_spool,
    judge_clock,
    judge_schema,
    judge_server,
)
from newsdesk.doctor.machine import check_contact, check_network, check_topics, judge_disk
from pipelines.config import Settings
from pipelines.storage.queries import opened
from schedules.timetable.catalogue import LAST_GOOD_NAME
from tests.support.command import ROOT, Desk

PRIMARY = {"setName": "rs0", "isWritablePrimary": True}


def by_name(checks: list[dict[str, str]]) -> dict[str, dict[str, str]]:
    return {check["name"]: check for check in checks}


def test_a_healthy_house(desk: Desk) -> None:
    assert desk.call("db", "start").code == 0
    said = desk.run("doctor", "--json")
    checks = by_name(said.json)
    assert said.code == 0
    well = ("Python", "Packages", "Disk", "MongoDB", "Schema", "Clock", "Spool", "Topics")
    assert {name: checks[name]["state"] for name in well} == dict.fromkeys(well, "ok")
    assert not [name for name in checks if name.startswith("Extra")]
    assert "Browser" not in checks, "no site needs one, and none is set"
    assert all(check["todo"] for check in said.json if check["state"] in {"warn", "fail"})


@pytest.mark.parametrize("package", ["crawler", "pipelines", "schedules"])
def test_a_stray_package_is_named(desk: Desk, tmp_path: Path, package: str) -> None:
    (tmp_path / package).mkdir()
    (tmp_path / package / "__init__.py").touch()
    said = desk.run("doctor", env={"PYTHONPATH": f"{tmp_path}:{ROOT}"}, folder=tmp_path)
    assert said.code == 1
    assert f"{package} from {tmp_path / package}" in said.err
    assert "environment of its own" in said.err


def test_schema_drift_is_seen(desk: Desk) -> None:
    assert desk.call("db", "start").code == 0
    with opened(desk.settings) as database:
        database["articles"].drop_indexes()
    checks = by_name(desk.call("doctor", "--json").json)
    assert checks["Schema"]["state"] == "warn"
    assert "index" in checks["Schema"]["found"]


def test_a_mongodb_that_does_not_answer(tmp_path: Path) -> None:
    uri = "mongodb://someone:secret@127.0.0.1:9/?serverSelectionTimeoutMS=200"
    said = Desk(Settings(data_dir=tmp_path, mongodb_uri=SecretStr(uri))).call("doctor", "--json")
    assert said.code == 1
    assert by_name(said.json)["MongoDB"]["state"] == "fail"
    assert "does not answer" in by_name(said.json)["MongoDB"]["todo"]
    assert "secret" not in said.out + said.err


@pytest.mark.parametrize(
    ("check", "state"),
    [
        (judge_server("6.0.5", PRIMARY, "here"), "ok"),
        (judge_server("4.4.29", PRIMARY, "here"), "fail"),
        (judge_server("7.0.1", {"isWritablePrimary": True}, "here"), "warn"),
        (judge_server("7.0.1", {"isWritablePrimary": True, "msg": "isdbgrid"}, "here"), "ok"),
        (judge_server("7.0.1", {"setName": "rs0"}, "here"), "fail"),
        (judge_schema("newsdesk", []), "ok"),
        (judge_schema("newsdesk", ["The collection urls is missing."] * 3), "warn"),
        (judge_clock(-4.9), "ok"),
        (judge_clock(7.0), "warn"),
        (judge_disk(Path("/x"), 3 * 1024**3), "ok"),
        (judge_disk(Path("/x"), 1024**3), "warn"),
        (judge_disk(Path("/x"), 1024**2), "fail"),
        (check_contact(Settings(contact="")), "warn"),
        (check_contact(Settings(contact="desk@example.org")), "ok"),
        (
            check_topics(Settings(topics=Path("/nonexistent"), data_dir=Path("/nonexistent"))),
            "fail",
        ),
        (check_network(["localhost"]), "ok"),
        (check_network(["no-such-host.invalid"]), "warn"),
    ],
)
def test_judgements(check: Check, state: str) -> None:
    assert check.state == state
    assert bool(check.todo) == (state != "ok")


def test_what_waits_in_the_spool(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    assert check_spool(settings).state == "ok"
    settings.spool_dir.mkdir(parents=True)
    (settings.spool_dir / "1.spool").write_bytes(b"x" * 100)
    assert check_spool(settings).state == "warn"


def test_a_data_folder_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    desk = Desk(
        Settings(
            data_dir=tmp_path / "file",
            mongodb_uri=SecretStr("mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=100"),
        )
    )
    said = desk.call("doctor")
    assert said.code == 1
    assert "NEWSDESK_DATA_DIR" in said.out


def test_a_first_run_is_no_fault(desk: Desk) -> None:
    """The server is there, and nothing has been stored in the database yet."""
    with opened(desk.settings) as database:
        database.client.drop_database(database.name)
    checks = by_name(desk.call("doctor", "--json").json)
    assert checks["Schema"]["state"] == "note"
    assert "is empty; the first crawl prepares it" in checks["Schema"]["found"]


def test_what_is_broken_fails(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "schedules.toml"
    good = '[schedules.a]\nsite = "sina"\ncron = "0 3 * * *"\n'
    environment = {
        "NEWSDESK_SCHEDULES": str(file),
        "NEWSDESK_ALERT_URLS": "nonsense://opensesame json://desk.example/opensesame",
        "NEWSDESK_DELAY_SECOND": "3",
    }
    (desk.settings.data_dir / LAST_GOOD_NAME).unlink(missing_ok=True)  # another test's
    file.write_text(good.replace("0 3", "no"))
    said = desk.call("doctor", "--json", env=environment)
    checks = by_name(said.json)
    assert said.code == 1
    assert (checks["Schedules"]["state"], checks["Alerts"]["state"]) == ("fail", "fail")
    assert "none is in force" in checks["Schedules"]["found"]
    assert "line 3, schedules.a.cron" in checks["Schedules"]["todo"]
    assert "nonsense://: apprise knows no such address" in checks["Alerts"]["found"]
    assert "do you mean NEWSDESK_DELAY_SECONDS?" in checks["Settings"]["found"]
    assert "NEWSDESK_DELAY_SECOND means nothing: do you mean" in said.err
    assert "opensesame" not in said.out + said.err
    file.write_text(good)
    environment["NEWSDESK_ALERT_URLS"] = "json://desk.example/opensesame"
    checks = by_name(desk.call("doctor", "--json", env=environment).json)
    assert (checks["Schedules"]["state"], checks["Alerts"]["state"]) == ("ok", "ok")
    file.write_text(good.replace("0 3", "no"))
    checks = by_name(desk.call("doctor", "--json", env=environment).json)
    assert "the last good 1 are in force" in checks["Schedules"]["found"]
    said = desk.call("schedules", "list", "--json", env=environment)
    assert [row["schedule"] for row in said.json] == ["a"]
    assert "line 3, schedules.a.cron" in said.err
    assert "The last good schedules are in force." in said.err
