"""`newsdesk db reindex`."""

from __future__ import annotations

from tests.support.command import Crawled


def test_reindex_finds_nothing_to_do_after_a_crawl(crawled: Crawled) -> None:
    said = crawled.desk.run("db", "reindex")
    assert (said.code, said.out) == (0, "")
    assert "0 articles were indexed anew, 0 blocks gathered and 0 outdated" in said.err
