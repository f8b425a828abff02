"""What surrounds Newsdesk: the settings that matter, the disk, the network."""

from __future__ import annotations

import os
import shutil
import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

from newsdesk.answers.operations.night import catalogue_of
from newsdesk.answers.settings import misspelt
from newsdesk.answers.sites import broken_sites, sound_sites
from newsdesk.doctor.check import Check, CheckState
from pipelines.config import Settings
from pipelines.topics.file import NoTopicsError, topics_in_force, topics_path
from schedules.alerts.channels import Channels
from schedules.exceptions import BadSchedules

LOW_BYTES = 2 * 1024**3
TOO_LOW_BYTES = 300 * 1024**2
RESOLVE_SECONDS = 4.0


def check_contact(settings: Settings) -> Check:
    """Sites can reach the operator."""
    if settings.contact:
        return Check(name="Contact", state="ok", found=settings.contact)
    return Check(
        name="Contact",
        state="warn",
        found="not set: a site's operator cannot reach you",
        todo="Set NEWSDESK_CONTACT to a mail address or a page before you crawl real sites.",
    )


def check_settings(settings: Settings) -> Check:
    """All that looks like a setting is one."""
    unknown = misspelt(settings, os.environ)
    if not unknown:
        return Check(name="Settings", state="ok", found="all are known")
    todo = "Correct these names, or remove them."
    return Check(name="Settings", state="warn", found=" ".join(unknown), todo=todo)


def check_topics(settings: Settings) -> Check:
    """The topics file can be used."""
    path = topics_path(settings)
    try:
        topics, problem = topics_in_force(settings)
    except NoTopicsError as error:
        return Check(name="Topics", state="fail", found="none in force", todo=f"{error}.")
    if problem is None:
        return Check(name="Topics", state="ok", found=f"{len(topics)} in {path}")
    return Check(
        name="Topics",
        state="warn",
        found=f"{path} is broken; the last good topics are in force",
        todo=f"Correct it: {problem}.",
    )


def check_sites() -> Check:
    """All sites can be loaded."""
    broken = broken_sites()
    number = len(sound_sites())
    if not broken:
        return Check(name="Sites", state="ok", found=f"{number} can be crawled")
    return Check(
        name="Sites",
        state="fail",
        found=f"{len(broken)} cannot be loaded; {number} can be crawled",
        todo=" ".join(broken),
    )


def check_schedules(settings: Settings) -> Check:
    """The schedules file can be used."""
    catalogue = catalogue_of(settings)
    try:
        number, mistake = len(catalogue.defined()), catalogue.mistake
    except BadSchedules as error:
        number, mistake = 0, error
    if mistake is None:
        return Check(name="Schedules", state="ok", found=f"{number} in {catalogue.where}")
    in_force = f"the last good {number} are in force" if number else "none is in force"
    todo = f"Correct it: {mistake}."
    return Check(
        name="Schedules", state="fail", found=f"{catalogue.where}: broken; {in_force}", todo=todo
    )


def check_channels(settings: Settings) -> Iterator[Check]:
    """The addresses to which alerts go are some; nothing where none is set."""
    found = Channels.of(settings).check()
    wrong = [f"{each.channel}: {each.error}" for each in found if each.error]
    if wrong:
        todo = "Correct NEWSDESK_ALERT_URLS, then: newsdesk alerts test"
        yield Check(name="Alerts", state="fail", found="; ".join(wrong), todo=todo)
    elif found:
        names = ", ".join(each.channel for each in found)
        yield Check(name="Alerts", state="ok", found=f"go to {names}")


def check_disk(settings: Settings) -> Check:
    """The data folder can be written and has room."""
    folder = settings.data_dir.absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".doctor"
        probe.write_bytes(b"x")
        probe.unlink()
    except OSError as error:
        return Check(
            name="Disk",
            state="fail",
            found=f"{folder} cannot be written ({error.strerror})",
            todo="Make it writable, or set NEWSDESK_DATA_DIR to another folder.",
        )
    return judge_disk(folder, shutil.disk_usage(folder).free)


def judge_disk(folder: Path, free: int, setting: str = "NEWSDESK_DATA_DIR") -> Check:
    """Whether `free` bytes are enough. setting: names the folder."""
    found = f"{free / 1024**3:,.1f} GB free in {folder}"
    if free >= LOW_BYTES:
        return Check(name="Disk", state="ok", found=found)
    state: CheckState = "warn" if free >= TOO_LOW_BYTES else "fail"
    todo = f"Free some room, or set {setting} to a folder on another disk."
    return Check(name="Disk", state=state, found=found, todo=todo)


def check_network(hosts: Iterable[str], seconds: float = RESOLVE_SECONDS) -> Check:
    """The sites' names can be resolved. Without network only replayed crawls work."""
    names = sorted(set(hosts))
    known: set[str] = set()
    # Daemon threads: a resolver that hangs must not keep the command from ending.
    threads = [Thread(target=_resolve, args=(name, known), daemon=True) for name in names]
    for thread in threads:
        thread.start()
    end = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    unknown = [name for name in names if name not in known]
    if not unknown:
        return Check(name="Network", state="ok", found=f"{', '.join(names)} resolve")
    return Check(
        name="Network",
        state="warn",
        found=f"cannot resolve {', '.join(unknown)}",
        todo="Check network and DNS; without them only --replay, import and extract work.",
    )


def _resolve(host: str, known: set[str]) -> None:
    with suppress(OSError):
        socket.getaddrinfo(host, 443)
        known.add(host)
