"""`newsdesk import`: files and folders through the same pipelines."""

from __future__ import annotations

from pathlib import Path

from pipelines.storage.queries import counts
from tests.support.command import Desk

POST = """
---
title: '{title}'
categories:
- 金融
- 新浪财经
author: 新浪财经
comments: false
date: Sat, 28 Feb 2026 14:07:50 GMT
---

<div><p>　　{title}的消息今天传来，集成电路产业链上的企业反应不一。</p>
<p>　　业内人士说，产能要到明年才能释放。</p></div>
"""


def folder_with(tmp_path: Path, *titles: str) -> Path:
    posts = tmp_path / "posts" / "2026"
    posts.mkdir(parents=True)
    for number, title in enumerate(titles):
        (posts / f"{number}.md").write_text(POST.format(title=title))
    return tmp_path / "posts"


def test_a_folder_is_walked_and_a_second_import_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "晶圆厂扩产", "封测厂停工")
    (folder / ".hidden").mkdir()
    (folder / ".hidden" / "no.md").write_text("no post")
    first = desk.call("import", folder, "--json")
    assert (first.code, first.json[0]["outcomes"]["new"]) == (0, 2)
    assert "scrapy." not in first.err, "what only its makers understand"
    second = desk.call("import", folder, "--json")
    outcomes = second.json[0]["outcomes"]
    assert (second.code, outcomes["new"], outcomes["unchanged"]) == (0, 0, 2)
    held = counts(desk.settings)
    assert (held["articles"], held["revisions"], held["jobs"]) == (2, 0, 2)


def test_a_file_that_gives_no_article_is_named(desk: Desk, tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "光刻机交付")
    (folder / "broken.md").write_text("---\ntitle: [\n---\n")
    said = desk.call("import", folder)
    assert said.code == 3
    assert "broken.md" in said.out
    assert "partial" in said.out
    assert counts(desk.settings)["articles"] == 1


def test_more_files_than_a_command_line_holds(desk: Desk, tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "芯片设计")
    for number in range(700):
        (folder / f"{'x' * 200}{number}.md").write_text("")
    said = desk.call("import", folder, "--json")
    assert said.json[0]["outcomes"]["requested"] == 701
    assert said.json[0]["outcomes"]["new"] == 1


def test_nothing_to_import(desk: Desk, tmp_path: Path) -> None:
    said = desk.call("import", tmp_path)
    assert (said.code, "holds no files" in said.err) == (2, True)
    assert desk.call("import", tmp_path / "nowhere").code == 2
