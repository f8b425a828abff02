"""Real faults of real connections: each page is reported with its reason, and the crawl goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.crawling import Crawl, crawl
from tests.support.faults import (
    BLOCK,
    CHUNKED,
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
from tests.support.ports import free_port

HALF = b"<html><body><p>half"
# Path: what is said of the page, and how the server answers. The crawl waits two seconds for an
# answer, and takes 300,000 bytes at most.
FAULTS: dict[str, tuple[str, Answer]] = {
    "silence": ("failed/timeout", repeats(b"", b"", pause=0.1)),
    "slow-headers": ("failed/timeout", repeats(b"HTTP/1.1 200 OK\r\nX: ", b"x", pause=0.1)),
    "slow-body": ("failed/timeout", repeats(OK + b"Content-Length: 9999\r\n\r\n", b"x", pause=0.1)),
    "endless-headers": ("failed/timeout", repeats(b"HTTP/1.1 200 OK\r\n", b"X: x\r\n", pause=0.01)),
    "reset": ("failed/connection", sends(b"", reset=True)),
    "reset-in-headers": ("failed/connection", sends(b"HTTP/1.1 200 OK\r\nConte", reset=True)),
    "reset-in-body": (
        "failed/truncated",
        sends(OK + b"Content-Length: 99\r\n\r\n" + HALF, reset=True),
    ),
    "hung-up": ("failed/connection", sends(b"")),
    "short-body": ("failed/truncated", sends(OK + b"Content-Length: 99\r\n\r\n" + HALF)),
    "cut-chunk": ("failed/truncated", sends(CHUNKED + b"400\r\n" + HALF)),
    "no-last-chunk": ("failed/truncated", sends(CHUNKED + b"13\r\n" + HALF + b"\r\n")),
    "no-length-reset": ("unreadable/truncated", sends(OK + b"\r\n" + HALF, reset=True)),
    "no-length-closed": ("unreadable/truncated", sends(OK + b"\r\n" + HALF)),
    "a-part": ("unreadable/truncated", sends(page("/").replace(b"200 OK", b"206 Part"))),
    "endless-body": ("failed/too_large", repeats(OK + b"\r\n", BLOCK)),
    "endless-chunks": ("failed/too_large", repeats(CHUNKED, b"2710\r\n" + BLOCK + b"\r\n")),
    "announced-too-large": ("failed/too_large", sends(OK + b"Content-Length: 99999999\r\n\r\nx")),
    "long-header": ("failed/connection", sends(b"HTTP/1.1 200 OK\r\nX: " + BLOCK * 9 + b"\r\n")),
    "no-http": ("failed/bad_answer", sends(b"SSH-2.0-OpenSSH_9.9\r\n")),
    "two-lengths": (
        "failed/bad_answer",
        sends(OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx"),
    ),
    "redirect-to-no-host": ("failed/bad_redirect", sends(redirect("http://[::1"))),
    "redirect-to-no-port": ("failed/bad_redirect", sends(redirect("http://localhost:99999/"))),
    "redirect-to-odd-host": ("not_collectable/bad_url", sends(redirect("http://a%b.invalid/"))),
    "redirect-to-script": ("failed/bad_redirect", sends(redirect("javascript:alert(1)"))),
    "good": ("unreadable/no_page_object", sends(page("/"))),
}


async def run(folder: Path, home: str, *, robots: bool = False) -> Crawl:
    env = {
        "NEWSDESK_TEST_HOME": home,
        "NEWSDESK_TEST_ROBOTS": str(int(robots)),
        "NEWSDESK_CONCURRENCY": "8",
        "NEWSDESK_BREAKER_FAILURES": "1000",
    }
    return await crawl("local", folder, settings="tests.support.local_site", env=env)


async def test_each_fault_has_its_reason_and_the_crawl_goes_on(tmp_path: Path) -> None:
    server = FaultyServer({f"/{name}": answer for name, (_reason, answer) in FAULTS.items()})
    expected = {name: reason for name, (reason, _answer) in FAULTS.items()}
    async with serving(server) as port, serving(server, self_signed(tmp_path)) as tls_port:
        elsewhere = {
            f"https://localhost:{tls_port}/tls": "failed/tls",
            f"http://localhost:{free_port()}/refused": "failed/connection",
            f"http://{'a' * 70}.invalid/no-host": "failed/dns",  # needs no name server to fail
            "http://a,b.invalid/odd-host": "not_collectable/bad_url",
            f"http://me:opensesame@localhost:{port}/a-user": "not_collectable/bad_url",
        }
        expected |= {url.rpartition("/")[2]: reason for url, reason in elsewhere.items()}
        links = [f"/{name}" for name in FAULTS]
        server.answers["/"] = sends(page(*links[:-1], *elsewhere, links[-1]))
        done = await run(tmp_path, f"http://localhost:{port}/")
    assert done.report["finish_reason"] == "finished", done.log
    assert done.reasons() == expected
    reports = [item for item in done.items if item["item"] == "PageReport"]
    assert len(reports) == done.counted("requested") == len(expected)
    assert "Traceback" not in done.log
    assert "/tls" not in server.asked, "not a word to a server whose certificate is not right"
    details = {item["key"]: item["detail"] for item in reports}
    assert "opensesame" not in details["a-user"]
    assert min(map(len, details.values())) > len("x: "), "each says something"
    assert "certificate verify failed" in details["tls"]
    assert details["short-body"] == "the connection ended before the answer did"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (sends(OK + b"\r\n" + b"<html><body><a href='/a'>" + HALF), "list_unreadable"),
        (repeats(OK + b"\r\n", b"<a href='/a'>a</a>", pause=0.1), "timeout"),
        (sends(redirect("https://passport.invalid/visitor")), "wall"),
    ],
)
async def test_half_a_list_is_none(tmp_path: Path, answer: Answer, reason: str) -> None:
    server = FaultyServer({"/": answer})
    async with serving(server) as port:
        done = await run(tmp_path, f"http://localhost:{port}/")
    assert set(server.asked) == {"/"}
    assert done.counted("list_failed/home") == 1
    assert done.stats["newsdesk/list_error/home"].startswith(f"{reason}: ")


async def test_a_robots_txt_that_comes_too_slowly_allows_nothing(tmp_path: Path) -> None:
    server = FaultyServer({"/robots.txt": repeats(OK + b"\r\n", b"#", pause=0.1)})
    async with serving(server) as port:
        done = await run(tmp_path, f"http://localhost:{port}/", robots=True)
    assert server.asked == ["/robots.txt"]
    error = done.stats["newsdesk/list_error/home"]
    assert error.startswith("robots_unreachable: ")
    assert "could not be had (timeout: " in error
