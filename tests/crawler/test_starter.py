"""The process that crawls are copied from: what it loads, when it begins one, when it ends."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from attrs import define

from tests.support.crawling import ROOT

SECONDS = 60.0
BARE = """
import sys, threading, time
from crawler import starter
starter.load = lambda: {load}
{changes}
starter.main()
"""
"""What it loads is the subject of one test only; the others need not wait for it."""
LOADED = """
import os, sys, gc
from crawler import starter
starter.load()
from pipelines.config import load_settings
from pymongo.synchronous.mongo_client import MongoClient
from pymongo.asynchronous.mongo_client import AsyncMongoClient
held = [each for each in gc.get_objects() if isinstance(each, (MongoClient, AsyncMongoClient))]
print(
    len(os.listdir("/proc/self/task")),
    "twisted.internet.reactor" in sys.modules,
    any(name.startswith("crawler.sites.") for name in sys.modules),
    "crawler.settings" in sys.modules,
    load_settings.cache_info().currsize,
    len(held),
    any("playwright" in name for name in sys.modules),
    len(os.listdir("/proc/self/fd")),
)
"""


@define
class Started:
    """A starter without a service."""

    process: subprocess.Popen[str]
    control: socket.socket
    folder: Path

    def order(self, *command: str) -> socket.socket:
        """Hands over an order; returns the socket on which it is told of."""
        ours, theirs = socket.socketpair()
        ours.settimeout(SECONDS)
        text = json.dumps({"command": command, "environment": {"PYTHONPATH": str(ROOT)}}).encode()
        with theirs, (self.folder / "log").open("ab") as log:
            socket.send_fds(self.control, [b"order"], [theirs.fileno(), log.fileno()])
        with suppress(BrokenPipeError):  # closed already: it takes no more
            ours.sendall(text + b"\n")
        return ours


def told(talk: socket.socket) -> str:
    """Everything until its end, which is a reset if the order was not even read."""
    try:
        return talk.makefile().read()
    except ConnectionResetError:
        return ""


@contextmanager
def started(folder: Path, changes: str = "", load: str = "None") -> Iterator[Started]:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-c", BARE.format(changes=changes, load=load), str(theirs.fileno())],
            cwd=ROOT,
            env={**os.environ, "ROOM": " " * 8192},
            pass_fds=[theirs.fileno()],
            stderr=subprocess.PIPE,
            text=True,
        )
    try:
        yield Started(process, ours, folder)
    finally:
        ours.close()
        process.communicate(timeout=SECONDS)


def test_it_holds_nothing_that_a_copy_must_not_share() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    threads, reactor, site, settings, read, clients, browser, files = done.stdout.split()
    assert (threads, reactor, site, settings) == ("1", "False", "False", "False")
    assert (read, clients, browser) == ("0", "0", "False")
    assert int(files) <= 4, "standard streams, and the folder that is listed"


def test_a_copy_begins_when_its_runner_knows_of_it(tmp_path: Path) -> None:
    with started(tmp_path) as starter, starter.order("this", "and", "that") as talk:
        assert talk.recv(100).startswith(b"pid ")
        talk.sendall(b"go\n")
        assert told(talk) == "exit 0\n"
    assert "The Zen of Python" in (tmp_path / "log").read_text()


def test_a_copy_of_which_nobody_knows_does_nothing(tmp_path: Path) -> None:
    with started(tmp_path) as starter:
        with starter.order("this") as talk:
            assert talk.recv(100).startswith(b"pid ")
        starter.control.close()
        assert starter.process.wait(SECONDS) == 0
    assert (tmp_path / "log").read_text() == "Nobody waits for this crawl any more.\n"


def test_an_order_that_was_given_up_is_forgotten(tmp_path: Path) -> None:
    with started(tmp_path) as starter:
        ours, theirs = socket.socketpair()
        with theirs, (tmp_path / "log").open("ab") as log:
            socket.send_fds(starter.control, [b"order"], [theirs.fileno(), log.fileno()])
        ours.sendall(b'{"command":')
        ours.close()
        with starter.order("this") as talk:
            assert talk.recv(100).startswith(b"pid "), "the next one is carried out"


def test_what_does_not_fit_is_refused(tmp_path: Path) -> None:
    with started(tmp_path) as starter, starter.order("this", "x" * 200_000) as talk:
        assert told(talk) == "exit 1\n"
    assert "do not fit" in (tmp_path / "log").read_text()


def test_after_many_crawls_it_takes_no_more(tmp_path: Path) -> None:
    with started(tmp_path, "starter.MOST_CRAWLS = 1") as starter:
        with starter.order("this") as first:
            assert first.recv(100).startswith(b"pid ")
            with starter.order("this") as second:
                assert told(second) == "", "closed, whether before or after the order was written"
            first.sendall(b"go\n")
            assert told(first) == "exit 0\n", "what runs is awaited"
        assert starter.process.wait(SECONDS) == 0


def test_it_ends_when_nobody_wants_anything(tmp_path: Path) -> None:
    with started(tmp_path, "starter.REST_SECONDS = 0.1") as starter:
        assert starter.process.wait(SECONDS) == 0


@pytest.mark.parametrize(
    ("load", "says"),
    [
        ("threading.Thread(target=time.sleep, args=(60,), daemon=True).start()", "a thread"),
        ("1 / 0", "ZeroDivisionError"),
    ],
)
def test_it_takes_no_order_unless_all_is_well(tmp_path: Path, load: str, says: str) -> None:
    with started(tmp_path, load=load) as starter:
        _out, said = starter.process.communicate(timeout=SECONDS)
        assert starter.process.returncode == 1
    assert says in said
