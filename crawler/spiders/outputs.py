"""What callbacks yield: an article or its report, and the shells that led to it."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
from scrapy import Request

from pipelines.items import Article, PageReport, Sightings

SpiderOutput = Request | Article | PageReport | Sightings
Shells = tuple[PageReport, ...]
"""Reports of the shells (pages that only send the reader on) that led to an article.

They are yielded after the article: no list shows its own address, so a shell counts as dealt with
only when the article does."""


def settled(outcome: SpiderOutput, shells: Shells) -> Iterator[SpiderOutput]:
    """Yields what became of an article, then the shells that led to it.

    A request carries the shells on, so they are not yielded yet. Where the article failed, its
    shells fail too: the next run must find the way once more.
    """
    yield outcome
    if isinstance(outcome, Request):
        return
    failed = isinstance(outcome, PageReport) and outcome.state == "failed"
    for shell in shells:
        if not failed:
            yield shell
        elif shell.id != outcome.id:
            yield attrs.evolve(shell, state="failed", reason="target_failed")
