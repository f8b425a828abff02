"""Small archives, made by the archivist itself."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from attrs import define

from crawler.archive.archivist import Archivist
from crawler.archive.folder import KINDS, ArchiveFolder, Limits
from crawler.archive.records import Exchange
from pipelines.items import Archived

NOON = datetime(2026, 3, 2, 4, 0, 0, 123_000, tzinfo=UTC)
HTML = (b"Content-Type", b"text/html; charset=utf-8")
PACKED = (b"Content-Encoding", b"gzip")
FREE = {kind: Limits(days=None, size=1 << 40) for kind in KINDS}


def page(number: int, lines: int = 9) -> bytes:
    """A page of a made-up site, another one for each number."""
    digests = (hashlib.sha256(f"{number} {line}".encode()).hexdigest() for line in range(lines))
    body = "".join(f"<p>第{number}页的一行，编号{digest}。</p>" for digest in digests)
    return f"<html><title>第{number}页</title><body>{body}</body></html>".encode()


def exchange(number: int = 1, **changes: Any) -> Exchange:
    """A page that its site sent packed."""
    values: dict[str, Any] = {
        "kind": "articles",
        "url": f"https://www.example.cn/news/{number}.html?b=2&a=1",
        "at": NOON,
        "status": 200,
        "body": gzip.compress(page(number, lines=50), mtime=0),
        "response_headers": (HTML, PACKED, (b"Date", b"Mon, 02 Mar 2026 04:00:00 GMT")),
        "request_headers": ((b"Accept", b"text/html"), (b"User-Agent", b"Newsdesk/1")),
        "ip": "203.0.113.7",
    }
    return Exchange(**(values | changes))


def archivist(root: Path, **changes: Any) -> Archivist:
    """An archivist of the site "example" that has begun."""
    values: dict[str, Any] = {
        "folder": ArchiveFolder(root),
        "group": "example",
        "facts": lambda name: {"software": "Newsdesk/1"},
        "limits": FREE,
        "file_size": 1 << 28,
    }
    found = Archivist(**(values | changes))
    found.start()
    return found


@define(frozen=True)
class Written:
    """An archive and where each of its answers stands."""

    folder: ArchiveFolder
    places: list[Archived | None]

    @property
    def path(self) -> Path:
        """Its one file of articles."""
        (name,) = self.folder.names("articles")
        return self.folder.root / str(name)


def write(root: Path, exchanges: Iterable[Exchange], **changes: Any) -> Written:
    """Archive these and close the files."""
    found = archivist(root, **changes)
    places = [found.put(each) for each in exchanges]
    assert found.close(60)
    assert found.tally.error is None
    return Written(found.folder, [place.result() for place in places])
