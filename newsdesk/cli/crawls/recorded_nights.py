"""The demo: two recorded nights of two sites, crawled by the real spiders into a real MongoDB."""

from __future__ import annotations

import shutil
from pathlib import Path

from attrs import define

import newsdesk
from newsdesk.exceptions import NotInCheckout
from pipelines.config import Settings
from pipelines.storage.queries import drop_database
from schedules.job import JobResult, JobSpec

DATABASE = "newsdesk_demo"
SITES = ("guancha", "sina")
NIGHTS = ("night-1", "night-2")
DEADLINE_SECONDS = 300.0
SHOWN_ARTICLES = 12
# The demo shows the shipped topics, whatever the operator has set.
ENVIRONMENT = {"NEWSDESK_TOPICS": "", "NEWSDESK_KEEP_UNMATCHED": "false"}


@define(frozen=True, kw_only=True)
class Night:
    """A recorded night and what crawling it brought."""

    title: str
    results: list[JobResult]


def find_recordings() -> list[Path]:
    """The recorded nights, in order.

    Raises:
        NotInCheckout: this Newsdesk was installed without them.
    """
    folder = Path(newsdesk.__path__[0]).parent / "fixtures" / "recordings"
    nights = [folder / night for night in NIGHTS]
    missing = [night for night in nights if not (night / "manifest.json").is_file()]
    if missing:
        raise NotInCheckout(
            f"The demo needs the recorded sites of a source checkout, and {missing[0]} is not "
            "there: clone the repository and run `make demo` in it."
        )
    return nights


def demo_settings(settings: Settings) -> Settings:
    """The operator's settings, on the demo's own database."""
    return settings.model_copy(update={"database": DATABASE})


def night_specs(recording: Path) -> list[JobSpec]:
    """The jobs of one night."""
    return [
        JobSpec(
            site=site,
            replay=recording,
            environment=ENVIRONMENT,
            deadline_seconds=DEADLINE_SECONDS,
        )
        for site in SITES
    ]


def prepare(settings: Settings) -> None:
    """Empty the demo's database and spool."""
    drop_database(settings)
    shutil.rmtree(settings.spool_dir, ignore_errors=True)
