"""`newsdesk doctor --deep`: does all that is stored fit together, the archive included?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Literal

from attrs import define

from newsdesk.answers.upkeep.archived_pages import ArchivedPages, look_at
from newsdesk.exceptions import NotNow
from pipelines.config import Settings
from pipelines.storage.soundness.examining import are_at_work, examine
from pipelines.storage.soundness.notes import Notes, notes_of

Progress = Callable[[str, int, int], None]


@define(frozen=True, kw_only=True)
class Finding:
    """One kind of fault. state: a fail is a fault, a note is none. count: how many there are, of
    which so many are mended now. says, mends: what is numbered so."""

    name: str
    state: Literal["note", "fail"]
    count: int
    says: str
    examples: list[str]
    todo: str
    mended: int = 0
    mends: str = ""

    @property
    def left(self) -> int:
        return self.count - self.mended


def looked_deep(
    settings: Settings, progress: Progress, *, mend: bool, whole_archive: bool
) -> Iterator[Finding]:
    """Yields each kind of fault that there is. One that was interrupted today goes on where it was.

    mend: mends what can be mended. whole_archive: looks at all pages there, else at some.

    Raises:
        NotNow: crawls are at work, and it was to mend.
    """
    if mend and are_at_work(settings):
        raise NotNow(
            "Crawls or the service are at work on this database: stop them before it is mended "
            "(newsdesk jobs list, systemctl stop newsdesk)."
        )
    notes = _notes(settings, mend=mend, whole_archive=whole_archive)
    for fault in examine(settings, progress, notes, mend=mend):
        yield Finding(
            name=fault.check.name.replace("_", " "),
            state="fail",
            count=fault.count,
            says=fault.check.says,
            examples=fault.examples,
            todo=fault.check.todo,
            mended=fault.mended,
            mends=fault.check.mends,
        )
    yield from _of_archive(look_at(settings, progress, notes, all_of_them=whole_archive))
    notes.remove()


def interrupted_at(settings: Settings, *, mend: bool, whole_archive: bool) -> datetime | None:
    """Returns when such a look was interrupted that will be gone on with; None if it will begin."""
    return _notes(settings, mend=mend, whole_archive=whole_archive).resumed_at


def _notes(settings: Settings, *, mend: bool, whole_archive: bool) -> Notes:
    return notes_of(settings, f"mend={mend} whole_archive={whole_archive}")


def _of_archive(pages: ArchivedPages) -> Iterator[Finding]:
    if pages.gone.count:
        yield Finding(
            name="pages not archived any more",
            state="note",
            count=pages.gone.count,
            says=f"pages (of {pages.looked_at:,} looked at) in files that are not there",
            examples=pages.gone.examples,
            todo="The archive's limits remove the oldest files; restore them if you want them.",
        )
    if pages.wrong.count:
        yield Finding(
            name="archived page",
            state="fail",
            count=pages.wrong.count,
            says=f"pages (of {pages.looked_at:,} looked at) that are not what the database says",
            examples=pages.wrong.examples,
            todo="Run newsdesk archive verify, then newsdesk archive repair on what it names.",
        )
