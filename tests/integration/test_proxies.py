"""A proxy with a password: used for http and https, per site, never logged, and not a way round."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import attrs
import pytest
from pydantic import SecretStr

from crawler.downloads.proxies import proxies_for
from crawler.sites.guancha.site import GUANCHA
from pipelines.config import Settings
from pipelines.written.of_sites import SiteSettings
from tests.support.crawling import Crawl, crawl
from tests.support.faults import FaultyServer, page, self_signed, sends, serving
from tests.support.proxy import Proxy, proxying

USER, PASSWORD = "desk", "hunter2 ü%"
QUOTED = "hunter2%20%C3%BC%25"


async def run(folder: Path, home: str, **env: str) -> Crawl:
    env = {"NEWSDESK_TEST_HOME": home, **env}
    return await crawl("local", folder, settings="tests.support.rebinding", env=env)


async def test_http_goes_through_it_and_its_password_nowhere_else(tmp_path: Path) -> None:
    proxy = Proxy(USER, PASSWORD)
    async with proxying(proxy) as port:
        address = f"http://{USER}:{QUOTED}@127.0.0.1:{port}"
        done = await run(tmp_path, "http://news.invalid/", NEWSDESK_PROXY=address)
        asked = [f"GET http://news.invalid/{path} HTTP/1.1" for path in ("", "a")]
        assert proxy.asked == asked
        assert done.reasons() == {"a": "unreadable/no_page_object"}
        everything = done.log + json.dumps(done.report) + json.dumps(done.items)
        key = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        for secret in (PASSWORD, QUOTED, "hunter2", key):
            assert secret not in everything

        proxy.asked.clear()
        answers = {"NEWSDESK_TEST_ANSWERS": '{"in.invalid": [["10.0.0.1"]]}'}
        done = await run(tmp_path, "http://in.invalid/", NEWSDESK_PROXY=address, **answers)
        assert done.stats["newsdesk/list_error/home"].startswith("forbidden_answer: in.invalid")
        done = await run(tmp_path, "http://127.0.0.1/", NEWSDESK_PROXY=address)
        assert done.stats["newsdesk/list_error/home"].startswith("forbidden_address: ")
        assert proxy.asked == []

        wrong = f"http://{USER}:wrong@127.0.0.1:{port}"
        done = await run(tmp_path, "http://news.invalid/", NEWSDESK_PROXY=wrong)
        assert done.stats["newsdesk/list_error/home"].startswith("http_407: ")


async def test_https_is_tunnelled_and_verified_at_the_end_of_the_tunnel(tmp_path: Path) -> None:
    server = FaultyServer({"/": sends(page("/a"))})
    proxy = Proxy(USER, PASSWORD)
    async with serving(server, self_signed(tmp_path)) as tls_port, proxying(proxy) as port:
        proxy.tunnel_port = tls_port
        sites = {"local": {"proxy": f"http://{USER}:{QUOTED}@127.0.0.1:{port}"}}
        env = {"NEWSDESK_SITES": json.dumps(sites)}
        done = await run(tmp_path, "https://news.invalid/", **env)
    assert proxy.asked[0] == "CONNECT news.invalid:443 HTTP/1.1"
    assert done.stats["newsdesk/list_error/home"].startswith("tls: ")
    assert "news.invalid" in done.stats["newsdesk/list_error/home"], "the name is verified"
    assert server.asked == [], "not a word to a server that is not news.invalid"
    assert "hunter2" not in done.log


def settings(proxy: str | None = None, own: str | None = None) -> Settings:
    site = SiteSettings(proxy=SecretStr(own) if own else None)
    return Settings(proxy=SecretStr(proxy) if proxy else None, sites={"guancha": site})


def test_the_sites_own_proxy_goes_before_that_for_all_and_that_before_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert proxies_for(GUANCHA, settings()) == {}
    monkeypatch.setenv("https_proxy", "http://env:1")
    assert proxies_for(GUANCHA, settings()) == {"https": "http://env:1"}
    everywhere = {"http": "http://all:2", "https": "http://all:2"}
    assert proxies_for(GUANCHA, settings("http://all:2")) == everywhere
    assert proxies_for(GUANCHA, settings("http://all:2", "http://own:3"))["https"] == "http://own:3"
    assert proxies_for(GUANCHA, settings("http://all:2", "direct")) == {}
    never = attrs.evolve(GUANCHA, proxy="never")
    assert proxies_for(never, settings("http://all:2", "http://own:3")) == {}
