"""The C library's heap is asked about itself, in a process of its own."""

from __future__ import annotations

import subprocess
import sys

PROBE = """
import ctypes, sys, threading
from crawler.heap import LARGE, keep_small

library = ctypes.CDLL(None)
library.malloc.restype = ctypes.c_void_p
library.malloc.argtypes = [ctypes.c_size_t]
library.free.argtypes = [ctypes.c_void_p]
library.fdopen.restype = ctypes.c_void_p
library.malloc_info.argtypes = [ctypes.c_int, ctypes.c_void_p]
if sys.argv[1] == "small":
    keep_small()
library.free(library.malloc(8 * LARGE))  # a larger one that was freed
kept = library.malloc(2 * LARGE)
barrier = threading.Barrier(8)

def use():
    barrier.wait()
    library.malloc(1000)
    barrier.wait()

threads = [threading.Thread(target=use) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
library.malloc_info(0, library.fdopen(1, b"w"))
library.fflush(None)
"""


def probe(how: str) -> tuple[int, int]:
    """How many heaps there are, and blocks that come from the system."""
    command = [sys.executable, "-c", PROBE, how]
    out = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
    mapped = out.rsplit('<total type="mmap" count="', 1)[1]
    return out.count("<heap nr="), int(mapped.partition('"')[0])


def test_one_heap_for_all_threads_and_large_blocks_from_the_system() -> None:
    (many, before), (one, after) = probe("as it is"), probe("small")
    assert many > 1
    assert one == 1
    assert after == before + 1
