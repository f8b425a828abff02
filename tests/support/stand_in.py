"""Programs in place of a crawl: what they report, how long they take, how they go wrong.

As a program, it runs the script that it is given: so a starter can begin it, too.
"""

from __future__ import annotations

import sys

from schedules.jobs.starting import PYTHON

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


def warm_program(script: str) -> list[str]:
    """The same for a starter."""
    return [*PYTHON, "tests.support.stand_in", script]


if __name__ == "__main__":
    exec(PRELUDE + sys.argv.pop(1))  # noqa: S102 - it is what a test wants to be run
