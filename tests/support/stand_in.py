"""Programs in place of a crawl: what they report, how long they take, how they go wrong."""

from __future__ import annotations

import sys

PRELUDE = """
import json, os, pathlib, signal, subprocess, sys, time
def report(state, reason=None, **stats):
    path = pathlib.Path(os.environ["NEWSDESK_STATS_FILE"])
    stats = {"newsdesk/" + name: value for name, value in stats.items()}
    data = {"state": state, "finish_reason": reason, "stats": stats}
    path.with_suffix(".new").write_text(json.dumps(data))
    path.with_suffix(".new").replace(path)
def forever():
    while True:
        time.sleep(0.05)
def end_with_the_runner():
    if os.getppid() != int(os.environ["NEWSDESK_SUPERVISOR"]):
        report("finished", "supervisor_gone")
        sys.exit(0)
"""
WELL = 'report("finished", "finished", found=30, requested=3, new=3)'


def program(script: str) -> list[str]:
    """A command line that runs the script; `report` and `forever` are at hand in it."""
    return [sys.executable, "-S", "-c", PRELUDE + script]
