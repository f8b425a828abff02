"""`newsdesk crawl`: the real spiders over a recorded site, as jobs."""

from __future__ import annotations

import signal
import time
from pathlib import Path
from typing import Any

import pytest

from pipelines.storage.operations.repositories import NightStore
from pipelines.storage.queries import counts, drop_database, opened
from tests.support.command import RECORDINGS, Crawled, Desk

NIGHT = RECORDINGS / "night-1"
SEEN = {"last_seen_at"}
"""All that a second look at the same list may change."""
OUTCOMES_OF_PAGES = (
    "new",
    "revised",
    "unchanged",
    "off_topic",
    "not_collectable",
    "gone",
    "unreadable",
    "failed",
    "not_recorded",
)


def documents(desk: Desk, collection: str) -> dict[str, dict[str, Any]]:
    with opened(desk.settings) as database:
        return {document["_id"]: document for document in database[collection].find()}


def test_both_sites_come_in(crawled: Crawled) -> None:
    guancha, sina = crawled.said.json
    assert (guancha["site"], sina["site"]) == ("guancha", "sina")
    assert {guancha["state"], sina["state"]} == {"ok"}
    assert crawled.said.code == 0
    articles = documents(crawled.desk, "articles")
    assert len(articles) == guancha["outcomes"]["new"] + sina["outcomes"]["new"] > 25


@pytest.mark.parametrize("site", [0, 1])
def test_the_numbers_add_up(crawled: Crawled, site: int) -> None:
    result = crawled.said.json[site]
    outcomes = result["outcomes"]
    assert outcomes["requested"] == sum(outcomes[name] for name in OUTCOMES_OF_PAGES)
    left_out = outcomes["known"] + outcomes["not_wanted"]
    others = outcomes["followed"] + outcomes["due"]
    assert outcomes["requested"] == outcomes["found"] - left_out + others
    assert result["reasons"]["unreadable"]
    assert sum(result["reasons"]["unreadable"].values()) == outcomes["unreadable"]


def test_each_job_is_recorded(crawled: Crawled) -> None:
    jobs = documents(crawled.desk, "jobs")
    for result in crawled.said.json:
        job = jobs[result["job"]]
        assert job["state"] == result["state"]
        assert job["reason"] == result["reason"]
        assert job["counts"]["new"] == result["outcomes"]["new"]
        assert job["ended_at"] >= job["started_at"] >= job["created_at"]
        assert job["exit_code"] == 0
        assert Path(job["log_file"]).is_file()
    articles = documents(crawled.desk, "articles")
    assert {article["job"] for article in articles.values()} == set(jobs)


def test_a_second_crawl_changes_nothing_but_last_seen(desk: Desk) -> None:
    first = desk.call("crawl", "sina", "--replay", NIGHT, "--json")
    before = {name: documents(desk, name) for name in ("articles", "revisions", "rejects")}
    second = desk.call("crawl", "sina", "--replay", NIGHT, "--json")
    outcomes = second.json[0]["outcomes"]
    assert (first.code, second.code) == (0, 0)
    assert (outcomes["new"], outcomes["revised"]) == (0, 0)
    assert outcomes["known"] >= first.json[0]["outcomes"]["new"]
    after = {name: documents(desk, name) for name in before}
    assert after["revisions"] == before["revisions"] == {}
    assert after["rejects"].keys() == before["rejects"].keys()
    for id_, article in before["articles"].items():
        changed = {name for name in article if article[name] != after["articles"][id_][name]}
        assert changed <= SEEN


def test_without_a_pipe_reader_tables_say_it_all(desk: Desk) -> None:
    said = desk.call("crawl", "sina", "--replay", NIGHT, "--limit", "3", "--sections", "tech")
    assert said.code == 0
    for word in ("Found", "already known", "stored", "off topic", "unreadable", "✓ ok"):
        assert word in said.out
    assert max(map(len, said.out.splitlines())) <= 100
    assert "\x1b" not in said.out + said.err


def test_keep_unmatched(desk: Desk) -> None:
    said = desk.call("crawl", "guancha", "--replay", NIGHT, "--keep-unmatched", "--json")
    assert said.json[0]["outcomes"]["off_topic"] == 0
    assert any(not article["topics"] for article in documents(desk, "articles").values())


def test_ctrl_c(desk: Desk) -> None:
    process = desk.start("crawl", "guancha", "sina", "--replay", NIGHT, "--json")
    end = time.monotonic() + 60
    while len(documents(desk, "jobs")) < 2 and time.monotonic() < end:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, out + err
    assert "Stopping" in err
    assert {job["state"] for job in documents(desk, "jobs").values()} == {"cancelled"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["crawl", "nowhere"], "There is no site 'nowhere': choose from "),
        (["crawl", "sina", "--since", "yesterday"], "is no date"),
        (["crawl", "sina", "--sections", "nix"], "sina has no"),
        (["crawl", "sina", "--replay", "/nonexistent"], "/nonexistent does not exist"),
        (["crawl", "sina", "--limit", "0"], "Invalid value"),
        (["crawl"], "Missing argument"),
    ],
)
def test_wrong_usage(desk: Desk, arguments: list[str], says: str) -> None:
    said = desk.call(*arguments)
    assert said.code == 2
    assert says in said.err
    assert not said.out


def test_without_mongodb_it_says_so_and_fails(desk: Desk, tmp_path: Path) -> None:
    away = {"MONGODB_URI": "mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=300"}
    away["NEWSDESK_DATA_DIR"] = str(tmp_path)
    said = desk.run("crawl", "sina", "--replay", NIGHT, "--json", env=away)
    assert said.code == 1
    assert said.json[0]["state"] == "failed"
    assert "MongoDB did not answer" in said.json[0]["reason"]
    assert said.err.count("The job is not recorded") == 1


def test_a_site_that_is_being_crawled_is_left_alone(desk: Desk, night: NightStore) -> None:
    night.leases.take("site/sina", "sina-night-1", 60, "on elsewhere")
    said = desk.call("crawl", "sina", "--json")
    (result,) = said.json
    assert (said.code, result["state"]) == (1, "failed")
    assert "by the job sina-night-1 on elsewhere since" in result["reason"]
    assert night.jobs.list() == []


def test_a_recording_goes_into_a_database_of_its_own(desk: Desk) -> None:
    """Unless one is named for the command: that of the settings file is for the nights."""
    environment = {"NEWSDESK_DATABASE": ""}
    said = desk.run("crawl", "sina", "--replay", NIGHT, "--limit", "2", env=environment)
    assert said.code == 0
    assert "goes into the database newsdesk_replay: newsdesk --database newsdesk_replay" in said.err
    replays = desk.settings.model_copy(update={"database": "newsdesk_replay"})
    assert counts(replays)["articles"] == 2
    nights = desk.settings.model_copy(update={"database": "newsdesk"})
    assert counts(nights).get("jobs", 0) == 0
    drop_database(replays)
