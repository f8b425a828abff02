"""Gets a site's pages: from the site itself by a polite crawl, from a recording or the archive."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from email.utils import format_datetime
from pathlib import Path

from attrs import define, evolve, field

from crawler.archive.cdxj import Entry, read_index
from crawler.archive.exceptions import ArchiveError
from crawler.archive_settings import archive_of
from crawler.downloads.recording import MANIFEST, RecordedPage, Recording
from crawler.kit.links.addresses import is_on
from crawler.kit.links.data import entry_anchors
from crawler.kit.page import Page
from crawler.looking.keeping import FAILED
from newsdesk.answers.archive.pages import page_of
from newsdesk.exceptions import NotArchived, NotSeen
from pipelines.config import CONFIG_ENVIRONMENT_NAME, Settings
from pipelines.timing import clock
from schedules.jobs.runner import CRAWLER, settings_environment

SECONDS = 900
"""Forty requests at a site's slowest ordinary pace."""
MOST_ARCHIVED = 300
MOST_RECORDED = 2_000
_LONGEST_WORDS = 600


@define(frozen=True, kw_only=True)
class Looked:
    """What came. failed: why the others did not, by address."""

    pages: Sequence[Page]
    failed: Mapping[str, str] = field(factory=dict)


def look(
    settings: Settings,
    *,
    key: str,
    domains: Sequence[str],
    start: str = "",
    urls: Sequence[str] = (),
    site: str = "",
    articles: int = 20,
    replay: Path | None = None,
    folder: Path | None = None,
) -> Looked:
    """Fetches a few dozen pages politely.

    What can be reached from `start`; or these `urls`; or what a known `site` lists, with so many
    `articles`. folder: where the recording of them stays, if it is to stay.

    Raises:
        NotSeen: nothing came; says why.
        RecordingError: `replay` is no recording.
    """
    with tempfile.TemporaryDirectory(prefix="newsdesk-look-") as scratch:
        target = folder or Path(scratch) / "recording"
        arguments = {"key": key, "domains": ",".join(domains), "folder": str(target.absolute())}
        if urls:
            listed = Path(scratch) / "urls.txt"
            listed.write_text("\n".join(urls), encoding="utf-8")
            arguments["urls"] = str(listed)
        arguments |= {"start": start} if start else {}
        arguments |= {"site": site, "articles": str(articles)} if site else {}
        said = _run(arguments, _environment(settings, replay))
        if not (target / MANIFEST).is_file():
            raise NotSeen(f"The site could not be looked at: {said[-_LONGEST_WORDS:].strip()}")
        found = Looked(
            pages=[page_of_recording(each) for each in Recording.read(target).pages],
            failed=_failures(target / MANIFEST),
        )
    if not any(page.root is not None for page in found.pages):
        reasons = "; ".join(f"{url}: {why}" for url, why in [*found.failed.items()][:3])
        raise NotSeen(f"No page of {start or key} came: {reasons or 'it answered nothing'}.")
    return found


def with_recorded_data(looked: Looked, folder: Path, domains: Iterable[str]) -> Looked:
    """Adds what a look cannot come upon by itself: the JSON of a recording, and the articles in it.

    Scripts put its addresses together, and what is posted stands in no page.
    """
    wanted = [*domains]
    had = {(page.url, page.posted) for page in looked.pages}
    others = [
        page_of_recording(each)
        for each in Recording.read(folder).pages[:MOST_RECORDED]
        if (each.url, each.posted) not in had and any(is_on(each.url, one) for one in wanted)
    ]
    data = [page for page in others if page.is_json]
    named = {each.url for page in data for each in entry_anchors(page, [p.url for p in others])}
    articles = [page for page in others if page.url in named]
    return evolve(looked, pages=[*looked.pages, *data, *articles[:MOST_ARCHIVED]])


def _run(arguments: Mapping[str, str], environment: Mapping[str, str]) -> str:
    """Runs the spider in a process of its own; returns what it said."""
    command = [*CRAWLER, "crawl", "look"]
    for name, value in arguments.items():
        command += ["-a", f"{name}={value}"]
    try:
        ended = subprocess.run(  # noqa: S603 - our own program, with checked arguments
            command,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NotSeen(f"Looking at the site took longer than {SECONDS} seconds.") from error
    return ended.stderr


def _environment(settings: Settings, replay: Path | None) -> dict[str, str]:
    environment = {
        **os.environ,
        **settings_environment(settings),
        "SCRAPY_SETTINGS_MODULE": "crawler.settings",
        CONFIG_ENVIRONMENT_NAME: os.devnull,
        "NEWSDESK_LOG_LEVEL": "WARNING",
    }
    if replay is not None:
        moment = Recording.read(replay).recorded_at
        environment["NEWSDESK_REPLAY"] = str(replay.absolute())
        if moment is not None:
            environment.setdefault(clock.ENVIRONMENT_NAME, moment.isoformat())
    return environment


def page_of_recording(recorded: RecordedPage) -> Page:
    """A recorded answer, with the time at which it was given."""
    headers = {name.title(): value for name, value in recorded.headers.items()}
    if recorded.recorded_at is not None:
        headers.setdefault("Date", format_datetime(recorded.recorded_at, usegmt=True))
    return Page(
        url=recorded.url,
        body=recorded.answer().body,
        headers=headers,
        status=recorded.status,
        posted=recorded.posted,
    )


def _failures(manifest: Path) -> dict[str, str]:
    data = json.loads(manifest.read_text(encoding="utf-8"))
    return {each["url"]: each["reason"] for each in data.get(FAILED, ())}


def archived(settings: Settings, domains: Iterable[str]) -> Looked:
    """The newest archived answer of each address of a site.

    Raises:
        NotSeen: the archive holds none.
    """
    wanted = [*domains]
    newest: dict[str, Entry] = {}
    archive = archive_of(settings).refreshed()
    for index in archive.indexes():
        for entry in read_index(index):
            is_ours = any(is_on(entry.url, domain) for domain in wanted)
            if is_ours and entry.date >= (newest[entry.url].date if entry.url in newest else ""):
                newest[entry.url] = entry
    pages: list[Page] = []
    failed: dict[str, str] = {}
    for url in sorted(newest, key=lambda url: newest[url].date, reverse=True)[:MOST_ARCHIVED]:
        try:
            found = page_of(settings, url, None)
        except (ArchiveError, NotArchived, OSError) as error:
            failed[url] = str(error)
            continue
        headers = {k.decode("latin-1").title(): v.decode("latin-1") for k, v in found.headers}
        status = found.entry.status
        pages.append(Page(url=url, body=found.body, headers=headers, status=status))
    if not pages:
        raise NotSeen(f"The archive holds no page of {', '.join(wanted)}: newsdesk archive list")
    return Looked(pages=pages, failed=failed)
