"""Starts crawls in a moment, for `schedules.jobs.starting`: `python -P -m crawler.starter SOCKET`.

Most of the start of a crawl is loading what every crawl needs. This process loads it once and makes
a copy of itself for each crawl. Itself it has one thread, and neither an event loop nor a
connection nor a site: whatever a crawl does or breaks, the next one begins as if it were the first.

An order is announced by a packet on SOCKET (its descriptor), with which descriptors come: a socket
for this order alone, the job's log and, if there is one, the file in memory for its statistics. On
the order's socket stands a line of JSON, the command line behind `python -P -m` and the
environment. There the copy says "pid N" and begins when it has read "go"; later this process says
"exit N". What nothing comes of is closed.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import os
import runpy
import selectors
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path

from attrs import define, field

from pipelines.config import JOB_VARIABLE, MEMORY_VARIABLE, load_settings
from pipelines.timing import clock

ORDER_SECONDS = 5.0
"""In which an order has to follow its announcement."""
MOST_CRAWLS = 1000
"""After so many a new process takes the place of this one, and after a quarter of an hour of rest,
or when a file of what is loaded has changed."""
REST_SECONDS = 900.0
MARKS = (JOB_VARIABLE, "NEWSDESK_STATS_FILE")
"""By these variables others know the processes of a job (see `schedules.jobs.identity`)."""
COMPONENTS = ("EXTENSIONS", "DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES", "ITEM_PIPELINES")
BESIDES = (
    "crawler.database_memory",
    "crawler.downloads.guarded",
    "crawler.heap",
    "crawler.logs",
    "crawler.pages.entries.page",
    "crawler.pages.generic",
    "crawler.site_places.loading",
    "crawler.sources.feed",
    "crawler.sources.json_items",
    "crawler.sources.link_page",
    "crawler.sources.list_page",
    "crawler.sources.sitemap",
    "crawler.spiders.news",
    "crawler.toml_sites.classes",
    "scrapy.dupefilters",
    "scrapy.pqueues",
    "scrapy.squeues",
    "scrapy.statscollectors",
    "scrapy_poet",
    "uvloop",
)
"""What a crawl loads besides the components that its settings name."""


@define(frozen=True)
class Order:
    """A crawl to be started. talk: the socket to its runner."""

    command: list[str]
    environment: dict[str, str]
    talk: socket.socket
    log: int
    memory: int | None

    @classmethod
    def read(cls, handles: list[int]) -> Order | None:
        """Returns the order that came with these descriptors; None if its runner gave it up."""
        number, log, *memory = handles
        talk = socket.socket(fileno=number)
        talk.settimeout(ORDER_SECONDS)
        line = b""
        with suppress(OSError), talk.makefile("rb") as lines:
            line = lines.readline()
        talk.settimeout(None)
        if line.endswith(b"\n"):
            return cls(**json.loads(line), talk=talk, log=log, memory=next(iter(memory), None))
        talk.close()
        for handle in (log, *memory):
            os.close(handle)
        return None

    def close_files(self) -> None:
        """Closes here what the crawl writes to."""
        os.close(self.log)
        if self.memory is not None:
            os.close(self.memory)

    def close(self) -> None:
        """Closes all that came with it, so that its runner knows."""
        self.close_files()
        self.talk.close()


def say(talk: socket.socket, line: str) -> None:
    """Tells a runner, if it still listens."""
    with suppress(OSError):
        talk.sendall(f"{line}\n".encode())


def stamp(files: dict[str, int] | None = None) -> dict[str, int]:
    """Returns when files were changed; without any, those of all modules that are loaded."""
    if files is None:
        loaded = (getattr(module, "__file__", None) for module in tuple(sys.modules.values()))
        files = {file: 0 for file in loaded if file}
    return {file: _changed_at(file) for file in files}


def _changed_at(file: str) -> int:
    try:
        return os.stat(file).st_mtime_ns  # noqa: PTH116 - a thousand of them for each crawl
    except OSError:
        return 0


@define
class Starter:
    """Takes orders and tells how each crawl has ended.

    _crawls: each that runs, by the descriptor of its process: its id, the socket to its runner.
    """

    control: socket.socket
    _taken: int = 0
    _stamp: dict[str, int] = field(factory=stamp)
    _selector: selectors.BaseSelector = field(factory=selectors.DefaultSelector)
    _crawls: dict[int, tuple[int, socket.socket]] = field(factory=dict)

    def serve(self) -> Order | None:
        """Returns an order in the process that is to carry it out; None at the end of this one."""
        self._selector.register(self.control, selectors.EVENT_READ)
        while self._selector.get_map():
            ready = self._selector.select(None if self._crawls else REST_SECONDS)
            if not ready:
                break
            for key, _events in ready:
                if key.fileobj is not self.control:
                    self._tell_end(key.fd)
                elif order := self._take():
                    return order
        return None

    def _take(self) -> Order | None:
        handles = socket.recv_fds(self.control, 16, 3, socket.MSG_CMSG_CLOEXEC)[1]
        if not handles or self._taken == MOST_CRAWLS or stamp(self._stamp) != self._stamp:
            self._selector.unregister(self.control)  # what runs is awaited, nothing else begins
            self.control.close()
            for handle in handles:
                os.close(handle)
            return None
        order = Order.read(handles)
        if order is None:
            return None
        self._taken += 1
        try:
            process = os.fork()
        except OSError as error:
            say(order.talk, f"refused {error.strerror}")
            order.close()
            return None
        if not process:
            self._leave_to_the_first()
            return order
        order.close_files()
        handle = os.pidfd_open(process)
        self._crawls[handle] = process, order.talk
        self._selector.register(handle, selectors.EVENT_READ)
        return None

    def _tell_end(self, handle: int) -> None:
        self._selector.unregister(handle)
        os.close(handle)
        process, talk = self._crawls.pop(handle)
        _pid, status = os.waitpid(process, 0)
        say(talk, f"exit {os.waitstatus_to_exitcode(status)}")
        talk.close()

    def _leave_to_the_first(self) -> None:
        """Closes, in a copy, what belongs to the process that it was copied from."""
        self._selector.close()
        self.control.close()
        for handle, (_process, talk) in self._crawls.items():
            os.close(handle)
            talk.close()


def load() -> None:
    """Loads what every crawl needs, but no site and nothing of a job's own."""
    # Before all others, and from here: it looks through all modules for that of each frame above.
    import scrapy.core.downloader.contextfactory  # noqa: F401
    from scrapy.settings import Settings
    from scrapy.utils.misc import load_object

    settings = Settings()
    settings.setdict(
        {
            name: value
            for name, value in runpy.run_module("crawler.settings").items()
            if name.isupper()
        }
    )
    for kind in COMPONENTS:
        for component in settings.getwithbase(kind):  # Scrapy loads those that are off, too
            load_object(component)
    for name in BESIDES:
        importlib.import_module(name)
    load_settings.cache_clear()


def carry_out(order: Order) -> None:
    """Turns this copy into the process of a job and runs it, once its runner knows of it."""
    os.setsid()
    os.dup2(order.log, 1)
    os.dup2(order.log, 2)
    os.close(order.log)
    os.environ.clear()
    os.environ.update(order.environment)
    if order.memory is not None:
        os.environ[MEMORY_VARIABLE] = str(order.memory)
    time.tzset()
    clock.restart()
    importlib.invalidate_caches()
    gc.enable()
    show(shown_as(order))
    say(order.talk, f"pid {os.getpid()}")
    if order.talk.recv(8) != b"go\n":
        sys.exit("Nobody waits for this crawl any more.")
    order.talk.close()
    sys.argv = list(order.command)
    runpy.run_module(order.command[0], run_name="__main__", alter_sys=True)


def shown_as(order: Order) -> tuple[bytes, bytes]:
    """Returns the command line and the environment that others are to see of a job."""
    line = " ".join([sys.executable, "-P", "-m", *order.command])
    marks = [f"{name}={order.environment[name]}" for name in MARKS if name in order.environment]
    return os.fsencode(line), b"".join(os.fsencode(mark) + b"\0" for mark in marks)


def show(shown: tuple[bytes, bytes]) -> None:
    """Lets `ps` and /proc/PID/environ show this process as what it has become.

    Both read the memory in which the first process found its arguments and, behind them, its
    environment. A line that goes on beyond the arguments is shown as far as its end.

    Raises:
        ValueError: there is no room for it.
    """
    fields = Path("/proc/self/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    begin, middle, end = int(fields[45]), int(fields[46]), int(fields[48])
    line, environment = shown
    block = line.ljust(middle - begin + 1) + b"\0" + environment
    if len(block) > end - begin:
        raise ValueError(f"{len(block)} bytes do not fit into {end - begin}")
    ctypes.memmove(begin, block.ljust(end - begin, b"\0"), end - begin)


def main() -> None:
    """Loads, then takes orders."""
    gc.disable()
    load()
    if len(os.listdir("/proc/self/task")) > 1:  # noqa: PTH208 - its lock could be copied as taken
        sys.exit("What was loaded has started a thread: no crawl can be started from here.")
    gc.collect()
    gc.freeze()  # so that no collection of a copy touches, and so copies, what all share
    order = Starter(socket.socket(fileno=int(sys.argv[1]))).serve()
    if order is not None:
        carry_out(order)


if __name__ == "__main__":
    main()
