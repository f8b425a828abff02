"""Every site with a recording of its own: two nights, crawled as jobs into a real MongoDB.

`fixtures/recordings/SITE/` holds `night-1`, `night-2` and `expected.json`: what must stand in the
database after each, by those who wrote the pages. A site that has one is tested, nothing else is
to be said here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from attrs import define

from pipelines.counting import counters
from pipelines.storage.server import client as clients
from schedules.job import JobResult, JobSpec
from schedules.jobs.runner import Runner
from tests.conftest import Server
from tests.support.newsroom.load import RECORDINGS
from tests.support.no_ledger import NoLedger
from tests.support.warm import STARTER

NIGHTS = ("night-1", "night-2")
SITES = sorted(path.parent.name for path in RECORDINGS.glob("*/expected.json"))
QUICK = {"caixin", "chinanews", "ifeng", "people"}
"""Their lists are of every kind that there is; the other sites are for `make soak`."""
EACH = [pytest.param(site, marks=[] if site in QUICK else pytest.mark.soak) for site in SITES]

Document = dict[str, Any]


@define(kw_only=True)
class Night:
    """A night's jobs by site, and what stood in the database after it."""

    results: dict[str, JobResult]
    articles: dict[str, Document]
    urls: dict[str, Document]
    revisions: list[Document]


@pytest.fixture(scope="module")
async def nights(server: Server, request: pytest.FixtureRequest) -> dict[str, Night]:
    """Both nights of all sites that this run asks about, in one database."""
    ours = (item for item in request.session.items if item.path == request.path)
    asked = (getattr(item, "callspec", None) for item in ours)
    wanted = {spec.params.get("site") for spec in asked if spec is not None}
    sites = [site for site in SITES if site in wanted]
    settings = server.settings().model_copy(update={"keep_unmatched": True})
    found = {}
    for name in NIGHTS:
        specs = [_spec(site, name) for site in sites]
        runner = Runner(settings=settings, ledger=NoLedger(), starter=STARTER)
        results = await runner.run_all(specs)
        with clients.connect(settings) as client:
            database = clients.database(client, settings)
            found[name] = Night(
                results={result.site: result for result in results},
                articles={each["_id"]: each for each in database["articles"].find()},
                urls={each["_id"]: each for each in database["urls"].find()},
                revisions=[*database["revisions"].find()],
            )
    with clients.connect(settings) as client:
        client.drop_database(settings.database)
    return found


def _spec(site: str, night: str) -> JobSpec:
    folder = RECORDINGS / site / night
    moment = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["recorded_at"]
    return JobSpec(
        site=site,
        replay=folder,
        environment={"NEWSDESK_CLOCK": moment},
        deadline_seconds=90,
    )


def expected(site: str, night: str) -> dict[str, Any]:
    """What must stand after a night: its own articles and outcomes over those before it."""
    data = json.loads((RECORDINGS / site / "expected.json").read_text(encoding="utf-8"))
    found: dict[str, Any] = {"articles": {}, "outcomes": {}, "revised": []}
    for name in NIGHTS[: NIGHTS.index(night) + 1]:
        found["articles"] |= data[name]["articles"]
        found["outcomes"] |= data[name]["outcomes"]
        found["revised"] = data[name]["revised"]
    return found


def of_site(documents: Mapping[str, Document], site: str) -> dict[str, Document]:
    return {key: each for key, each in documents.items() if key.startswith(f"{site}:")}


def as_printed(article: Document, names: list[str]) -> Document:
    """The stored fields in the form of expected.json."""
    found = {name: article.get(name) for name in names}
    for name in ("authors", "editors"):
        found[name] = [each["name"] for each in article[name]]
    source, moment = article["source"], article["published_at"]
    assert isinstance(moment, datetime)
    return found | {
        "body": article["body"].split("\n"),
        "source": source["name"] if source else None,
        "published_at": moment.replace(tzinfo=UTC).isoformat(),
    }


def test_there_are_recorded_sites() -> None:
    assert {*SITES} > QUICK
    for site in SITES:
        assert {path.name for path in Path(RECORDINGS / site).iterdir()} == {
            *NIGHTS,
            "expected.json",
        }


@pytest.mark.parametrize("night", NIGHTS)
@pytest.mark.parametrize("site", EACH)
def test_all_that_the_lists_show_is_accounted_for(
    nights: dict[str, Night], site: str, night: str
) -> None:
    result = nights[night].results[site]
    assert result.state == "ok", result.reason
    assert counters.LIST_FAILED.of(result.stats) == 0
    assert counters.FAILED.of(result.stats) == 0
    assert "log_count/ERROR" not in result.stats


@pytest.mark.parametrize("night", NIGHTS)
@pytest.mark.parametrize("site", EACH)
def test_what_stands_in_the_database_is_what_was_written(
    nights: dict[str, Night], site: str, night: str
) -> None:
    wanted = expected(site, night)
    articles = of_site(nights[night].articles, site)
    assert sorted(articles) == sorted(wanted["articles"])
    for key, fields in wanted["articles"].items():
        assert as_printed(articles[key], list(fields)) == fields, key
    outcomes = {
        key: [url["state"], url["reason"]]
        for key, url in of_site(nights[night].urls, site).items()
        if url["state"] != "stored"
    }
    assert outcomes == wanted["outcomes"]


@pytest.mark.parametrize("site", EACH)
def test_an_edit_makes_a_revision(nights: dict[str, Night], site: str) -> None:
    revised = {each["article"] for each in nights["night-2"].revisions}
    assert [*filter(lambda key: key.startswith(f"{site}:"), sorted(revised))] == sorted(
        expected(site, "night-2")["revised"]
    )
