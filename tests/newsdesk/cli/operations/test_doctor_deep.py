"""`newsdesk doctor --deep`: each kind of fault is planted, found, mended, and gone."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from bson import json_util
from pymongo.database import Database

from newsdesk.answers.upkeep.soundness import looked_deep
from pipelines.config import Settings
from pipelines.storage.queries import drop_database
from pipelines.storage.schema.collections import COLLECTIONS
from pipelines.storage.search.blocks import gather
from pipelines.storage.server import client as clients
from pipelines.storage.session import StorageSession
from pipelines.storage.soundness.checks import CHECKS
from tests.conftest import Server
from tests.support.command import RECORDINGS, Desk

Data = Database[dict[str, Any]]
NOBODY = "guancha:nobody"


@pytest.fixture(scope="module")
def nights(server: Server) -> Iterator[Desk]:
    """Two recorded nights of both sites, with some articles gathered in blocks."""
    desk = Desk(server.settings())
    for night in ("night-1", "night-2"):
        assert desk.run("crawl", "guancha", "sina", "--replay", RECORDINGS / night).code in {0, 3}
    asyncio.run(_gather(desk.settings))
    yield desk
    drop_database(desk.settings)


async def _gather(settings: Settings) -> None:
    async with StorageSession(settings) as session:
        assert await session.run(lambda database: gather(database, size=8)) > 0


@pytest.fixture
def stored(nights: Desk) -> Iterator[Data]:
    with clients.connect(nights.settings) as client:
        yield clients.database(client, nights.settings)


def looked(desk: Desk, *options: str) -> dict[str, Any]:
    said = desk.call("doctor", "--deep", "--json", *options)
    found = {each["name"]: each for each in said.json}
    faults = [each for each in found.values() if each["state"] == "fail" and each["left"]]
    assert said.code == bool(faults), said.err
    return found


def test_two_nights_fit_together(nights: Desk) -> None:
    assert looked(nights, "--archive") == {}
    said = nights.call("doctor", "--deep")
    assert (said.code, "fits together" in said.err) == (0, True)


def an_article(database: Data, **wanted: Any) -> dict[str, Any]:
    found = database["articles"].find_one(wanted, sort=[("_id", 1)])
    assert found is not None
    return found


def orphaned_trace(database: Data) -> None:
    trace = database["traces"].find_one({})
    assert trace is not None
    database["traces"].insert_one({**trace, "_id": NOBODY})


def orphaned_postings(database: Data) -> None:
    postings = database["postings"].find_one({})
    assert postings is not None
    database["postings"].insert_one({**postings, "_id": "nobody:1"})


def empty_block(database: Data) -> None:
    block = database["blocks"].find_one({})
    assert block is not None
    database["postings"].delete_many({"_id": {"$regex": f"^{block['_id']}:"}})


def lost_block(database: Data) -> None:
    block = database["blocks"].find_one({})
    assert block is not None
    database["postings"].delete_many({"_id": {"$regex": f"^{block['_id']}:"}})
    database["blocks"].delete_one({"_id": block["_id"]})


def untraced(database: Data) -> None:
    database["traces"].delete_one({"_id": an_article(database)["_id"]})


def orphaned_likeness(database: Data) -> None:
    pair = [an_article(database)["_id"], "z_site:1"]
    like = {"verdict": "related", "jaccard": 0.5, "whole": None, "texts": 2}
    database["likenesses"].insert_one({"_id": " ".join(pair), "articles": pair, **like})


def similar_to_nothing(database: Data) -> None:
    wanted = {"_id": an_article(database)["_id"]}
    database["articles"].update_one(wanted, {"$push": {"similar": NOBODY}})


def contains_nothing(database: Data) -> None:
    wanted = {"_id": an_article(database)["_id"]}
    database["articles"].update_one(wanted, {"$push": {"contains": NOBODY}})


def lost_story(database: Data) -> None:
    wanted = {"_id": an_article(database, story=None)["_id"]}
    story = {"story": "2026-01-01T00:00:00Z/guancha:nobody"}
    database["articles"].update_one(wanted, {"$set": story})


def a_story(database: Data) -> dict[str, Any]:
    found = database["stories"].find_one({})
    assert found is not None
    return found


def story_of_others(database: Data) -> None:
    other = an_article(database, story=None)["_id"]
    database["stories"].update_one({"_id": a_story(database)["_id"]}, {"$push": {"members": other}})


def story_that_lacks_one(database: Data) -> None:
    database["stories"].update_one({"_id": a_story(database)["_id"]}, {"$pop": {"members": 1}})


def story_without_document(database: Data) -> None:
    database["stories"].delete_one({"_id": a_story(database)["_id"]})


def stored_nowhere(database: Data) -> None:
    url = database["urls"].find_one({"state": "stored"})
    assert url is not None
    database["urls"].insert_one({**url, "_id": NOBODY})


def unknown_url(database: Data) -> None:
    database["urls"].delete_one({"_id": an_article(database)["_id"]})


def stored_reject(database: Data) -> None:
    reject = database["rejects"].find_one({})
    assert reject is not None
    database["rejects"].insert_one({**reject, "_id": an_article(database)["_id"]})


def orphaned_evidence(database: Data) -> None:
    at = {"captured_at": an_article(database)["stored_at"]}
    page = {"site": "guancha", "url": "u", "reason": "r", "size": 1, "compressed_size": 1}
    expires = database["rejects"].find_one({}, {"expires_at": 1, "_id": 0})
    assert expires is not None
    database["evidence"].insert_one({"article": NOBODY, **page, **at, **expires})


def doubled_sighting(database: Data) -> None:
    sighting = database["sightings"].find_one({"until": None})
    assert sighting is not None
    earlier = sighting["at"].replace(year=2020)
    database["sightings"].insert_one({**sighting, "_id": "earlier", "at": earlier})


def lost_job(database: Data) -> None:
    at = an_article(database)["stored_at"]
    slot = {"schedule": "night", "due_at": at, "state": "done", "job": "nobody"}
    database["slots"].insert_one({"_id": "night@1", **slot})


MENDABLE: dict[str, tuple[Callable[[Data], None], ...]] = {
    "orphaned trace": (orphaned_trace,),
    "orphaned postings": (orphaned_postings,),
    "empty block": (empty_block,),
    "lost block": (lost_block,),
    "untraced": (untraced,),
    "orphaned likeness": (orphaned_likeness,),
    "similar to nothing": (similar_to_nothing,),
    "contains nothing": (contains_nothing,),
    "lost story": (lost_story, story_without_document),
    "ill told story": (story_of_others, story_that_lacks_one),
    "stored nowhere": (stored_nowhere,),
    "unknown url": (unknown_url,),
    "stored reject": (stored_reject,),
    "orphaned evidence": (orphaned_evidence,),
    "doubled sighting": (doubled_sighting,),
    "lost job": (lost_job,),
}


@pytest.mark.parametrize(
    ("name", "plant"), [(name, plant) for name, some in MENDABLE.items() for plant in some]
)
def test_a_fault_is_found_and_mended(
    nights: Desk, stored: Data, name: str, plant: Callable[[Data], None]
) -> None:
    plant(stored)
    before = stored["articles"].count_documents({})
    found = looked(nights)
    assert found[name]["count"] > 0
    assert found[name]["examples"]
    mended = looked(nights, "--mend")
    assert mended[name]["mended"] == mended[name]["count"]
    assert looked(nights) == {}
    assert stored["articles"].count_documents({}) == before


def test_what_cannot_be_mended_stays_and_says_what_to_do(nights: Desk, stored: Data) -> None:
    revision = stored["revisions"].find_one({})
    assert revision is not None
    stored["revisions"].delete_one({"_id": revision["_id"]})
    said = nights.call("doctor", "--deep", "--mend")
    assert said.code == 1
    assert "articles lack an earlier state" in said.out
    assert "newsdesk restore --into NAME" in " ".join(said.out.split())
    stored["revisions"].insert_one({**revision, "_id": "guancha:nobody@1", "article": NOBODY})
    found = looked(nights)
    assert found.keys() == {"lost text", "lost state"}
    stored["revisions"].delete_one({"_id": "guancha:nobody@1"})
    stored["revisions"].insert_one(revision)
    assert looked(nights) == {}


def test_documents_of_another_form_are_named_and_break_no_check(nights: Desk, stored: Data) -> None:
    for name in COLLECTIONS:
        stored[name].insert_one({"_id": 7, "at": "noon"}, bypass_document_validation=True)
    found = looked(nights)
    for name in COLLECTIONS:
        assert found[f"form of {name}"]["examples"] == ["7"]
        stored[name].delete_one({"_id": 7})
    assert looked(nights) == {}


def test_every_kind_of_fault_is_planted_here() -> None:
    assert {each.name.replace("_", " ") for each in CHECKS} == {
        *(f"form of {name}" for name in COLLECTIONS),
        *MENDABLE,
        "lost text",
        "lost state",
    }


def test_pages_in_the_archive_are_those_that_are_named(nights: Desk, stored: Data) -> None:
    article = an_article(stored, archive={"$ne": None})
    place, wanted = article["archive"], {"_id": article["_id"]}
    stored["articles"].update_one(wanted, {"$set": {"archive.digest": "sha1:ANOTHER"}})
    assert "another page" in looked(nights, "--archive")["archived page"]["examples"][0]
    stored["articles"].update_one(wanted, {"$set": {"archive": {**place, "offset": 7}}})
    assert looked(nights, "--archive")["archived page"]["count"] == 1
    gone = {**place, "file": "articles/2020-01-01/guancha-0001.warc.gz"}
    stored["articles"].update_one(wanted, {"$set": {"archive": gone}})
    found = looked(nights, "--archive")
    assert found["pages not archived any more"]["state"] == "note"
    stored["articles"].update_one(wanted, {"$set": {"archive": place}})
    assert looked(nights, "--archive") == {}


def test_nothing_is_mended_while_crawls_are_at_work(nights: Desk, stored: Data) -> None:
    at = an_article(stored)["stored_at"]
    lease = {"_id": "leader", "owner": "host:1:2", "since": at, "until": at.replace(year=2126)}
    stored["leases"].insert_one(lease)
    said = nights.call("doctor", "--deep", "--mend")
    stored["leases"].delete_one({"_id": "leader"})
    assert (said.code, "stop them" in said.err) == (1, True)


LOOK = """
import sys
from pathlib import Path
from newsdesk.answers.upkeep import archived_pages, soundness
from pipelines.config import Settings
from pipelines.storage.soundness import examining
examining.PART = examining.BATCH = archived_pages.NOTED = 10
data_dir, port, database, halts, mend = sys.argv[1:]
settings = Settings(data_dir=Path(data_dir), db_port=int(port), database=database)
def told(what, done, total):
    if what == halts and done >= 20:
        print(done, flush=True)
        sys.stdin.readline()
list(soundness.looked_deep(settings, told, mend=bool(mend), whole_archive=True))
"""


def killed_look(settings: Settings, halts: str, *, mend: bool) -> dict[str, Any]:
    """What is noted of a look that was killed in the middle of something."""
    where = [str(settings.data_dir), str(settings.db_port), settings.database]
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", LOOK, *where, halts, "yes" if mend else ""],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert int(process.stdout.readline()) >= 20
    process.kill()
    process.communicate()
    path = settings.data_dir / "doctor" / f"{settings.database}.json"
    found: dict[str, Any] = json_util.loads(path.read_text())["seen"]
    return found


def test_a_look_that_was_killed_goes_on_where_it_was(nights: Desk, stored: Data) -> None:
    trace = stored["traces"].find_one({})
    assert trace is not None
    lost = [{**trace, "_id": f"guancha:lost{number:02}"} for number in range(30)]
    says = "traces belong to no article"
    for mend in (False, True):
        stored["traces"].insert_many(lost)
        noted = killed_look(nights.settings, says, mend=mend)["orphaned_trace"]
        assert (noted["is_done"], noted["looked_at"]) == (False, 20)
        options = ["--mend"] if mend else []
        said = nights.call("doctor", "--deep", "--archive", "--json", *options)
        assert "Going on where it was interrupted" in said.err
        (found,) = said.json
        assert (found["count"], found["mended"]) == (30, 30 if mend else 0)
        if not mend:
            stored["traces"].delete_many({"_id": {"$regex": "lost"}})
    assert not (nights.settings.data_dir / "doctor" / f"{stored.name}.json").exists()


def test_a_look_through_the_archive_that_was_killed_goes_on(nights: Desk, stored: Data) -> None:
    pages = stored["articles"].count_documents({"archive": {"$ne": None}})
    noted = killed_look(nights.settings, "pages of articles", mend=False)["archive: articles"]
    assert noted["looked_at"] == 10
    assert pages > 20
    places: list[int] = []

    def told(what: str, done: int, _total: int) -> None:
        if what == "pages of articles":
            places.append(done)

    assert [*looked_deep(nights.settings, told, mend=False, whole_archive=True)] == []
    assert places == [*range(11, pages + 1)]


def test_to_mend_is_to_look_deep(nights: Desk) -> None:
    said = nights.call("doctor", "--mend")
    assert (said.code, "add --deep" in said.err) == (2, True)
