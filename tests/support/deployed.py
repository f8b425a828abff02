"""What the files of `deploy/` say, read as far as the tests ask."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from attrs import define

from tests.support.command import ROOT

DEPLOY = ROOT / "deploy"
BIN = Path(sys.executable).parent
INSTALLED = "/opt/newsdesk/bin"
"""Where the image and the units expect the commands of the environment."""


def judge(program: str | Path, *arguments: str | Path) -> tuple[int, str]:
    """Runs a program of this environment, or of the system; its exit code and all that it said."""
    command = [str(BIN / program), *map(str, arguments)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return ended.returncode, ended.stdout + ended.stderr


def files() -> list[Path]:
    """All of them, but for the lock, which is made."""
    return sorted(path for path in DEPLOY.rglob("*") if path.is_file() and path.suffix != ".lock")


@define(frozen=True)
class Unit:
    """A unit of systemd. settings: each key of its sections with its values in order."""

    path: Path
    settings: dict[str, list[str]]

    @classmethod
    def of(cls, name: str) -> Unit:
        path = DEPLOY / "systemd" / name
        settings: dict[str, list[str]] = {}
        for line in path.read_text(encoding="utf-8").splitlines():
            key, equals, value = line.partition("=")
            if equals and not line.startswith("#"):
                settings.setdefault(key, []).append(value)
        return cls(path, settings)

    def command(self, bin_folder: Path) -> list[str]:
        """What it starts, with the commands of another environment."""
        (line,) = self.settings["ExecStart"]
        return shlex.split(line.replace(INSTALLED, str(bin_folder)))

    def environment(self, state: Path) -> dict[str, str]:
        """The variables that it sets. state: what stands for /var/lib."""
        said = (value.replace("%S", str(state)) for value in self.settings["Environment"])
        return dict(value.split("=", 1) for value in said)


def units() -> list[str]:
    return sorted(path.name for path in (DEPLOY / "systemd").glob("*.service"))


@define(frozen=True)
class Step:
    """An instruction of the Dockerfile, and the stage in which it stands."""

    stage: int
    word: str
    text: str


def dockerfile() -> list[Step]:
    """Its instructions in order; comments and line breaks are gone."""
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    text = re.sub(r"^ *#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ")
    steps, stage = [], -1
    for line in text.splitlines():
        word, _blank, rest = line.partition(" ")
        stage += word == "FROM"
        if word:
            steps.append(Step(stage, word, " ".join(rest.split())))
    return steps


def healthcheck() -> list[str]:
    """The command by which the image is looked at."""
    (check,) = (step.text for step in dockerfile() if step.word == "HEALTHCHECK")
    words: list[str] = yaml.safe_load(check.partition("CMD ")[2])
    return words


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return found


def manifests() -> Iterator[dict[str, Any]]:
    """All objects for Kubernetes."""
    for path in sorted((DEPLOY / "kubernetes").rglob("*.yaml")):
        if path.name != "kustomization.yaml":
            yield from yaml.safe_load_all(path.read_text(encoding="utf-8"))


def pods() -> dict[str, dict[str, Any]]:
    """What each workload runs, by its name."""
    return {
        each["metadata"]["name"]: each["spec"]["template"]["spec"]
        for each in manifests()
        if each["kind"] in {"Deployment", "StatefulSet"}
    }
