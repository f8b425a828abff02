"""Real crawls that a starter begins: each with its site's files of now, and nothing of another."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

import pytest
from attrs import define

from pipelines.counting import counters
from schedules.job import JobResult, JobSpec
from schedules.jobs.runner import Runner
from schedules.jobs.starting import PYTHON, Starter
from tests.support.command import Desk
from tests.support.loopback import CRAWLER, VARIABLE
from tests.support.no_ledger import NoLedger
from tests.support.own_sites import write_python, write_toml
from tests.support.server import SiteServer, running
from tests.support.toml_site import page

LOADING = (*PYTHON, "tests.support.loading_crawl")
ARTICLE = "https://www.{site}.test/finance/{path}.html"
MANY = 30


@define
class Crawls:
    """Crawls of two sites of the operator's own."""

    desk: Desk
    folder: Path
    starter: Starter
    address: str

    async def run(self, site: str, program: Sequence[str] = CRAWLER, **given: str) -> JobResult:
        """One crawl. It must not have been started anew."""
        environment = {
            VARIABLE: json.dumps({"*": self.address}),
            "NEWSDESK_CLOCK": "2026-11-29T06:00:00+00:00",
            "NEWSDESK_TEST_LOADED": str(self.folder / "loaded"),
            **given,
        }
        runner = Runner(
            settings=self.desk.settings, ledger=NoLedger(), program=program, starter=self.starter
        )
        result = await runner.run(JobSpec(site=site, environment=environment, deadline_seconds=60))
        assert self.starter._failed_at is None
        return result


@pytest.fixture(scope="module")
def starter() -> Iterator[Starter]:
    starter = Starter()
    yield starter
    starter.close()


@pytest.fixture
async def crawls(desk: Desk, tmp_path: Path, starter: Starter) -> AsyncIterator[Crawls]:
    sites = tmp_path / "sites"
    sites.mkdir()
    write_python(sites, "ours")
    write_toml(sites, "written")
    own = {"site_folders": str(sites), "keep_unmatched": True, "delay_seconds": 0.01}
    settings = desk.settings.model_copy(update=own)
    server = SiteServer()
    found = ARTICLE.format(site="ours", path="11")
    server.page("www.ours.test/", f'<a href="{found}">秋粮</a>')
    server.page(found.removeprefix("https://"), page())
    async with running(server):
        yield Crawls(Desk(settings), sites, starter, server.address)


def stored(result: JobResult) -> object:
    return result.stats.get("newsdesk/new")


async def test_a_changed_site_counts_with_the_next_job(crawls: Crawls) -> None:
    assert stored(await crawls.run("ours")) == 1
    process = crawls.starter._process
    urls = crawls.folder / "ours" / "urls.py"
    text = urls.read_text()
    urls.write_text(text.replace('key=found["key"]', 'key="changed-" + found["key"]'))
    assert stored(await crawls.run("ours")) == 1, "it has another key now"
    urls.write_text("import os\nos._exit(9)\n")
    broken = await crawls.run("ours")
    assert (broken.state, broken.exit_code) == ("failed", 9)
    urls.write_text(text)
    assert stored(await crawls.run("ours")) is None, "known, by its first key"
    written = crawls.folder / "written.toml"
    written.write_text("hom = 1\n" + written.read_text())
    refused = await crawls.run("written")
    assert (refused.state, refused.exit_code) == ("failed", 1)
    assert "there is no key 'hom' here" in refused.log.read_text()
    assert crawls.starter._process is process, "no fault of a site touched it"


async def test_a_crawl_loads_little_of_its_own(crawls: Crawls) -> None:
    result = await crawls.run("ours", LOADING)
    assert stored(result) == 1, result
    loaded = (crawls.folder / "loaded").read_text().split()
    own = [
        name for name in loaded
        if not name.startswith(("tests.", "crawler.sites", "crawler.browser", "encodings."))
    ]  # fmt: skip
    assert len(own) <= MANY, own


async def test_a_crawl_may_be_small(crawls: Crawls) -> None:
    """Its memory is its own, though it begins with what the starter has loaded."""
    result = await crawls.run("ours")
    assert 50_000_000 < counters.PEAK_MEMORY.of(result.stats) < 200_000_000
