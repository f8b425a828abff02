"""What `newsdesk doctor --deep` would find in a database."""

from __future__ import annotations

from pipelines.config import Settings
from pipelines.storage.soundness.examining import examine


def faults_of(settings: Settings) -> list[tuple[str, list[str]]]:
    """The kinds of faults that there are, with the first of each."""
    found = examine(settings, lambda *_: None, mend=False)
    return [(fault.check.name, fault.examples) for fault in found]
