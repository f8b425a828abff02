"""Sites whose lists show one more article each time they are asked."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from tests.support.own_sites import write_toml
from tests.support.server import Handler, SiteServer
from tests.support.toml_site import page

SITE = """
title = "示例新闻网"
home = "https://www.example.com/"
domains = ["example.com"]

[[lists]]
kind = "pages"
name = "latest"
title = "滚动"
url = "https://www.example.com/roll/{page}.html"
entry = "ul.news > li"
link = "a"
time = "span.time"

[articles]
hosts = ["www.example.com"]
pattern = '/(?P<section>[a-z]+)/(?P<day>\\d{4}/\\d{2}/\\d{2})/(?P<key>\\d+)\\.html'
address = "https://www.example.com/{section}/{day}/{key}.html"

[article.fields]
title = ["h1.title"]
time = [".info"]
body = "#content"
"""
FIRST, MOST = 4, 200
"""Articles of a list at first, and at the end."""
MOMENT = "2026-11-29T06:00:00+00:00"


class GrowingSites:
    """So many sites on one server. shown: articles that each has shown so far."""

    def __init__(self, folder: Path, keys: list[str]) -> None:
        self.shown = dict.fromkeys(keys, FIRST - 1)
        self.server = SiteServer()
        for key in keys:
            write_toml(folder, key, SITE)
            self.server.page(f"www.{key}.test/roll/1.html")
            self.server.pages[f"www.{key}.test/roll/1.html"] = self._list(key)
            self.server.page(f"www.{key}.test/robots.txt", content_type="text/plain")
            for number in range(MOST):
                html = page(
                    title=f"{key} 第{number}篇报道", body=f"<p>{key} 记者{number}。</p>" * 9
                )
                self.server.page(f"www.{key}.test{_path(number)}", html)

    def articles(self) -> list[str]:
        """Ids of all articles that any list has shown."""
        return sorted(f"{key}:{1000 + n}" for key, most in self.shown.items() for n in range(most))

    def _list(self, key: str) -> Handler:
        async def answer(_request: web.BaseRequest) -> web.StreamResponse:
            self.shown[key] = min(self.shown[key] + 1, MOST)
            entries = "".join(
                f'<li><a href="https://www.{key}.test{_path(number)}">第{number}篇</a>'
                f'<span class="time">2026-11-29 {10 + number // 60}:{number % 60:02}</span></li>'
                for number in reversed(range(self.shown[key]))
            )
            return web.Response(text=f'<ul class="news">{entries}</ul>', content_type="text/html")

        return answer


def _path(number: int) -> str:
    return f"/finance/2026/11/29/{1000 + number}.html"
