"""Which job this process runs."""

from __future__ import annotations

import os

JOB_VARIABLE = "NEWSDESK_JOB"
"""Environment variable with the job's id, set by the runner for the crawl and all it starts."""


def job_id() -> str | None:
    """The id of the job that this process runs; None if nobody gave it one."""
    return os.environ.get(JOB_VARIABLE) or None
