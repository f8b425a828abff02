"""`newsdesk db`: an embedded server from its first start to its end."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from pipelines.config import Settings
from pipelines.storage.server import embedded
from pipelines.storage.server.data_folder import DataFolder
from tests.conftest import Server
from tests.support.command import Crawled, Desk
from tests.support.ports import free_port


def test_from_start_to_stop(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, db_port=free_port())
    desk = Desk(settings)
    before = desk.call("db", "status", "--json")
    assert (before.code, before.json["running"]) == (1, False)
    try:
        started = desk.run("db", "start")
        assert started.code == 0
        assert started.out.strip() == embedded.address_of(settings)
        status = desk.call("db", "status", "--json")
        assert status.json["running"]
        assert (status.json["port"], status.json["version"]) == (settings.db_port, "6.0.5")
        assert "already" in desk.call("db", "start").err
        assert desk.run("db", "uri").out.strip() == embedded.uri_of(settings)
        shell = desk.run("db", "shell", "--python")
        assert "db = newsdesk" in shell.err
        assert "0 articles" in desk.call("db", "replay").err
    finally:
        stopped = desk.call("db", "stop")
    assert (stopped.code, "has stopped" in stopped.err) == (0, True)
    assert "was not running" in desk.call("db", "stop").err


def test_only_db_uri_prints_the_password(server: Server) -> None:
    desk = Desk(server.settings())
    password = DataFolder.of(desk.settings).password.read_text()
    assert f"newsdesk:{password}@" in desk.call("db", "uri").out
    for command in (["db", "start"], ["db", "status"], ["db", "status", "--json"], ["doctor"]):
        said = desk.call(*command)
        assert str(server.port) in said.out + said.err
        assert password not in said.out + said.err


@pytest.mark.parametrize("verb", ["start", "stop"])
def test_a_server_of_your_own_is_left_alone(tmp_path: Path, verb: str) -> None:
    uri = "mongodb://me:secret@db.example.org:27017/"
    said = Desk(Settings(data_dir=tmp_path, mongodb_uri=SecretStr(uri))).call("db", verb)
    assert said.code == 1
    assert "MONGODB_URI is set" in said.err
    assert "secret" not in said.err


def test_status_of_a_server_of_your_own(server: Server, tmp_path: Path) -> None:
    said = Desk(Settings(data_dir=tmp_path, mongodb_uri=SecretStr(server.uri))).call(
        "db", "status", "--json"
    )
    assert said.code == 0
    assert (said.json["running"], said.json["replica_set"]) == (True, "rs0")


def test_reindex_finds_nothing_to_do_after_a_crawl(crawled: Crawled) -> None:
    said = crawled.desk.run("db", "reindex")
    assert (said.code, said.out) == (0, "")
    assert "0 articles were indexed anew, 0 blocks gathered and 0 outdated" in said.err
