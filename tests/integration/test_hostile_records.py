"""What somebody wrote into MongoDB past Newsdesk: nothing of it is run, read, asked for or obeyed.

Each document is written as whoever has the password would write it, without the validators.
"""

from __future__ import annotations

import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from bson.datetime_ms import DatetimeMS
from pymongo.database import Database

from newsdesk.answers.operations.night import opened_night
from pipelines.config import Settings
from pipelines.storage.documents import LARGEST_UNPACKED, pack, unpack, unpacked
from pipelines.storage.operations.repositories import NightStore
from pipelines.timing import clock
from schedules.jobs.identity import host
from schedules.jobs.runner import settings_environment
from tests.support import pages
from tests.support.command import Desk
from tests.support.crawling import crawl
from tests.support.patience import HOME
from tests.support.samples import sample
from tests.support.server import SiteServer, running
from tests.support.waiting import until_now

Documents = Database[dict[str, Any]]
NOW = clock.now()
SCHEDULE = '[schedules.yearly]\nsite = "sina"\ncron = "0 3 1 1 *"\n'
SECRET = "Traceback (most recent call last)\nthe operator's own file\nSecretError: 42\n"
GONE = f"{host()}:1:2"
BEYOND = DatetimeMS(2**60)


def put(database: Documents, collection: str, **document: Any) -> None:
    database.command("insert", collection, documents=[document], bypassDocumentValidation=True)


def job(database: Documents, id_: Any, **fields: Any) -> None:
    whole = {"kind": "crawl", "state": "pending", "site": "sina", "arguments": {}}
    put(database, "jobs", _id=id_, **{"created_at": NOW, **whole, **fields})


@pytest.fixture
def night(desk: Desk) -> Any:
    with opened_night(desk.settings) as night:
        yield night


def test_what_a_service_finds_in_mongodb_is_neither_run_nor_read(
    desk: Desk, night: NightStore, tmp_path: Path
) -> None:
    database, jobs = night.database, desk.settings.jobs_dir
    jobs.mkdir(exist_ok=True)
    (jobs.parent / "secret.log").write_text(SECRET)
    for name, site in {"a-import": "files", "a-flag": "--version", "a-other": "nowhere"}.items():
        job(database, name, site=site, arguments={"paths": str(tmp_path)})
    job(database, "b-import", kind="import", site="guancha")
    job(database, "b-argument", site="sina", arguments={"settings": "x"})
    job(database, "c-deadline", site="guancha", deadline_seconds=2**40)
    job(database, "../secret", state="running", host=host(), runner=GONE, site="up")
    job(database, "../../etc/cron.d/x", site="away")
    job(database, {"a": 1}, site=["sina"], created_at="yesterday")
    job(database, "d-date", site="late", not_before=BEYOND, created_at=BEYOND)
    put(database, "slots", _id="e", schedule={"$ne": ""}, due_at="now", state="pending")
    put(database, "slots", _id="f", schedule="yearly", due_at=NOW, state="running", job={"$gt": ""})
    put(
        database,
        "schedules",
        _id="yearly",
        enabled=True,
        updated_at=NOW,
        updated_by="nobody",
        arguments={"paths": "/etc"},
        changes={"site": "files"},
    )
    put(database, "silences", _id="*/*", until="for ever", created_by=1)
    file = tmp_path / "schedules.toml"
    file.write_text(SCHEDULE)
    environment = {"NEWSDESK_SCHEDULES": str(file), "NEWSDESK_SERVICE_PORT": "0"}
    with desk.started("up", "--drain", "0", env=environment) as service:
        until_now(lambda: len(night.jobs.list(states=["failed"])) == 5, 30)
        until_now(lambda: any(each["kind"] == "records" for each in night.alerts.open()), 30)
        assert service.poll() is None
    reasons = {each["_id"]: each["reason"] for each in night.jobs.list(states=["failed"])}
    assert all(reason.startswith("Its record was refused: ") for reason in reasons.values())
    assert reasons.keys() == {"a-import", "a-flag", "a-other", "b-argument", "c-deadline"}
    waiting = {job["_id"] for job in night.jobs.list(states=["pending"])}
    assert waiting == {"b-import", "d-date"}, "no service takes an import"
    assert "there is no site 'files'" in reasons["a-import"]
    assert "unknown argument 'settings'" in reasons["b-argument"]
    assert night.leases.held("site/") == []
    assert [path.name for path in jobs.iterdir() if path.name[0] in "abcd."] == []
    raw = {str(each["_id"]): each for each in database["jobs"].find()}
    assert raw["../secret"]["state"] == "running", "it is nobody's job"
    assert "SecretError" not in str(raw)
    told = next(each["message"] for each in night.alerts.open() if each["kind"] == "records")
    for part in ("yearly (unknown argument 'paths'", "../secret", "{'a': 1}", "slots", "*/*"):
        assert part in told
    shown = desk.call("schedules", "list", "--json", env=environment).json[0]
    assert (shown["arguments"], shown["changed"]) == ({}, [])
    assert "unknown argument 'paths'" in shown["refused"]
    assert desk.call("schedules", "change", "yearly", "--reset", env=environment).code == 0
    assert desk.call("schedules", "list", "--json", env=environment).json[0]["refused"] is None


def test_a_record_does_not_choose_the_file_that_is_shown_as_its_log(
    desk: Desk, night: NightStore, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.log"
    secret.write_text(SECRET)
    job(night.database, "log", log_file=str(secret), state="ok", ended_at=NOW)
    job(night.database, f"../../../../..{secret.with_suffix('')}", state="ok", ended_at=NOW)
    said = desk.call("jobs", "log", "log")
    assert (said.code, said.out) == (1, "")
    assert f"or it is {secret} on another machine" in said.err
    said = desk.call("jobs", "log", f"../../../../..{secret.with_suffix('')}")
    assert (said.code, said.out) == (2, "")
    assert "There is no job" in said.err


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "no address",
        "http://169.254.169.254/latest/meta-data",
        "https://evil.example/x",
        "https://www.guancha.cn:22/x",
        "https://me:secret@www.guancha.cn/politics/2026_03_01_7.shtml",
    ],
)
async def test_addresses_are_checked_when_they_are_asked_for(
    settings: Settings, database: Documents, tmp_path: Path, url: str
) -> None:
    past = datetime(2026, 1, 1, tzinfo=UTC)
    known = {"site": "guancha", "state": "stored", "attempts": 0, "checked_at": past}
    known |= {"first_seen_at": past, "last_seen_at": past, "next_check_at": past}
    evil = {"etag": '"x"\r\nX-Evil: 1', "last_modified": "\r\n\r\nGET / HTTP/1.1"}
    put(database, "urls", _id="guancha:7", url=url, validators=evil, **known)
    put(
        database,
        "urls",
        _id="guancha:8",
        url=f"https://{pages.article_url(8)}",
        validators=evil,
        **known,
    )
    put(database, "hosts", _id="guancha", site="guancha", host=None, come_back_at="never")
    put(database, "sources", _id="guancha/home", site="guancha", source="home", top=7)
    server = SiteServer()
    server.page(HOME, pages.home(pages.article_url(1)))
    for number in (1, 8):
        server.page(pages.article_url(number), pages.article())
    environment = {**settings_environment(settings), "NEWSDESK_KEEP_UNMATCHED": "true"}
    async with running(server):
        done = await crawl(
            "guancha",
            tmp_path,
            server=server,
            settings="tests.support.loopback_settings",
            env=environment,
            sections="home",
        )
    assert done.report["finish_reason"] == "finished", done.log
    assert "Traceback" not in done.log, done.log
    assert done.counted("failed/bug") == 0
    assert {each["_id"] for each in database["articles"].find()} == {"guancha:1", "guancha:8"}
    assert {hit.host for hit in server.hits} == {"www.guancha.cn"}
    assert not [hit for hit in server.hits if "X-Evil" in hit.headers]


def test_what_was_packed_unpacks_within_bounds() -> None:
    article = sample(1)
    assert unpack(pack(article)) == article
    bomb = zlib.compress(bytes(LARGEST_UNPACKED + 1))
    for data in (bomb, b"no zlib", zlib.compress(b"no bson"), pack(article)[:-9]):
        with pytest.raises(ValueError, match="it "):
            unpack(data)
    assert unpacked(zlib.compress(bytes(LARGEST_UNPACKED))) == bytes(LARGEST_UNPACKED)
