"""A site whose lists and articles are put together by scripts, and pages that mean harm.

`serve` answers for all of its hosts. The front page of a list asks its API as such sites do: by
page number and with a token that only the page hands out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from aiohttp import web
from attrs import define, field

from tests.support.server import SiteServer

HOST = "www.script.example"
HOME = f"https://{HOST}"
API_HOST = "api.script.example"
TOKEN = "t0ken"
PER_PAGE = 10

_LIST = """<!doctype html><html><head><meta charset="utf-8"><title>List</title></head><body>
<div style="height: %(height)spx"></div><ul id="list"></ul>%(button)s
<script>
let page = 0, busy = false, done = false;
const origin = location.protocol + '//%(api)s';
async function more() {
  if (busy || done) return;
  busy = true;
  const query = '?page=' + (page + 1) + '&token=%(token)s&_=' + Date.now();
  const answer = await fetch(origin + '%(path)s' + query);
  const data = await answer.json();
  page += 1;
  for (const item of data.result.items) {
    const entry = document.createElement('li');
    entry.innerHTML = '<a href="' + item.url + '">' + item.title + '</a> <span>' +
      item.time + '</span>';
    document.getElementById('list').append(entry);
  }
  done = page >= data.result.pages;
  const button = document.getElementById('more');
  if (button && done) button.remove();
  busy = false;
}
%(start)s
</script></body></html>"""
_CLICK = """document.getElementById('more').addEventListener('click', more); more();"""
_SCROLL = """more().then(() => addEventListener('scroll', () => {
  if (scrollY + innerHeight > document.documentElement.scrollHeight - 400) more();
}));"""
_ARTICLE = """<!doctype html><html><head><meta charset="utf-8"><title>Article</title></head><body>
<div id="app"></div>
<script>
fetch('/text%(path)s').then((answer) => answer.json()).then((data) => {
  document.getElementById('app').innerHTML = '<article><h1>' + data.title + '</h1><time>' +
    data.time + '</time><p>' + data.body.join('</p><p>') + '</p></article>';
});
</script></body></html>"""
_PLAIN = """<!doctype html><html><head><title>第%(number)s篇文章</title></head><body><article>
<h1>第%(number)s篇文章</h1><time>2026-03-01 10:00:00</time>
<p>第%(number)s篇文章的第一段，%(text)s</p><p>%(text)s</p></article></body></html>"""
TEXT = "写得足够长，好让读者看得出这是一篇完整的文章，而不是一句话。" * 4
SHELL = """<!doctype html><html><body><div id="app"></div><script>%s</script></body></html>"""

HOSTILE: dict[str, str] = {
    "alerts": SHELL % "while (true) { alert('again'); }",
    "tabs": SHELL % "for (let i = 0; i < 100; i++) window.open('/article/1?tab=' + i);",
    "memory": SHELL
    % """const kept = []; (function grow() {
      for (let i = 0; i < 8; i++) kept.push(new Uint8Array(8 * 1024 * 1024).fill(7));
      setTimeout(grow, 5); })();""",
    "objects": SHELL % "const kept = []; while (true) kept.push('x'.repeat(100) + Math.random());",
    "spin": SHELL % "while (true) {}",
    "script-redirect": SHELL % "location.replace('http://127.0.0.1:PORT/secret');",
}


@define
class ScriptSite:
    """articles: how many; the newest has the highest number. plain_articles: not by script.

    api_refuses_plain: the API answers that there is nothing to whoever is no browser.
    broken_after: the page of the API after which it answers 500. private_port: of a server on
    this machine to which harmful pages lead.
    """

    articles: int = 50
    private_port: int = 9
    plain_articles: bool = False
    server: SiteServer = field(factory=SiteServer)
    api_refuses_plain: bool = False
    broken_after: int | None = None

    def __attrs_post_init__(self) -> None:
        for name, button, start in (
            ("clicks", '<button id="more">加载更多</button>', _CLICK),
            ("scroll", "", _SCROLL),
        ):
            fill: Mapping[str, object] = {
                "button": button,
                "start": start,
                "api": API_HOST,
                "token": TOKEN,
                "path": f"/{name}",
                "height": 3000 if name == "scroll" else 10,
            }
            self.server.page(f"{HOST}/{name}", _LIST % fill)
        self.server.page(f"{HOST}/nothing", SHELL % "")
        self.list_home()
        self.server.fallback = self._answer

    def list_home(self, harmful: Sequence[str] = ()) -> None:
        """The front page: all articles, with the harmful ones among them."""
        links = [str(number) for number in range(1, self.articles + 1)]
        for name in harmful:
            links.insert(len(links) // 2, name)
            if name in HOSTILE:
                text = HOSTILE[name].replace("PORT", str(self.private_port))
                self.server.page(f"{HOST}/article/{name}", text)
        body = "".join(f'<a href="/article/{link}">{link}</a>' for link in links)
        self.server.page(f"{HOST}/", body)
        self.server.pages[f"{HOST}/article/redirect"] = self._redirect
        self.server.pages[f"{HOST}/article/never"] = _never

    async def _redirect(self, request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(
            status=302, headers={"Location": f"http://127.0.0.1:{self.private_port}/secret"}
        )

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.host == API_HOST:
            return self._api(request)
        if request.path.startswith("/text/article/"):
            number = int(request.path.rpartition("/")[2])
            return web.json_response(
                {
                    "title": f"第{number}篇文章",
                    "time": "2026-03-01 10:00:00",
                    "body": [f"第{number}篇文章的第一段，" + TEXT, TEXT],
                }
            )
        if request.path.startswith("/article/") and self.plain_articles:
            body = _PLAIN % {"number": request.path.rpartition("/")[2], "text": TEXT}
            return web.Response(text=body, content_type="text/html", charset="utf-8")
        if request.path.startswith("/article/"):
            body = _ARTICLE % {"path": request.path}
            return web.Response(text=body, content_type="text/html", charset="utf-8")
        return web.Response(status=404, text="not here")

    def _api(self, request: web.BaseRequest) -> web.Response:
        headers = {"Access-Control-Allow-Origin": "*"}
        page = int(request.query.get("page", "0"))
        if request.query.get("token") != TOKEN:
            return web.Response(status=403, text="no token", headers=headers)
        if self.api_refuses_plain and "Sec-Fetch-Mode" not in request.headers:
            return web.json_response({"result": {"items": [], "pages": 0}}, headers=headers)
        if self.broken_after is not None and page > self.broken_after:
            return web.Response(status=500, text="broken", headers=headers)
        numbers = range(self.articles, 0, -1)[(page - 1) * PER_PAGE : page * PER_PAGE]
        items = [
            {"id": n, "url": f"/article/{n}", "title": f"第{n}篇文章", "time": "2026-03-01 10:00"}
            for n in numbers
        ]
        pages = -(-self.articles // PER_PAGE)
        return web.json_response({"result": {"items": items, "pages": pages}}, headers=headers)


async def _never(request: web.BaseRequest) -> web.StreamResponse:
    await asyncio.sleep(3600)
    raise AssertionError("nobody waits that long")
