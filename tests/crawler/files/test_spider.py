"""The spider of saved files."""

from __future__ import annotations

import os
from pathlib import Path

from tests.support import pages
from tests.support.crawling import crawl


async def test_each_file_is_an_article_or_a_report_that_names_it(tmp_path: Path) -> None:
    post = (
        "\n---\ntitle: '河湾镇的新码头'\ncategories:\n- 财经\nauthor: 河湾\n"
        "date: Sat, 25 Sep 2021 14:07:50 GMT\n---\n\n<div><p>第一段。</p><p>第二段。</p></div>\n"
    )
    (tmp_path / "post.md").write_text(post, encoding="utf-8")
    (tmp_path / "无名.txt").write_text(post, encoding="utf-8")
    (tmp_path / "page.html").write_text(pages.article(), encoding="utf-8")
    (tmp_path / "empty.md").write_bytes(b"")
    (tmp_path / "notes.txt").write_text("今天没有新闻。", encoding="utf-8")
    with (tmp_path / "huge.txt").open("wb") as file:
        os.truncate(file.fileno(), 9 * 1024 * 1024)
    os.mkfifo(tmp_path / "pipe")
    names = [
        "post.md",
        "无名.txt",
        "page.html",
        "empty.md",
        "notes.txt",
        "huge.txt",
        "none.txt",
        ".",
        "pipe",
        long := "x" * 300,
    ]
    done = await crawl("files", tmp_path, paths="\n".join(names))
    assert done.report["finish_reason"] == "finished", done.log
    assert [article["body"] for article in done.articles()] == ["第一段。\n第二段。"] * 2
    reasons = {name: reason.removeprefix("unreadable/") for name, reason in done.reasons().items()}
    assert reasons.pop("empty.md") in {"bad_front_matter", "no_title", "no_front_matter"}
    assert reasons == {
        "page.html": "needs_url",
        "notes.txt": "not_a_saved_page",
        "huge.txt": "too_large",
        "none.txt": "no_file",
        tmp_path.name: "no_file",
        "pipe": "no_file",
        long: "no_file",
    }
    assert done.counted("found") == done.counted("requested") == 10


async def test_paths_that_are_no_names_end_the_crawl_with_a_sentence(tmp_path: Path) -> None:
    done = await crawl("files", tmp_path, paths="[1]")
    assert done.exit_code != 0
    assert "is no array of file names" in done.log
