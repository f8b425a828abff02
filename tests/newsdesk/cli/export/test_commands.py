"""`newsdesk export`, as it is called, and what other programs make of its files."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import feedparser
import openpyxl
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest

from pipelines.storage.queries import opened
from tests.support.command import COMMAND, Crawled, Desk, Said
from tests.support.samples import MORNING, full_sample, sample
from tests.support.shelf import put

NUMBER = 1_234


@pytest.fixture
def filled(desk: Desk) -> Desk:
    """Some days of articles, two a minute, on two sites."""
    with opened(desk.settings) as database:
        put(
            database,
            (
                sample(
                    number,
                    site=("guancha", "sina")[number % 2],
                    published_at=MORNING - timedelta(minutes=number // 2 * 10),
                )
                for number in range(NUMBER)
            ),
        )
    return desk


def ids_in(desk: Desk, *filters: str) -> list[str]:
    """All ids of the list, page by page."""
    found: list[str] = []
    more: list[str] = []
    while True:
        said = desk.call("articles", "list", "--limit", "400", *filters, *more)
        found += [line.split("\t")[0] for line in said.out.splitlines()]
        following = re.search(r"--after (\S+)", said.err)
        if following is None:
            return found
        more = ["--after", following[1]]


def exported(desk: Desk, path: Path, *arguments: str) -> Said:
    said = desk.call("export", path, *arguments)
    assert said.code == 0, said.err
    assert said.out == ""
    return said


def lines_of(path: Path) -> list[dict[str, Any]]:
    *lines, last = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert last["_export"]["state"] == "complete"
    return lines


def test_pages_of_the_list_are_the_whole_list(filled: Desk) -> None:
    everything = ids_in(filled)
    assert len(set(everything)) == len(everything) == NUMBER
    since, until = "2026-03-01T12:00", "2026-03-02"
    some = ids_in(filled, "--since", since, "--until", until, "--site", "sina")
    assert some == [id_ for id_ in everything if id_ in set(some)]
    assert len(some) == 72


def test_every_format_holds_what_the_list_holds(filled: Desk, tmp_path: Path) -> None:
    wanted = ids_in(filled, "--site", "sina")
    for name in ("a.jsonl", "a.csv", "a.xlsx", "a.parquet"):
        said = exported(filled, tmp_path / name, "--site", "sina")
        assert (
            said.err.splitlines()[-1] == f"Complete: {len(wanted)} articles in {tmp_path / name}."
        )
        record = json.loads((tmp_path / f"{name}.export.json").read_bytes())
        assert (record["state"], record["articles"]) == ("complete", len(wanted))
    assert [each["_id"] for each in lines_of(tmp_path / "a.jsonl")] == wanted
    table = pd.read_csv(tmp_path / "a.csv", parse_dates=["published_at (Beijing)"])
    assert list(table["id"]) == wanted
    assert table["published_at (Beijing)"].is_monotonic_decreasing
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["articles"]
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == wanted


def test_parquet_is_read_by_all(filled: Desk, tmp_path: Path) -> None:
    exported(filled, tmp_path / "all", "--format", "parquet")
    files = f"{tmp_path}/all/**/*.parquet"
    wanted = set(ids_in(filled))
    assert set(pd.read_parquet(tmp_path / "all")["id"]) == wanted
    assert set(pq.read_table(tmp_path / "all").column("id").to_pylist()) == wanted
    assert set(pl.scan_parquet(files).select("id").collect()["id"]) == wanted
    days = duckdb.sql(f"select day, count(*) from '{files}' group by day order by day").fetchall()
    assert sum(number for _day, number in days) == NUMBER
    assert str(days[-1][0]) == "2026-03-02"
    counted = duckdb.sql(
        f"select count(*) from '{files}' where published_at >= '2026-03-01T16:00:00Z'"
    ).fetchone()
    assert counted == (days[-1][1],)


def test_a_parquet_row_has_all_that_an_article_has(desk: Desk, tmp_path: Path) -> None:
    with opened(desk.settings) as database:
        put(database, [full_sample(1), sample(2)])
    exported(desk, tmp_path / "a.parquet")
    full, bare = sorted(
        pq.read_table(tmp_path / "a.parquet").to_pylist(), key=lambda row: row["id"]
    )
    assert full["authors"] == ["林小舟", "何田"]
    assert full["source"] == "样报"
    assert full["topics"] == ["ic"]
    assert json.loads(full["hot"])[0] == {
        "title": "热门1",
        "rank": 1,
        "url": None,
        "comment_count": 9,
    }
    assert full["published_at"] == MORNING
    assert (bare["authors"], bare["source"], bare["hot"]) == ([], None, None)


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.xlsx", "a.parquet"])
def test_nothing_found_is_a_whole_empty_file(crawled: Crawled, tmp_path: Path, name: str) -> None:
    said = exported(crawled.desk, tmp_path / name, "--since", "2031-01-01")
    assert said.err.splitlines()[-1] == f"Complete: 0 articles in {tmp_path / name}."
    assert (tmp_path / name).exists()
    if name == "a.csv":
        assert pd.read_csv(tmp_path / name).empty


def test_a_query_finds_what_search_finds(crawled: Crawled, tmp_path: Path) -> None:
    desk = crawled.desk
    query = "芯片 OR 集成电路"
    found = desk.call("articles", "search", query, "--newest", "--limit", "500", "--json").json
    assert found["complete"]
    wanted = {article["_id"] for article in found["articles"]}
    exported(desk, tmp_path / "a.jsonl", "--query", query)
    assert {each["_id"] for each in lines_of(tmp_path / "a.jsonl")} == wanted
    assert wanted


def test_a_story_by_its_id_or_by_an_article(crawled: Crawled, tmp_path: Path) -> None:
    articles = crawled.desk.call("articles", "list", "--limit", "500", "--json").json
    one = next(article for article in articles if article.get("story"))
    copies = {each["_id"] for each in articles if each.get("story") == one["story"]}
    for name in (one["story"], one["_id"], one["url"]):
        exported(crawled.desk, tmp_path / "a.jsonl", "--story", name, "--overwrite")
        assert {each["_id"] for each in lines_of(tmp_path / "a.jsonl")} == copies
    alone = next(article for article in articles if not article.get("story"))
    said = crawled.desk.call("export", tmp_path / "b.csv", "--story", alone["_id"])
    assert said.code == 2
    assert "has no copies" in said.err


def test_standard_output(filled: Desk) -> None:
    said = filled.run("export", "-", "--format", "jsonl", "--limit", "3")
    *lines, last = [json.loads(line) for line in said.out.splitlines()]
    assert [line["_id"] for line in lines] == ids_in(filled)[:3]
    assert last == {"_export": {"state": "complete", "articles": 3}}
    assert said.err.splitlines()[-1] == "Complete: 3 articles in -."
    with filled.start("export", "-", "--format", "csv") as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert "Cut off at" in process.stderr.read().splitlines()[-1]
    assert process.returncode == 3


def test_standard_output_is_appended_where_the_shell_says_so(filled: Desk, tmp_path: Path) -> None:
    path = tmp_path / "all.jsonl"
    path.write_text('{"_id": "mine"}\n')
    with path.open("ab") as file:
        command = [*COMMAND, "export", "-", "--format", "jsonl", "--limit", "2"]
        subprocess.run(command, env=filled.environment(), stdout=file, timeout=110, check=True)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [line.get("_id") for line in lines] == ["mine", *ids_in(filled)[:2], None]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["a.csv", "--site", "sian"], "no site 'sian'"),
        (["a.csv", "--topic", "chips"], "no topic 'chips'"),
        (["a.csv", "--since", "gestern"], "is no date or time"),
        (["a.csv", "--after", "gestern"], "is no cursor"),
        (["a.csv", "--query", "芯片 AND ("], "cannot be read"),
        (["a.csv", "--titles"], "Changed headlines are a feed"),
        (["a.csv", "--resume"], "was begun"),
        (["a.atom", "--resume"], "leave out --resume"),
        (["a.atom", "--limit", "2000"], "1,000 entries at most"),
        (["a.atom", "--titles", "--query", "芯片"], "by site, topic, story and time alone"),
        (["a.txt"], "Which format"),
        (["nowhere/a.csv"], "There is no folder"),
        (["-", "--format", "xlsx"], "needs a file"),
    ],
)
def test_what_cannot_be(crawled: Crawled, tmp_path: Path, arguments: list[str], says: str) -> None:
    name, *rest = arguments
    said = crawled.desk.call("export", name if name == "-" else tmp_path / name, *rest)
    assert (said.code, said.out) == (2, "")
    assert says in said.err
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_replaced_unasked(crawled: Crawled, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("mine")
    assert "is there already" in crawled.desk.call("export", path).err
    assert path.read_text() == "mine"
    exported(crawled.desk, path, "--overwrite")
    assert len(pd.read_csv(path)) > 10
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "notes.parquet").write_text("mine")
    assert crawled.desk.call("export", folder, "--format", "parquet").code == 2
    exported(crawled.desk, folder, "--format", "parquet", "--overwrite")
    assert (folder / "notes.parquet").read_text() == "mine"
    assert "is a folder" in crawled.desk.call("export", folder, "--format", "csv").err


@pytest.mark.parametrize("ending", ["atom", "rss", "json"])
def test_feeds(crawled: Crawled, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    said = exported(crawled.desk, path, "--topic", "integrated-circuits", "--limit", "5")
    assert said.err.splitlines()[-1].startswith("Complete: ")
    newest = crawled.desk.call("articles", "list", "--limit", "5", "--json").json
    if ending == "json":
        found = json.loads(path.read_bytes())["items"]
        titles, links = [each["title"] for each in found], [each["url"] for each in found]
    else:
        read = feedparser.parse(path.read_bytes())
        assert not read.bozo
        titles = [entry.title for entry in read.entries]
        links = [entry.link for entry in read.entries]
    assert titles[-5:] == [article["title"] for article in newest]
    assert links[-5:] == [article["url"] for article in newest]
    first = path.read_bytes()
    exported(crawled.desk, path, "--topic", "integrated-circuits", "--limit", "5")
    assert path.read_bytes() == first


def test_a_feed_of_changed_headlines_and_of_silent_lists(desk: Desk, tmp_path: Path) -> None:
    with opened(desk.settings) as database:
        put(database, [sample(1, title="第三个标题")])
        article = database["articles"].find_one()
        assert article is not None
        database["articles"].update_one({}, {"$set": {"revision": 3}})
        for number, title in ((1, "第一个标题"), (2, "第二个标题")):
            at = MORNING + timedelta(hours=number)
            database["revisions"].insert_one(
                {
                    "_id": f"{article['_id']}@{number}",
                    "article": article["_id"],
                    "revision": number,
                    "stored_at": MORNING,
                    "replaced_at": at,
                    "changed": ["title", "body"],
                    "document": {**article, "title": title},
                }
            )
        database["sources"].insert_one(
            {
                "_id": "sina/roll",
                "site": "sina",
                "source": "roll",
                "checked_at": MORNING,
                "new_at": MORNING - timedelta(days=3),
                "flags": ["stale"],
                "flagged_at": MORNING,
            }
        )
    exported(desk, tmp_path / "a.atom", "--titles")
    read = feedparser.parse((tmp_path / "a.atom").read_bytes())
    assert not read.bozo
    assert [entry.title for entry in read.entries] == [
        "sina/roll has shown nothing new since 2026-02-27 09:30.",
        "第二个标题 → 第三个标题",
        "第一个标题 → 第二个标题",
    ]
    exported(desk, tmp_path / "a.atom", "--titles", "--site", "guancha", "--limit", "1")
    read = feedparser.parse((tmp_path / "a.atom").read_bytes())
    assert [entry.title for entry in read.entries] == ["第二个标题 → 第三个标题"]


def without(package: str, *arguments: str | Path, desk: Desk) -> subprocess.CompletedProcess[str]:
    """Runs a command as where a package is not installed."""
    program = (
        f"import sys; sys.modules[{package!r}] = None; from newsdesk.__main__ import main; main()"
    )
    return subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        env=desk.environment(),
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )


@pytest.mark.parametrize(("package", "name"), [("pyarrow", "a.parquet"), ("xlsxwriter", "a.xlsx")])
def test_without_the_extra(crawled: Crawled, tmp_path: Path, package: str, name: str) -> None:
    ended = without(package, "export", tmp_path / name, desk=crawled.desk)
    assert ended.returncode == 1
    assert "pip install 'newsdesk[export]'" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
    ended = without(package, "export", tmp_path / "a.csv", desk=crawled.desk)
    assert ended.returncode == 0, ended.stderr


def test_a_folder_begun_by_format_is_resumed_without(crawled: Crawled, tmp_path: Path) -> None:
    exported(crawled.desk, tmp_path / "all", "--format", "parquet")
    said = crawled.desk.call("export", tmp_path / "all", "--resume")
    assert said.code == 0, said.err
    assert said.err.startswith("Complete")
