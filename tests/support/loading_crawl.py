"""A crawl that notes which modules it had to load: `python -P -m tests.support.loading_crawl ...`.

They stand in the file that NEWSDESK_TEST_LOADED names, a module a line.
"""

from __future__ import annotations

import os
import runpy
import sys
from pathlib import Path

if __name__ == "__main__":
    before = set(sys.modules)
    try:
        runpy.run_module("tests.support.loopback_crawl", run_name="__main__", alter_sys=True)
    finally:
        loaded = sorted(set(sys.modules) - before)
        Path(os.environ["NEWSDESK_TEST_LOADED"]).write_text("\n".join(loaded), encoding="utf-8")
