"""Both recorded nights, crawled by the real spiders as jobs into a real MongoDB."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import asdict, define, field

from pipelines.config import Settings
from pipelines.counting import counters
from pipelines.counting.stats import Counter
from pipelines.storage.server import client as clients
from schedules.job import JobResult, JobSpec
from schedules.jobs.runner import Runner
from tests.conftest import Server
from tests.support.newsroom.expected import Expected
from tests.support.newsroom.load import NIGHTS, RECORDINGS
from tests.support.newsroom.recording import files
from tests.support.no_ledger import NoLedger

SITES = ("guancha", "sina")
COLLECTIONS = ("articles", "revisions", "stories", "rejects", "urls")
RUNS = {"night-1": 0, "night-1 again": 90, "night-2": 0, "night-2 again": 90}
"""Runs in order, each with the minutes since its recording was made."""

Document = dict[str, Any]


@define(kw_only=True)
class Run:
    """What a run reported, and all that stood in the database after it."""

    results: dict[str, JobResult]
    found: dict[str, dict[str, Document]] = field(factory=dict)

    def total(self, counter: Counter) -> int:
        return sum(counter.of(result.stats) for result in self.results.values())


@pytest.fixture(scope="module")
async def runs(server: Server) -> dict[str, Run]:
    """Both nights, each crawled twice, one after the other in one database."""
    settings = server.settings()
    found = {}
    for name, minutes in RUNS.items():
        found[name] = await _run(settings, name.removesuffix(" again"), minutes)
    with clients.connect(settings) as client:
        client.drop_database(settings.database)
    return found


async def _run(settings: Settings, night: str, minutes: int) -> Run:
    moment = NIGHTS[int(night[-1])] + timedelta(minutes=minutes)
    specs = [
        JobSpec(
            site=site,
            replay=RECORDINGS / night,
            environment={"NEWSDESK_CLOCK": moment.isoformat()},
            deadline_seconds=90,
        )
        for site in SITES
    ]
    results = await Runner(settings=settings, ledger=NoLedger()).run_all(specs)
    run = Run(results={result.site: result for result in results})
    with clients.connect(settings) as client:
        database = clients.database(client, settings)
        for name in COLLECTIONS:
            run.found[name] = {str(each["_id"]): each for each in database[name].find()}
    return run


@pytest.fixture(scope="module")
def expected() -> dict[str, Expected]:
    """Per run, what must stand in the database after it; from expected.json."""
    data = json.loads((RECORDINGS / "expected.json").read_text(encoding="utf-8"))
    articles: dict[str, Document] = {}
    found = {}
    for night in ("night-1", "night-2"):
        articles = articles | data[night]["articles"]
        found[night] = Expected(**{**data[night], "articles": articles})
        found[f"{night} again"] = found[night]
    return found


def as_printed(article: Mapping[str, Any], names: list[str]) -> Document:
    """The stored fields in the form of expected.json; what holds nothing is None."""
    found = {name: _plain(article.get(name)) for name in names}
    found["body"] = article["body"].split("\n")
    for name, parts in PARTS.items():
        value = article[name] if name != "source" else article.get(name)
        if isinstance(value, list):
            found[name] = [{part: _plain(each.get(part)) for part in parts} for each in value]
        elif value:
            found[name] = {part: _plain(value.get(part)) for part in parts}
    return found


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC).isoformat()
    return value


PARTS = {
    "authors": ("name", "description"),
    "source": ("name", "url"),
    "editors": ("name", "code"),
    "images": ("url", "caption"),
    "related": ("title", "url", "published_at", "section"),
    "hot": ("title", "url", "rank"),
    "times": ("visible", "created", "live", "updated", "zone"),
}
"""The parts of each record that are compared."""


def without_sightings(documents: Mapping[str, Document]) -> dict[str, Document]:
    """The documents without what changes each time an article is seen or looked at."""
    passing = {"last_seen_at", "checked_at", "next_check_at", "job"}
    return {
        key: {name: value for name, value in document.items() if name not in passing}
        for key, document in documents.items()
    }


def test_fixtures_are_what_the_newsroom_writes() -> None:
    written = {
        path.relative_to(RECORDINGS)
        for night in ("night-1", "night-2")
        for path in (RECORDINGS / night).iterdir()
    }
    made = files()
    assert written == {path for path in made if path.parts[0].startswith("night-")}
    stale = [str(path) for path, data in made.items() if (RECORDINGS / path).read_bytes() != data]
    assert stale == [], "run `python -m tests.support.newsroom`"


@pytest.mark.parametrize("name", RUNS)
def test_jobs_end_well(runs: dict[str, Run], name: str) -> None:
    for result in runs[name].results.values():
        assert result.state in {"ok", "partial"}, result.reason
        assert counters.LIST_FAILED.of(result.stats) == 0
        assert "log_count/CRITICAL" not in result.stats


@pytest.mark.parametrize("name", RUNS)
def test_articles_are_exactly_the_expected_ones(
    runs: dict[str, Run], expected: dict[str, Expected], name: str
) -> None:
    articles = runs[name].found["articles"]
    wanted = expected[name].articles
    assert sorted(articles) == sorted(wanted)
    for key, fields in wanted.items():
        assert as_printed(articles[key], list(fields)) == fields, key


@pytest.mark.parametrize("name", RUNS)
def test_what_is_no_article_is_recorded_with_its_reason(
    runs: dict[str, Run], expected: dict[str, Expected], name: str
) -> None:
    found = runs[name].found
    assert sorted(found["rejects"]) == expected[name].rejects
    outcomes = {
        key: [url["state"], url["reason"]]
        for key, url in found["urls"].items()
        if url["state"] not in {"stored", "rejected"}
    }
    assert outcomes == expected[name].outcomes
    stored = {key for key, url in found["urls"].items() if url["state"] == "stored"}
    assert stored == expected[name].articles.keys() - outcomes.keys()


@pytest.mark.parametrize("name", RUNS)
def test_equal_texts_are_one_story(
    runs: dict[str, Run], expected: dict[str, Expected], name: str
) -> None:
    found = runs[name].found
    stories = sorted(sorted(story["members"]) for story in found["stories"].values())
    assert stories == expected[name].stories
    for key, story in found["stories"].items():
        assert {found["articles"][member]["story"] for member in story["members"]} == {key}


def test_an_edit_makes_a_revision_and_keeps_the_earlier_state(
    runs: dict[str, Run], expected: dict[str, Expected]
) -> None:
    assert runs["night-1"].found["revisions"] == {}
    revisions = runs["night-2"].found["revisions"]
    assert sorted(revisions) == [f"{key}@1" for key in expected["night-2"].revised]
    for revision in revisions.values():
        earlier = expected["night-1"].articles[revision["article"]]
        assert as_printed(revision["document"], list(earlier)) == earlier
        assert {"title", "body", "updated_at"} <= set(revision["changed"])


def test_counters_add_up(runs: dict[str, Run], expected: dict[str, Expected]) -> None:
    first, second = runs["night-1"], runs["night-2"]
    new = expected["night-2"].articles.keys() - expected["night-1"].articles.keys()
    assert first.total(counters.NEW) == len(expected["night-1"].articles)
    assert second.total(counters.NEW) == len(new)
    assert second.total(counters.REVISED) == len(expected["night-2"].revised)
    assert first.total(counters.OFF_TOPIC) == len(expected["night-1"].rejects)
    assert first.total(counters.UNREADABLE.by("no_time")) == 2
    assert first.total(counters.UNREADABLE.by("wall")) == 1
    assert first.total(counters.NOT_COLLECTABLE.by("paid")) == 1
    assert first.total(counters.FAILED.by("not_recorded")) == 1
    assert first.total(counters.LIST_PROBLEMS) == 1
    assert second.total(counters.GONE) == 3
    for run, pairs in ((first, 2), (second, 1)):  # of two copies that come in together both count
        assert pairs <= run.total(counters.SAME_STORY) <= 2 * pairs


@pytest.mark.parametrize("night", ["night-1", "night-2"])
def test_a_second_run_changes_nothing_but_when_things_were_seen(
    runs: dict[str, Run], night: str
) -> None:
    before, after = runs[night], runs[f"{night} again"]
    assert after.total(counters.NEW) == after.total(counters.REVISED) == 0
    for name in ("articles", "revisions", "stories", "rejects"):
        assert without_sightings(before.found[name]) == without_sightings(after.found[name]), name
    for key, article in after.found["articles"].items():
        assert article["last_seen_at"] >= before.found["articles"][key]["last_seen_at"]


def test_the_data_file_matches_its_own_form() -> None:
    """expected.json holds every field of Expected and no other."""
    data = json.loads((RECORDINGS / "expected.json").read_text(encoding="utf-8"))
    empty = asdict(Expected(articles={}, rejects=[], outcomes={}, stories=[], revised=[]))
    assert all(night.keys() == empty.keys() for night in data.values())
