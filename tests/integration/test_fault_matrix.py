"""Each fault of a network or a site: what happened, what was recorded; the crawl goes on."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

from attrs import define
from pymongo.database import Database

from pipelines.config import Settings
from schedules.jobs.runner import settings_environment
from schedules.verdicts.report import read_stats
from schedules.verdicts.verdict import judge
from tests.support.crawling import crawl
from tests.support.faults import (
    OK,
    Answer,
    FaultyServer,
    page,
    redirect,
    repeats,
    self_signed,
    sends,
    serving,
)
from tests.support.patience import at_date, in_seconds
from tests.support.ports import free_port

HALF = b"<html><body><p>half"
WALL = page("/").replace(b"<body>", b"<title>Sina Visitor System</title>")
GOOD = "unreadable/no_page_object"
"""How this site's pages end, which have no page object: they came whole."""


def throttling(status: str, headers: dict[str, str]) -> Answer:
    """Answers once with that, then with the page."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    answers = [f"HTTP/1.1 {status}\r\n{lines}Content-Length: 0\r\n\r\n".encode(), page("/")]

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(answers.pop(0) if len(answers) > 1 else answers[0])
        await writer.drain()

    return answer


def http(status: str, body: bytes = b"down") -> Answer:
    return sends(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)


@define(frozen=True)
class Fault:
    """happens: in words. recorded: state and reason in `urls`. answer: what the server does;
    None where there is none. asked: how often the page is asked for, retries included."""

    happens: str
    recorded: str
    answer: Answer | None = None
    detail: str = "."
    evidence: bool = False
    asked: int = 1


FAULTS: dict[str, Fault] = {
    "silence": Fault(
        "no answer", "failed/timeout", repeats(b"", b"", pause=0.1), "took longer than 2 s"
    ),
    "slow-body": Fault(
        "a byte now and then",
        "failed/timeout",
        repeats(OK + b"Content-Length: 9999\r\n\r\n", b"x", pause=0.1),
        "took longer",
    ),
    "reset": Fault("TCP reset", "failed/connection", sends(b"", reset=True)),
    "reset-in-body": Fault(
        "TCP reset in the body",
        "failed/truncated",
        sends(OK + b"Content-Length: 99\r\n\r\n" + HALF, reset=True),
    ),
    "short-body": Fault(
        "less than promised", "failed/truncated", sends(OK + b"Content-Length: 99\r\n\r\n" + HALF)
    ),
    "no-end": Fault(
        "no length, half a page",
        "unreadable/truncated",
        sends(OK + b"\r\n" + HALF),
        "ended before the page did",
        evidence=True,
    ),
    "error-500": Fault(
        "500", "failed/http_500", http("500 No"), "answered 500", evidence=True, asked=3
    ),
    "error-503": Fault(
        "503", "failed/http_503", http("503 No"), "answered 503", evidence=True, asked=3
    ),
    "forbidden": Fault("403", "failed/http_403", http("403 No"), evidence=True),
    "gone": Fault("410", "gone/http_410", http("410 No")),
    "seconds": Fault(
        "429, Retry-After: 1",
        GOOD,
        throttling("429 No", in_seconds(1)),
        evidence=True,
        asked=2,
    ),
    "date": Fault(
        "429, Retry-After: a date", GOOD, throttling("429 No", at_date(1)), evidence=True, asked=2
    ),
    "wall": Fault("visitor page", "unreadable/wall", sends(WALL), "wall .visitor.", evidence=True),
    "wall-redirect": Fault(
        "redirect to a login",
        "unreadable/wall",
        sends(redirect("https://passport.invalid/visitor")),
        "leads to https://passport.invalid",
        evidence=True,
    ),
    "inwards": Fault(
        "redirect to 169.254.169.254",
        "not_collectable/forbidden_address",
        sends(redirect("http://169.254.169.254/latest/")),
        "is a link_local address",
    ),
    "loop": Fault("redirects to itself", "failed/redirect_loop", sends(redirect("/loop"))),
    "bomb": Fault("a body without end", "failed/too_large", repeats(OK + b"\r\n", b"x" * 10_000)),
    "tls": Fault("an unknown certificate", "failed/tls", None, "certificate"),
    "refused": Fault("nobody listens", "failed/connection"),
    "no-host": Fault("a name that is none", "failed/dns"),
    "good": Fault("nothing", GOOD, sends(page("/")), evidence=True),
}


async def test_each_fault_is_recorded_and_the_crawl_goes_on(
    tmp_path: Path, settings: Settings, database: Database[dict[str, Any]]
) -> None:
    server = FaultyServer({f"/{name}": each.answer for name, each in FAULTS.items() if each.answer})
    async with serving(server) as port, serving(server, self_signed(tmp_path)) as tls_port:
        elsewhere = {
            "tls": f"https://localhost:{tls_port}/tls",
            "refused": f"http://localhost:{free_port()}/refused",
            "no-host": f"http://{'a' * 70}.invalid/no-host",
        }
        server.answers["/"] = sends(page(*(elsewhere.get(name, f"/{name}") for name in FAULTS)))
        done = await crawl(
            "local",
            tmp_path,
            settings="tests.support.stored_site",
            env={
                **settings_environment(settings),
                "NEWSDESK_TEST_HOME": f"http://localhost:{port}/",
                "NEWSDESK_TEST_RETRIES": "2",
                "NEWSDESK_CONCURRENCY": "4",
                "NEWSDESK_BREAKER_FAILURES": "1000",
            },
        )
    assert done.report["finish_reason"] == "finished", done.log
    assert "Traceback" not in done.log
    urls = {url["_id"].partition(":")[2]: url for url in database["urls"].find()}
    kept = {page["article"].partition(":")[2] for page in database["evidence"].find()}
    print(f"\n{'fault':15}{'what happened':40}{'recorded':36}evidence  asked")
    for name, each in FAULTS.items():
        url = urls[name]
        recorded = f"{url['state']}/{url['reason']}"
        asked = server.asked.count(f"/{name}")
        print(f"{name:15}{each.happens:40}{recorded:36}{name in kept!s:10}{asked}")
        assert (name, recorded) == (name, each.recorded)
        assert re.search(each.detail, url["detail"]), url["detail"]
        assert (name, name in kept) == (name, each.evidence)
    assert urls.keys() == FAULTS.keys()
    assert {name: server.asked.count(f"/{name}") for name in ("seconds", "date", "error-500")} == {
        name: FAULTS[name].asked for name in ("seconds", "date", "error-500")
    }
    assert done.counted("waited_seconds") == 2
    verdict = judge(read_stats(tmp_path / "stats.json"), exit_code=0, stop=None)
    print(f"job: {verdict.state}: {verdict.reason}")
    assert verdict.state == "partial"
    assert "pages could not be had" in verdict.reason
