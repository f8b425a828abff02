"""Two sites of the operator's own, a folder and a TOML file: crawled, stored, planned, tested."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.storage.server import client as clients
from schedules.job import JobSpec
from schedules.jobs.runner import Runner
from tests.support.command import Desk
from tests.support.loopback import CRAWLER, VARIABLE
from tests.support.no_ledger import NoLedger
from tests.support.own_sites import write_fixture, write_python, write_toml
from tests.support.server import SiteServer, running
from tests.support.toml_site import TEXT, page

OURS = "https://www.ours.test/finance/11.html"
WRITTEN = "https://www.written.test/finance/2026/11/29/4711.html"
NOW = "2026-11-29T06:00:00+00:00"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    sites = tmp_path / "sites"
    sites.mkdir()
    write_python(sites, "ours")
    write_toml(sites, "written")
    return sites


@pytest.fixture
def own(desk: Desk, folder: Path) -> Desk:
    changes = {"site_folders": str(folder), "keep_unmatched": True, "delay_seconds": 0.01}
    return Desk(desk.settings.model_copy(update=changes))


def web() -> SiteServer:
    entry = f'<li><a href="{WRITTEN}">秋粮</a><span class="time">2026-11-29 13:05</span></li>'
    server = SiteServer()
    server.page("www.ours.test/", f'<a href="{OURS}">秋粮</a><a href="/about">关于</a>')
    server.page("www.written.test/roll/1.html", f'<ul class="news">{entry}</ul>')
    server.page(
        "www.written.test/api/politics.json",
        json.dumps({"data": {"list": [{"url": "/v/9.html", "title": "视频"}]}}),
        content_type="application/json",
    )
    for url in (OURS, WRITTEN):
        server.page(url.removeprefix("https://"), page())
    return server


def stored(desk: Desk) -> dict[str, dict[str, Any]]:
    with clients.connect(desk.settings) as client:
        found = clients.database(client, desk.settings)["articles"].find()
        return {each["_id"]: each for each in found}


async def test_their_articles_are_stored(own: Desk) -> None:
    async with running(web()) as server:
        specs = [
            JobSpec(
                site=site,
                environment={
                    VARIABLE: json.dumps({"*": server.address}),
                    "NEWSDESK_CLOCK": NOW,
                },
                deadline_seconds=90,
            )
            for site in ("ours", "written")
        ]
        runner = Runner(settings=own.settings, ledger=NoLedger(), program=CRAWLER)
        results = await runner.run_all(specs)
    assert [result.stats.get("newsdesk/new") for result in results] == [1, 1], results
    articles = stored(own)
    assert sorted(articles) == ["ours:11", "written:4711"]
    for article in articles.values():
        assert article["body"] == TEXT
        assert article["section"] == "finance"
    assert [articles[key]["extraction"]["method"] for key in sorted(articles)] == [
        "ours",
        "written",
    ]


def test_they_are_known_to_every_command(own: Desk, folder: Path) -> None:
    rows = own.call("sites", "--json").json
    stand = {row["site"]: (row["form"], row["stands"]) for row in rows}
    assert stand["ours"] == ("Python", str(folder / "ours"))
    assert stand["written"] == ("TOML", str(folder / "written.toml"))
    assert stand["guancha"] == ("Python", "package")
    planned = {row["schedule"]: row["site"] for row in own.call("schedules", "list", "--json").json}
    assert (planned["ours-night"], planned["written-night"]) == ("ours", "written")
    checks = {row["name"]: row for row in own.call("doctor", "--json").json}
    assert (checks["Sites"]["state"], checks["Schedules"]["state"]) == ("ok", "ok")
    saved = folder.parent / "page.html"
    saved.write_text(page(), encoding="utf-8")
    for url, key in ((OURS, "ours:11"), (WRITTEN, "written:4711")):
        assert own.run("extract", saved, "--url", url).json["_id"] == key


def test_a_broken_one_is_told_and_the_others_go_on(own: Desk, folder: Path) -> None:
    file = write_toml(folder, "broken", 'title = "坏"\nhom = "x"\n')
    said = own.call("sites", "--json")
    assert f"✗ {file}, line 2, hom: there is no key 'hom' here; do you mean home?" in said.err
    assert {"ours", "written", "sina"} <= {row["site"] for row in said.json}
    check = next(row for row in own.call("doctor", "--json").json if row["name"] == "Sites")
    assert check["state"] == "fail"
    assert str(file) in check["todo"]
    assert own.call("jobs", "list", "--site", "broken").code == 0  # what it did before is there
    crawl = own.run("crawl", "broken")
    assert crawl.code == 1
    assert f"{file}, line 2, hom" in crawl.err


def test_their_fixtures_are_run(own: Desk, folder: Path) -> None:
    title = {"title": "全国秋粮收获基本结束", "body": TEXT}
    outputs = [
        write_fixture(folder, "ours", "article.OurPage", OURS, **title),
        write_fixture(folder, "written", "WrittenPage", WRITTEN, **title),
    ]
    for output in outputs:  # whatever else there is must be said, too
        said = own.call("site", "test", output.parents[3].name, "--json")
        assert said.code == 1
        [found] = said.json
        given = {each["field"]: each["found"] for each in found["differences"]}
        assert "published_at" in given
        assert not {*title} & {*given}
        output.write_text(json.dumps({**title, **given}), encoding="utf-8")
    said = own.call("site", "test", "ours", "written")
    assert (said.code, said.out) == (0, "")
    assert "written: 3 cases" in said.err  # two addresses, and a page
    outputs[1].write_text(json.dumps({**json.loads(outputs[1].read_text()), "title": "秋粮"}))
    said = own.call("site", "test", "ours", "written")
    assert said.code == 1
    assert said.out.splitlines() == [
        "✗ WrittenPage/case title",
        "  expected 秋粮",
        "  found    全国秋粮收获基本结束",
    ]


def test_a_refusal_must_have_its_reason(own: Desk, folder: Path) -> None:
    output = write_fixture(folder, "written", "WrittenPage", WRITTEN)
    output.unlink()
    error = output.with_name("exception.json")
    error.write_text('{"import_path": "crawler.exceptions.PageGone", "msg": "gone"}')
    body = output.parent / "inputs" / "HttpResponse-body.html"
    said = own.call("site", "test", "written")
    assert "found    an article" in said.out
    body.write_text(page(title="页面不存在"), encoding="utf-8")
    assert own.call("site", "test", "written").code == 0
    body.write_text(page(more='<p class="paywall">订阅</p>'), encoding="utf-8")
    said = own.call("site", "test", "written")
    assert said.out.splitlines()[1:] == [
        "  expected PageGone gone",
        "  found    NotCollectable paid",
    ]
