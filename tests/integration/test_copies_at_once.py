"""Two processes store the copies of one another's articles at the same moment."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from typing import Any

from pymongo.database import Database

from pipelines.config import Settings
from tests.support.rival_desk import PAIRS, SITES

SECONDS = 90


def test_two_hundred_pairs_stored_at_once(
    settings: Settings, database: Database[dict[str, Any]]
) -> None:
    where = [str(settings.data_dir), str(settings.db_port), settings.database]
    desks = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.support.rival_desk", *where, site],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for site in SITES
    ]
    for desk in desks:
        assert desk.stdout is not None
        assert desk.stdout.readline() == "ready\n"
    for desk in desks:
        assert desk.stdin is not None
        desk.stdin.write("go\n")
        desk.stdin.flush()
    for desk in desks:
        output, _ = desk.communicate(timeout=SECONDS)
        assert (desk.returncode, output) == (0, "done\n")

    stories = {story["_id"]: story for story in database["stories"].find()}
    linked = {each["_id"]: each.get("story") for each in database["articles"].find()}
    assert len(linked) == 2 * PAIRS
    numbers = sorted(id_.partition(":")[2] for id_ in linked)[::2]
    together = [
        number
        for number in numbers
        if linked[f"guancha:{number}"] is not None
        and linked[f"guancha:{number}"] == linked[f"sina:{number}"]
    ]
    print(f"{PAIRS} pairs at once: {PAIRS - len(together)} missed, {len(stories)} stories")
    assert len(together) >= PAIRS - 1
    assert Counter(len(story["members"]) for story in stories.values()) == {2: len(together)}
    assert set(linked.values()) - {None} == set(stories)
