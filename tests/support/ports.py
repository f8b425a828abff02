"""Ports for servers that tests start themselves."""

from __future__ import annotations

import os
import random
import socket

_BELOW_EPHEMERAL = range(20_000, 32_000)
_RANDOM = random.Random(os.urandom(16))
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_WORKERS = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
_given: set[int] = set()


def free_port() -> int:
    """A port on which nothing listens now, and which no other test of this run gets.

    It lies below the range from which the kernel takes the ports of outgoing connections, so
    that it is still free when a killed server comes back. Between this answer and the server's
    start a port looks free to others, so each worker has ports of its own and gives each once.
    """
    for _attempt in range(100):
        port = _RANDOM.choice(_BELOW_EPHEMERAL[_WORKER::_WORKERS])
        if port in _given:
            continue
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        _given.add(port)
        return port
    raise RuntimeError("no free port between 20000 and 32000 on 127.0.0.1: end what occupies them")
