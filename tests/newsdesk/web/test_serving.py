"""`newsdesk web` as a process: it says where it is, and stops at once and in silence."""

from __future__ import annotations

import http.client
import time
from contextlib import closing

from tests.support.command import Desk
from tests.support.ports import free_port


def test_it_stops_while_pages_are_open(desk: Desk) -> None:
    port = free_port()
    process = desk.start("web", "--port", str(port))
    assert process.stderr is not None
    assert process.stderr.readline() == f"The console: http://127.0.0.1:{port}\n"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    with closing(connection):
        connection.request("GET", "/pulse")  # it listens before it says so
        with connection.getresponse() as stream:
            assert stream.getheader("Content-Type", "").startswith("text/event-stream")
            assert stream.readline() == b": begins\n"
            began = time.monotonic()
            process.terminate()
            out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (0, "", "")
    assert time.monotonic() - began < 30
