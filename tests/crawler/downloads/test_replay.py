from __future__ import annotations

import json
from pathlib import Path

from tests.support import pages
from tests.support.crawling import crawl
from tests.support.pages import article_url

POST = "user.guancha.cn/main/content?id={}"


async def test_a_crawl_from_a_recording(tmp_path: Path) -> None:
    """Relative times refer to the recording's time; what it does not hold is said."""
    recorded = {
        "https://www.guancha.cn/robots.txt": "User-agent: Newsdesk\nDisallow: /main/",
        "https://www.guancha.cn/": pages.home(
            article_url(1), article_url(2), POST.format(5), POST.format(6)
        ),
        f"http://{article_url(1)}": pages.article(),
        f"https://{POST.format(5)}": pages.post(time="55分钟前"),
        "https://user.guancha.cn/robots.txt": "User-agent: *\nDisallow: /main/content?id=6",
    }
    entries = []
    for number, (url, page) in enumerate(recorded.items()):
        (tmp_path / f"{number}.html").write_text(page, encoding="utf-8")
        entries.append({"url": url, "file": f"{number}.html"})
    entries[3]["recorded_at"] = "2026-03-01T12:00:00+08:00"
    manifest = {"recorded_at": "2026-03-02T03:00:00+08:00", "pages": entries}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    env = {"NEWSDESK_REPLAY": str(tmp_path)}
    done = await crawl("guancha", tmp_path, env=env, sections="home")
    published = {article["key"]: article["published_at"] for article in done.articles()}
    assert published == {
        "1": "2026-03-01 13:14:08+00:00",
        "fengwen-5": "2026-03-01 03:05:00+00:00",
    }
    assert done.reasons() == {"2": "failed/not_recorded", "fengwen-6": "failed/robots_forbidden"}


async def test_a_broken_recording_ends_the_crawl_with_its_sentence(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('[{"url": "https://a.cn/", "file": "a.html"}]')
    done = await crawl("guancha", tmp_path, env={"NEWSDESK_REPLAY": str(tmp_path)})
    assert done.exit_code != 0
    assert "entry 1: file 'a.html' does not exist" in done.log
