"""Pauses, walls and breakers of sites and their hosts. Each call blocks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from newsdesk.answers.sites import check_site
from newsdesk.answers.who import note_change
from pipelines.config import Settings
from pipelines.storage.documents import Document
from pipelines.storage.memory.hosts import HostOverview
from pipelines.storage.operations.repositories import NightStore
from pipelines.storage.queries import opened
from pipelines.timing import clock


def hosts_listed(settings: Settings) -> list[Document]:
    """All that is known of sites and hosts."""
    with opened(settings) as database:
        return HostOverview(database).list(None)


def forget_site(settings: Settings, site: str) -> tuple[int, list[Document]]:
    """Lets the next crawl of a site ask at once; returns how many hosts were freed, and all hosts.

    Raises:
        UnknownSite: there is no such site.
    """
    check_site(site)
    with opened(settings) as database:
        ledger = HostOverview(database)
        freed = ledger.forget(site)
        note_change(NightStore(database), "site.forget", site, hosts=freed)
        return freed, ledger.list(site)


def left_alone_until(document: Mapping[str, Any]) -> tuple[datetime, Any] | None:
    """Returns until when a site or host is left alone, and why; None if it may be asked."""
    whole = document["host"] is None
    until = document.get("come_back_at" if whole else "open_until")
    if until is None or until < clock.now():
        return None
    return until, document.get("come_back_why" if whole else "reason")
