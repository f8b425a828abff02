"""Serves the benchmark's site on loopback, in a process of its own.

`python -m tests.benchmarks.serve ARTICLES [packed] [own]` prints its port; packed: bodies are sent
gzipped; own: each article has sentences of its own. `/_requests` answers with the addresses that
were asked for since the last look.
"""

from __future__ import annotations

import asyncio
import gzip
import sys

from aiohttp import web

from tests.benchmarks.site import BenchSite, build


class Server:
    """Answers by Host header and path."""

    def __init__(self, site: BenchSite, *, packed: bool) -> None:
        self._answers = {
            address: (kind, gzip.compress(body, 6) if packed else body)
            for address, (kind, body) in site.answers.items()
        }
        self._headers = {"Content-Encoding": "gzip"} if packed else {}
        self._requests: list[str] = []

    async def answer(self, request: web.Request) -> web.Response:
        if request.path == "/_requests":
            asked, self._requests = self._requests, []
            return web.json_response(asked)
        address = f"{request.headers['Host']}{request.raw_path}"
        self._requests.append(f"https://{address}")
        found = self._answers.get(address)
        if found is None:
            return web.Response(status=404, text="Not Found")
        content_type, body = found
        return web.Response(body=body, headers={"Content-Type": content_type, **self._headers})


async def serve(articles: int, *, packed: bool, own: bool) -> None:
    """Serve until the process is ended."""
    application = web.Application()
    server = Server(build(articles, own=own), packed=packed)
    application.router.add_route("*", "/{path:.*}", server.answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    listener = web.TCPSite(runner, "127.0.0.1", 0)
    await listener.start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asked = sys.argv[2:]
    asyncio.run(serve(int(sys.argv[1]), packed="packed" in asked, own="own" in asked))
