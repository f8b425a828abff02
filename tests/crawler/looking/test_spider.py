from __future__ import annotations

import asyncio
import json
from itertools import pairwise
from pathlib import Path

import pytest

from crawler.downloads.recording import MANIFEST, Recording
from crawler.kit.look import MOST_REQUESTS
from newsdesk.answers.kit import looking
from newsdesk.answers.kit.looking import look
from newsdesk.exceptions import NotSeen
from pipelines.config import Settings
from tests.support import loopback
from tests.support.portal import HOME, HOST, night_pages, stories, write_night
from tests.support.server import SiteServer, running

DOMAINS = ("jiangwan.example",)


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_night(tmp_path_factory.mktemp("portal") / "night-1", 1)


def test_what_was_seen_is_a_recording(night: Path, tmp_path: Path) -> None:
    folder = tmp_path / "seen"
    found = look(
        Settings(), key="jiangwan", domains=DOMAINS, start=HOME, replay=night, folder=folder
    )
    kept = Recording.read(folder)
    assert {page.url for page in found.pages} == {page.url for page in kept.pages}
    original = Recording.read(night)
    for page in kept.pages:
        recorded = original.find(page.url)
        assert recorded is not None
        assert page.answer().body == recorded.answer().body
        assert page.recorded_at == original.recorded_at
    assert found.failed == {}


def test_robots_txt_is_obeyed(night: Path, tmp_path: Path) -> None:
    manifest = json.loads((night / MANIFEST).read_text(encoding="utf-8"))
    for page in manifest["pages"]:
        if page.get("file"):
            (tmp_path / page["file"]).write_bytes((night / page["file"]).read_bytes())
        if page["url"].endswith("/robots.txt"):
            (tmp_path / page["file"]).write_text("User-agent: *\nDisallow: /finance/\n")
    (tmp_path / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    found = look(Settings(), key="jiangwan", domains=DOMAINS, start=HOME, replay=tmp_path)
    assert not any(page.url.startswith(f"{HOME}finance/") for page in found.pages)
    reasons = {why.partition(":")[0] for url, why in found.failed.items() if "/finance/" in url}
    assert reasons == {"robots_forbidden"}


def test_a_site_that_does_not_answer_is_said(night: Path) -> None:
    with pytest.raises(NotSeen, match="not_recorded"):
        look(
            Settings(),
            key="other",
            domains=["other.example"],
            start="https://www.other.example/",
            replay=night,
        )


@pytest.mark.parametrize("host", ["127.0.0.1", "169.254.169.254"])
def test_private_addresses_are_refused(host: str, settings: Settings) -> None:
    with pytest.raises(NotSeen, match="forbidden_address"):
        look(settings, key="inside", domains=[host], start=f"http://{host}/")


async def test_a_site_is_asked_politely(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = SiteServer()
    for path, (kind, text) in night_pages(1).items():
        site.page(f"{HOST}{path}", text, content_type=f"{kind}; charset=utf-8")
    async with running(site):
        monkeypatch.setenv(loopback.VARIABLE, json.dumps({HOST: site.address}))
        monkeypatch.setattr(looking, "CRAWLER", loopback.CRAWLER)
        calm = settings.model_copy(update={"delay_seconds": 0.05})
        found = await asyncio.to_thread(look, calm, key="jiangwan", domains=DOMAINS, start=HOME)
    asked = [hit.url for hit in site.hits]
    assert len(set(asked) - {f"{HOST}/robots.txt"}) <= MOST_REQUESTS
    assert asked.count(f"{HOST}/") == 1
    assert all("Newsdesk/" in hit.headers["User-Agent"] for hit in site.hits)
    assert all(later.at > first.at for first, later in pairwise(site.hits))
    articles = [story for story in stories(1) if story.url in {page.url for page in found.pages}]
    assert len(articles) > 10


def test_given_addresses_alone_are_asked_for(night: Path) -> None:
    url = f"https://{HOST}/finance/"
    found = look(Settings(), key="jiangwan", domains=DOMAINS, urls=[url], replay=night)
    assert [page.url for page in found.pages] == [url]
