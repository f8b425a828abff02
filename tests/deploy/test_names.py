"""Every setting, command and option that stands in `deploy/` is one that there is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

from pipelines.config import Settings
from pipelines.written.settings import OTHER_VARIABLES
from tests.newsdesk.cli.test_app import commands
from tests.support.command import ROOT
from tests.support.deployed import DEPLOY, INSTALLED, Unit, compose, dockerfile, files, pods, units

SETTINGS = {f"NEWSDESK_{name.upper()}" for name in Settings.model_fields}


def said_variables() -> set[str]:
    text = "\n".join(path.read_text(encoding="utf-8") for path in files())
    return set(re.findall(r"NEWSDESK_[A-Z_]+", text))


def said_fields() -> set[str]:
    """Settings that the example of the secret shows."""
    text = (DEPLOY / "kubernetes" / "base" / "secret.example.yaml").read_text(encoding="utf-8")
    return set(re.findall(r"# (\w+) =", text))


def said_commands() -> Iterator[list[str]]:
    """The words behind `newsdesk`, wherever a file starts it."""
    for name in units():
        (line,) = Unit.of(name).settings["ExecStart"]
        assert line.startswith(f"{INSTALLED}/newsdesk ")
        yield line.split()[1:]
    for pod in pods().values():
        yield from (container["args"] for container in pod["containers"])
    yield from (each["command"] for each in compose()["services"].values() if "build" in each)
    yield from ([step.text.strip('[]"')] for step in dockerfile() if step.word == "CMD")


def test_every_variable_means_something() -> None:
    known = SETTINGS | {f"NEWSDESK_{name}" for name in OTHER_VARIABLES}
    assert len(said_variables()) > 5
    assert said_variables() <= known
    assert said_fields() <= {*Settings.model_fields}


def test_every_command_and_option_is_there() -> None:
    known = dict(commands())
    said = [*said_commands()]
    assert {words[0] for words in said} == {"up", "web", "worker", "backup"}
    for words in said:
        name = next(name for name in (" ".join(words[:2]), words[0]) if name in known)
        options = {each for item in known[name].params for each in item.opts}
        assert {word for word in words if word.startswith("--")} <= options


def test_all_say_the_version_and_extras_that_there_are() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files())
    said = re.findall(r"newsdesk:(\d+\.\d+\.\d+)|newTag: (\S+)", text)
    assert {"".join(each) for each in said} == {project["version"]}
    extras = {
        each for found in re.findall(r"EXTRAS=([a-z0-9,]+)", text) for each in found.split(",")
    }
    assert extras <= {*project["optional-dependencies"]} - {"dev"}
