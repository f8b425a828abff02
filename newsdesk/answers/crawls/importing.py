"""Importing saved files: finds the files, describes the job, reads its warnings."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from newsdesk.exceptions import NothingToImport
from pipelines.config import Settings
from schedules.job import JobResult, JobSpec

WARNING = " WARNING: "


def import_spec(
    paths: Sequence[Path], settings: Settings, environment: Mapping[str, str]
) -> JobSpec:
    """Returns the job that imports these files and all files below these folders.

    Raises:
        NothingToImport: there are none.
    """
    files = list(dict.fromkeys(files_below(paths)))
    if not files:
        raise NothingToImport(f"{paths[0]} holds no files: name a file, or a folder with some.")
    return JobSpec(
        site="files",
        kind="import",
        arguments={"paths": f"@{_write_list(files, settings.jobs_dir)}"},
        environment=environment,
    )


def files_below(paths: Sequence[Path]) -> Iterator[Path]:
    """Every file that is named or stands below a named folder, sorted; hidden ones are left out."""
    for path in paths:
        if not path.is_dir():
            yield path.absolute()
            continue
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                if not name.startswith("."):
                    yield (Path(folder) / name).absolute()


def _write_list(files: Sequence[Path], folder: Path) -> Path:
    """Writes the names to a file: there are too many for a command line."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"import-{secrets.token_hex(6)}.paths.json"
    path.write_text(json.dumps([str(file) for file in files]), encoding="utf-8")
    return path


def warnings_of(result: JobResult) -> list[str]:
    """Returns the warnings in a job's log: which files gave no article, and why."""
    with result.log.open(encoding="utf-8", errors="replace") as log:
        return [line.partition(WARNING)[2].strip() for line in log if WARNING in line]
