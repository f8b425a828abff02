"""A process that stores one made-up night through the sink, to be killed in the middle of it.

As a program: DATA_DIR PORT NIGHT [URI]. It prints the ids of each batch once the sink has taken
it, and "done" at the end.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

from pydantic import SecretStr

from pipelines.config import Settings
from pipelines.items import Article
from pipelines.storage.session import StorageSession
from pipelines.storage.writing.sink import Sink
from tests.support.samples import sample

ARTICLES = 240
BATCH = 12
EDITED = 7
COPIED = 5


def night_articles(night: int) -> Iterator[Article]:
    """Every seventh article is edited each night; every fifth has a copy on the other site."""
    for number in range(ARTICLES):
        yield _article(number, night, "guancha")
    for number in range(0, ARTICLES, COPIED):
        yield _article(number, night, "sina")


def _article(number: int, night: int, site: str) -> Article:
    edition = f"（第{night}版）" if number % EDITED == 0 else ""
    return sample(number, site=site, title=f"第{number}号车间的消息{edition}")


async def work(settings: Settings, night: int) -> None:
    """Store the night, batch by batch."""
    session = StorageSession(settings)
    sink = Sink(session, settings, lambda _counter, _number: None, heal_seconds=0.2)
    await sink.open()
    articles = list(night_articles(night))
    for start in range(0, len(articles), BATCH):
        batch = articles[start : start + BATCH]
        await sink.write(batch)
        print(*(article.id for article in batch), flush=True)
    await sink.close()
    await session.close()
    print("done", flush=True)


if __name__ == "__main__":
    _program, _folder, _port, _night, *_uri = sys.argv
    asyncio.run(
        work(
            Settings(
                data_dir=Path(_folder),
                db_port=int(_port),
                mongodb_uri=SecretStr(_uri[0]) if _uri else None,
            ),
            int(_night),
        )
    )
