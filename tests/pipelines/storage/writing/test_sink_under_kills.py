"""kill -9 of the writing process and of mongod, at random moments: nothing is lost or doubled."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from typing import Literal

import pytest

from pipelines.config import Settings
from pipelines.storage.queries import opened
from pipelines.storage.server import embedded
from pipelines.storage.writing.sink import replay_spool
from pipelines.storage.writing.spool import waiting
from tests.pipelines.storage.support import CUT_CONNECTIONS, kill_server
from tests.support.night_shift import ARTICLES, COPIED, EDITED, night_articles
from tests.support.rounds import rounds

pytestmark = CUT_CONNECTIONS
Victim = Literal["writer", "mongod", "both"]
LONGEST_SECONDS = 0.5
IMPATIENT = "&serverSelectionTimeoutMS=300&connectTimeoutMS=300"


class Shift:
    """Nights on one embedded server; `own_server`: its writers take it for the operator's own."""

    def __init__(self, settings: Settings, *, own_server: bool) -> None:
        self.settings = settings
        self.uri = [embedded.ensure_running(settings) + IMPATIENT] if own_server else []
        self.taken: set[str] = set()

    def start(self, night: int) -> subprocess.Popen[str]:
        program = [sys.executable, "-m", "tests.support.night_shift"]
        where = [str(self.settings.data_dir), str(self.settings.db_port), str(night)]
        return subprocess.Popen([*program, *where, *self.uri], stdout=subprocess.PIPE, text=True)

    def disturbed(self, night: int, victim: Victim, seconds: float) -> None:
        """Start a night and kill somebody in it; what was taken is in MongoDB or in the spool."""
        self.taken.clear()
        with self.start(night) as writer:
            reader = threading.Thread(target=self._read, args=(writer,))
            first = writer.stdout.readline() if writer.stdout else ""
            self.taken.update(first.split())
            reader.start()
            reader.join(seconds)
            if victim in ("mongod", "both"):
                kill_server(self.settings)
                reader.join(0.4)
            if victim in ("writer", "both"):
                writer.kill()
            elif self.uri:
                reader.join(1)
                embedded.ensure_running(self.settings)
            writer.wait(90)
            reader.join()
        embedded.ensure_running(self.settings)
        replay_spool(self.settings)
        expected = {article.id: article.title for article in night_articles(night)}
        with opened(self.settings) as database:
            wanted = {"_id": {"$in": list(self.taken)}}
            stored = {each["_id"]: each["title"] for each in database["articles"].find(wanted)}
        assert stored == {id_: expected[id_] for id_ in self.taken - {"done"}}

    def undisturbed(self, night: int) -> None:
        """The next run completes the rest."""
        with self.start(night) as writer:
            output, _ = writer.communicate(timeout=90)
        assert output.endswith("done\n")
        self.check(night)

    def check(self, night: int) -> None:
        """All collections are as after nights in which nobody was killed."""
        articles = {article.id: article for article in night_articles(night)}
        edited = [id_ for id_, each in articles.items() if int(each.key) % 800_000 % EDITED == 0]
        with opened(self.settings) as database:
            stored = {each["_id"]: each for each in database["articles"].find()}
            revisions = Counter(each["article"] for each in database["revisions"].find())
            urls = Counter(each["state"] for each in database["urls"].find())
            stories = list(database["stories"].find())
        assert {id_: each["title"] for id_, each in stored.items()} == {
            id_: each.title for id_, each in articles.items()
        }
        assert +revisions == +Counter(dict.fromkeys(edited, night))
        assert {each["revision"] for id_, each in stored.items() if id_ in edited} == {night + 1}
        assert urls == {"stored": len(articles)}
        assert len(stories) == ARTICLES // COPIED
        assert all(len(story["members"]) == 2 for story in stories)
        assert sum(each.get("story") is not None for each in stored.values()) == 2 * len(stories)
        assert waiting(self.settings.spool_dir) == 0

    def _read(self, writer: subprocess.Popen[str]) -> None:
        for line in writer.stdout or ():
            self.taken.update(line.split())


def run_nights(shift: Shift, victims: Sequence[Victim]) -> None:
    embedded.ensure_running(shift.settings)
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    dice = random.Random(seed)
    for night, victim in enumerate(victims):
        shift.disturbed(night, victim, dice.uniform(0, LONGEST_SECONDS))
        shift.undisturbed(night)


@pytest.mark.parametrize("own_server", [False, True])
def test_killed_once_each_way(own: Settings, own_server: bool) -> None:
    run_nights(Shift(own, own_server=own_server), ["writer", "mongod", "both"])


@pytest.mark.soak
@pytest.mark.parametrize("own_server", [False, True])
def test_killed_twenty_times(own: Settings, own_server: bool) -> None:
    victims: list[Victim] = ["writer", "mongod", "both", "writer", "both"] * rounds(4)
    run_nights(Shift(own, own_server=own_server), victims)
