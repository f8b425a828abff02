"""What a process loads: a crawl's half of the house belongs to crawls."""

from __future__ import annotations

import http.client
import signal
from pathlib import Path

import pytest

from newsdesk.answers.operations.night import opened_night
from newsdesk.web.navigation import ENTRIES
from pipelines.storage.queries import opened
from pipelines.storage.schema.ensure import ensure_schema
from pipelines.timing import clock
from tests.support.command import ROOT, Desk
from tests.support.own_sites import write_toml
from tests.support.ports import free_port
from tests.support.samples import sample
from tests.support.shelf import put
from tests.support.waiting import until_now

CRAWL = {"scrapy", "twisted", "web_poet", "scrapy_poet", "playwright"}
"""What only crawls need."""
SELDOM = {"rjieba", "apprise", "celery", "mcp", "pyarrow", "xlsxwriter", "s3fs", "fastwarc"}
"""What few pages and commands need, and load themselves."""
READING = {"lxml", "parsel", "crawler.pages.base", "crawler.spiders.news"}
"""What reads pages; the declaration of a list may name how it is read."""
SERVING = {"fastapi", "jinja2", "uvicorn"}
DATABASE = {"pymongo", "pydantic"}

NOTING = """
import atexit, os, sys
note = lambda: open(os.environ["LOADED"], "w").write("\\n".join(sys.modules))
atexit.register(note)
"""


@pytest.fixture
def noting(tmp_path: Path) -> dict[str, str]:
    """Environment in which a process notes at its end what it has loaded."""
    folder = tmp_path / "noting"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(NOTING)  # Python loads it whenever it starts
    return {"PYTHONPATH": f"{folder}:{ROOT}", "LOADED": str(tmp_path / "loaded")}


def loaded(noting: dict[str, str]) -> set[str]:
    return set(Path(noting["LOADED"]).read_text().split("\n"))


@pytest.mark.parametrize(
    ("command", "without"),
    [
        (["--help"], CRAWL | SELDOM | READING | SERVING | DATABASE),
        (["status"], CRAWL | SELDOM | READING | SERVING),
        (["articles", "list"], CRAWL | SELDOM | READING | SERVING),
        (["jobs", "list"], CRAWL | SELDOM | READING | SERVING),
        (["schedules", "list"], CRAWL | SELDOM | READING | SERVING),
        (["sites"], CRAWL | SELDOM | SERVING | {"crawler.pages.base", "crawler.spiders.news"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_light_command_loads_no_crawl(
    desk: Desk, noting: dict[str, str], command: list[str], without: set[str]
) -> None:
    with opened(desk.settings) as database:
        ensure_schema(database)
        put(database, [sample(1)], clock.now())
    assert desk.run(*command, env=noting).code in (0, 1), "whatever it says of the night"
    assert loaded(noting) & without == set()


def test_the_console_loads_no_crawl(desk: Desk, noting: dict[str, str], tmp_path: Path) -> None:
    """Not even when each of its pages was looked at, with sites of both forms."""
    (tmp_path / "sites").mkdir()
    write_toml(tmp_path / "sites", "written")
    settings = desk.settings.model_copy(update={"site_folders": str(tmp_path / "sites")})
    port = free_port()
    with Desk(settings).started("web", "--port", str(port), env=noting) as console:
        until_now(lambda: answered(port, "/static/icon.svg"))
        pages = [*(entry.path for entry in ENTRIES), "/api/v1/sites"]
        statuses = {page: answered(port, page) for page in pages}
        assert set(statuses.values()) == {200}, statuses
        assert console.poll() is None
    modules = loaded(noting)
    assert {"crawler.sites.written", "crawler.sites.sina.site"} <= modules
    assert modules & (CRAWL | (SELDOM - {"rjieba"})) == set()
    assert modules & {"crawler.pages.base", "crawler.spiders.news"} == set()


def answered(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers={"Accept": "text/html"})
        return connection.getresponse().status
    except ConnectionRefusedError:
        return 0
    finally:
        connection.close()


def test_the_service_loads_no_crawl_and_no_site(desk: Desk, noting: dict[str, str]) -> None:
    running = Desk(desk.settings.model_copy(update={"service_port": 0})).start("up", env=noting)
    with opened_night(desk.settings) as night:
        until_now(lambda: night.leases.held("leader"))
    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=60)
    modules = loaded(noting)
    assert "schedules.service.service" in modules
    assert modules & (CRAWL | READING | SELDOM) == set()
    assert [each for each in modules if each.startswith("crawler.sites.")] == []
