"""Serves one site of any size, in a process of its own, each article made when it is asked for.

`python -m tests.benchmarks.serve_nights ARTICLES NEW` prints its port. The newest NEW articles are
in the lists once `/_publish` was asked for; `/_requests` answers with what was asked since.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta

from aiohttp import web
from attrs import evolve

from tests.benchmarks.site import own_words
from tests.support.newsroom import guancha, guancha_lists
from tests.support.newsroom.model import Piece
from tests.support.newsroom.random_pieces import NEWEST, random_around, random_pieces

AROUND = 100
"""Articles of which the lists beside an article are made."""
LISTS = {
    "/mainnews-yw": ("要闻", "new-left-list"),
    "/GuanChaZheTouTiao": ("头条", "headline-list"),
}
FIRST_KEY = 500_000


class Nights:
    """Answers by path; pages are made when they are asked for."""

    def __init__(self, articles: int, new: int) -> None:
        self._pieces = [
            evolve(
                piece,
                look="news",
                key=str(FIRST_KEY + articles - number),
                published=NEWEST - number * timedelta(minutes=3),
            )
            for number, piece in enumerate(random_pieces("guancha", articles))
        ]
        self._around = [
            random_around(self._pieces[:AROUND], number) for number in range(min(articles, AROUND))
        ]
        self._articles = {guancha.url_of(piece): n for n, piece in enumerate(self._pieces)}
        self._hidden = new
        self._requests: list[str] = []

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.path == "/_requests":
            asked, self._requests = self._requests, []
            return web.json_response(asked)
        if request.path == "/_publish":
            self._hidden = 0
            return web.Response()
        url = f"https://{request.host}{request.raw_path}"
        self._requests.append(url)
        number = self._articles.get(url)
        body = self._list(request.path) if number is None else self._article(number)
        if body is None:
            return web.Response(status=404)
        return web.Response(body=body, headers={"Content-Type": "text/html; charset=utf-8"})

    def _article(self, number: int) -> bytes:
        around = self._around[number % len(self._around)]
        piece = self._pieces[number]
        own = evolve(piece, body=[own_words(text, number) for text in piece.body])
        return guancha.pages(own, around, NEWEST)[0].body

    def _list(self, path: str) -> bytes | None:
        place, _, page = path.rpartition("/list_")
        if place not in LISTS:
            return None
        number = int(page.partition(".")[0])
        first = self._hidden + (number - 1) * guancha_lists.PAGE_SIZE
        shown: list[Piece] = self._pieces[first : first + guancha_lists.PAGE_SIZE]
        name, kind = LISTS[place]
        return guancha_lists.list_pages(name, place, kind, shown)[0].body


async def serve(articles: int, new: int) -> None:
    """Serve until the process is ended."""
    runner = web.ServerRunner(web.Server(Nights(articles, new).answer))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2])))
