"""Ports for servers that tests start themselves."""

from __future__ import annotations

import os
import random
import socket

_BELOW_EPHEMERAL = range(20_000, 32_000)
_RANDOM = random.Random(os.urandom(16))


def free_port() -> int:
    """A port on which nothing listens now.

    It lies below the range from which the kernel takes the ports of outgoing connections, so
    that it is still free when a killed server comes back.
    """
    for _attempt in range(100):
        port = _RANDOM.choice(_BELOW_EPHEMERAL)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("no free port between 20000 and 32000 on 127.0.0.1: end what occupies them")
