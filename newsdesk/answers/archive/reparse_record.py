"""How far a reparse has come: a file that outlives it, so that the next one goes on.

A chunk is written first and noted afterwards. Killed in between, it is done again, which changes
nothing more.
"""

from __future__ import annotations

import json
import os
import secrets
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import attrs
from attrs import define, field

from crawler.archive.folder import try_lock
from crawler.rereading.planning import Chunk
from newsdesk.exceptions import NotNow
from pipelines.rereading import Example, Outcome
from pipelines.timing import clock


@define(frozen=True, kw_only=True)
class Question:
    """What was asked for, and the rules that answer it: a run goes on only with the same."""

    sites: tuple[str, ...]
    since: datetime | None
    until: datetime | None
    fields: tuple[str, ...] | None
    limit: int | None
    rules: str

    def as_text(self) -> str:
        """Returns it in a form that can be compared."""
        return json.dumps(attrs.asdict(self), default=str, sort_keys=True)


@define(kw_only=True)
class ReparseRecord:
    """A run. job: its id. chunks: into how many each site is dealt out. done: the numbers of those
    that are written."""

    path: Path | None
    question: str
    job: str
    chunks: dict[str, int] = field(factory=dict)
    done: dict[str, set[int]] = field(factory=dict)
    outcome: Outcome = field(factory=Outcome)
    resumed: bool = False

    @classmethod
    def new(cls, path: Path | None, question: Question) -> Self:
        """Returns a run that begins."""
        job = f"reparse-{clock.now():%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
        return cls(path=path, question=question.as_text(), job=job)

    @classmethod
    @contextmanager
    def held(cls, path: Path, question: Question) -> Iterator[Self]:
        """Holds the record for as long as the run lasts; a run that ends whole leaves none.

        Raises:
            NotNow: another process has it.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path.with_suffix(".lock"), os.O_CREAT | os.O_RDWR)
        try:
            if not try_lock(descriptor):
                raise NotNow("A reparse of this database is under way: wait until it has ended.")
            record = cls._read(path)
            if record is None or record.question != question.as_text():
                record = cls.new(path, question)
                record.save()  # what is written before the first chunk is noted belongs to it
            yield record
            path.unlink(missing_ok=True)
        finally:
            os.close(descriptor)

    @classmethod
    def _read(cls, path: Path) -> Self | None:
        """Returns the run that was interrupted; None if there is none that can be read."""
        try:
            data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            outcome = data["outcome"]
            for name in ("counts", "fields", "topics", "refused"):
                outcome[name] = Counter(outcome[name])
            outcome["seconds"] = defaultdict(float, outcome["seconds"])
            outcome["examples"] = [Example(**each) for each in outcome["examples"]]
            return cls(
                path=path,
                question=data["question"],
                job=data["job"],
                chunks=dict(data["chunks"]),
                done={site: {*numbers} for site, numbers in data["done"].items()},
                outcome=Outcome(**outcome),
                resumed=True,
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def note(self, chunk: Chunk, outcome: Outcome, examples: int, notes: int) -> None:
        """Notes that a chunk is written."""
        self.done.setdefault(chunk.site, set()).add(chunk.number)
        total = self.outcome
        for name in ("counts", "fields", "topics", "refused"):
            getattr(total, name).update(getattr(outcome, name))
        for stage, seconds in outcome.seconds.items():
            total.seconds[stage] += seconds
        shown = Counter(each.field for each in total.examples)
        for each in outcome.examples:
            if shown[each.field] < examples:
                shown[each.field] += 1
                total.examples.append(each)
        total.notes += outcome.notes[: max(0, notes - len(total.notes))]
        self.save()

    def save(self) -> None:
        """Replaces the file as a whole."""
        if self.path is None:
            return
        data = {
            "question": self.question,
            "job": self.job,
            "chunks": self.chunks,
            "done": {site: sorted(numbers) for site, numbers in self.done.items()},
            "outcome": attrs.asdict(self.outcome),
        }
        draft = self.path.with_suffix(".part")
        draft.write_text(json.dumps(data, ensure_ascii=False, default=str), encoding="utf-8")
        draft.replace(self.path)
