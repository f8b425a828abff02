"""What `newsdesk doctor --deep` would find in a database."""

from __future__ import annotations

from pipelines.config import Settings
from pipelines.storage.soundness.examining import examine
from pipelines.storage.soundness.notes import Notes


def faults_of(settings: Settings) -> list[tuple[str, list[str]]]:
    """The kinds of faults that there are, with the first of each."""
    notes = Notes(path=settings.data_dir / "doctor" / "tests.json", wish="")
    found = [*examine(settings, lambda *_: None, notes, mend=False)]
    notes.remove()
    return [(fault.check.name, fault.examples) for fault in found]
