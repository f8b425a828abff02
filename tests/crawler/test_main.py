from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.__main__ import modules_of
from crawler.sites import site_names
from tests.support.command import RECORDINGS
from tests.support.crawling import COLLECTING, ROOT

LOADED = """
import sys
from crawler.__main__ import main
main(["crawl", "guancha", "-a", "sections=home"])
print(*sorted(name for name in sys.modules if name.startswith(("crawler.sites.", "crawler.files"))))
"""


def test_a_crawl_loads_no_other_site(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED],
        cwd=tmp_path,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "SCRAPY_SETTINGS_MODULE": COLLECTING,
            "NEWSDESK_REPLAY": str(RECORDINGS / "night-1"),
            "NEWSDESK_TEST_ITEMS": str(tmp_path / "items.jsonl"),
        },
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    loaded = done.stdout.split()
    assert "crawler.sites.guancha.article" in loaded
    assert [name for name in loaded if not name.startswith("crawler.sites.guancha")] == []
    assert '"item": "Article"' in (tmp_path / "items.jsonl").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["files", "none-such"])
def test_for_what_is_no_site_all_spiders_are_searched(name: str) -> None:
    assert modules_of(name) == {}


def test_every_site_has_modules_of_its_own() -> None:
    modules = [modules_of(name) for name in site_names()]
    spiders = [each["SPIDER_MODULES"][0] for each in modules]
    assert len(set(spiders)) == len(modules) >= 2
