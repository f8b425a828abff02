"""A real S3 server on loopback (moto's), and what it was asked."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from attrs import define, field

from tests.support.ports import free_port
from tests.support.waiting import until_now

BUCKET = "pages"
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@define
class Buckets:
    """The server, and settings for whoever uses it. log: a line for each request."""

    port: int
    log: Path
    process: subprocess.Popen[bytes] = field(repr=False)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def settings(self, folder: str) -> dict[str, Any]:
        """Settings that ship into a folder of the bucket."""
        return {
            "archive_target": f"s3://{BUCKET}/{folder}",
            "archive_target_endpoint": self.endpoint,
            "archive_target_region": "us-east-1",
            "archive_target_key": "desk",
            "archive_target_secret": "kept-to-itself",
        }

    def asked(self, method: str, part: str) -> list[str]:
        """The requests so far whose address has this part."""
        lines = _COLOURS.sub("", self.log.read_text(errors="replace")).splitlines()
        return [line for line in lines if f'"{method} ' in line and part in line]


@contextmanager
def buckets(folder: Path) -> Iterator[Buckets]:
    """The server with one bucket, for as long as the block lasts."""
    port, log = free_port(), folder / "s3.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
            stdout=file,
            stderr=file,
        )
    found = Buckets(port, log, process)
    try:
        until_now(lambda: _answers(found))
        yield found
    finally:
        process.kill()
        process.wait()


def _answers(server: Buckets) -> bool:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        connection.request("PUT", f"/{BUCKET}")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
