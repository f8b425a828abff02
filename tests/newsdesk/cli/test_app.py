"""The command as a whole: help with examples, settings, errors in one sentence."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from crawler.sites import site_names
from newsdesk import __version__
from newsdesk.cli.app import app
from pipelines.config import Settings
from tests.support.command import Desk
from tests.support.own_sites import write_python, write_toml


def commands() -> Iterator[tuple[str, Any]]:
    """Every command by its full name, groups left out."""
    group: Any = typer.main.get_command(app)
    yield from _below("", group)


def _below(prefix: str, group: Any) -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if getattr(command, "commands", None) is None:
            yield f"{prefix}{name}", command
            continue
        if command.invoke_without_command:
            yield f"{prefix}{name}", command
        yield from _below(f"{prefix}{name} ", command)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(Settings(data_dir=tmp_path / "data", db_port=2000))


@pytest.mark.parametrize(("name", "command"), list(commands()))
def test_each_command_has_help_with_an_example(name: str, command: Any) -> None:
    assert "\n" not in command.help.replace("\n\n", ""), "a terminal wraps paragraphs"
    assert command.help
    assert f"newsdesk {name}" in command.epilog
    for parameter in command.params:
        assert getattr(parameter, "help", "x"), f"{name} {parameter.name}"


def test_each_until_says_whether_its_day_counts() -> None:
    said = {
        name: parameter.help
        for name, command in commands()
        for parameter in command.params
        if parameter.name == "until"
    }
    paused = said.pop("schedules pause")
    assert "day" not in paused, "it names a moment"
    crawled = {name for name, text in said.items() if "A day is included" in text}
    assert crawled == {"crawl", "schedules run"}
    assert {name for name, text in said.items() if "A day is left out" in text} == (
        said.keys() - crawled
    )
    assert {"articles list", "articles search", "export", "reparse"} <= said.keys()


@pytest.mark.parametrize("command", [(), ("crawl",), ("web",), ("plan",), ("topics", "apply")])
def test_help_names_no_types(desk: Desk, command: tuple[str, ...]) -> None:
    said = desk.call(*command, "--help")
    assert said.code == 0
    assert "--help" in said.out
    assert not re.search(r"<[a-z]|\.\.\.[^\s]*\.\.\.|\[\[", said.out), said.out


def test_version_and_exit_codes(desk: Desk) -> None:
    assert desk.run("--version").out == f"newsdesk {__version__}\n"
    said = desk.call("--help")
    assert said.code == 0
    assert "130 stopped" in " ".join(said.out.split())


@pytest.mark.parametrize(
    ("env", "says"),
    [
        ({"NEWSDESK_DELAY_SECONDS": "soon"}, "NEWSDESK_DELAY_SECONDS (or delay_seconds in"),
        ({"NEWSDESK_DATABASE": "a b"}, "NEWSDESK_DATABASE"),
        ({"MONGODB_URI": "mongodb://u:secret@[::1/"}, "MONGODB_URI"),
    ],
)
def test_settings_that_cannot_be(desk: Desk, env: dict[str, str], says: str) -> None:
    said = desk.run("articles", "list", env=env)
    assert (said.code, said.out) == (1, "")
    assert says in said.err
    assert "secret" not in said.err
    assert len(said.err.splitlines()) == 1


def test_a_settings_file_that_cannot_be(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "newsdesk.toml"
    for text, says in (
        ("delay_seconds = ", "The settings file cannot be read"),
        ("dely_seconds = 2", "There is no setting 'dely_seconds'"),
        ("concurrency = 99", "NEWSDESK_CONCURRENCY (or concurrency in"),
    ):
        file.write_text(text)
        said = desk.call("topics", "list", env={"NEWSDESK_CONFIG": str(file)})
        assert (said.code, said.out) == (1, "")
        assert says in said.err


def test_each_mistake_in_settings_is_a_line(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "newsdesk.toml"
    file.write_text('databse = "x"\ndigest_at = "25:99"\n[sites.sina]\nquiet_hours = "late"\n')
    said = desk.call("topics", "list", env={"NEWSDESK_CONFIG": str(file)}).err
    assert "There is no setting 'databse': do you mean database?\n" in said
    assert "digest_at in newsdesk.toml): write it as in 08:30.\n" in said
    assert "sites.sina.quiet_hours in newsdesk.toml): write it as in 18:00-23:30.\n" in said


def test_a_settings_file_that_was_named_and_is_not_there(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "newsdesk.toml"
    said = desk.call("topics", "list", env={"NEWSDESK_CONFIG": str(file)})
    assert (said.code, said.out) == (1, "")
    assert f"There is no settings file {file}" in said.err


def test_a_service_loads_nothing_of_crawls(desk: Desk, tmp_path: Path) -> None:
    """It would take 20 MB more for as long as it runs, and every command a quarter of a second."""
    write_python(tmp_path, "ours")
    write_toml(tmp_path, "written")
    program = (
        "import sys; from newsdesk.cli.terminal.settings import settings_in_use; settings_in_use();"
        "import newsdesk.cli.operations.up, schedules.service.service, schedules.service.web;"
        "import schedules.alerts.notifier, newsdesk.web.beside;"
        "from crawler.sites import SiteNames;"
        "from schedules.timetable.catalogue import Catalogue;"
        "print(*Catalogue.of(settings_in_use(), SiteNames()).defined());"
        "heavy = {'scrapy', 'twisted', 'lxml', 'rjieba', 're2', 'web_poet', 'celery', 'kombu'};"
        "print(heavy & sys.modules.keys())"
    )
    environment = desk.environment(NEWSDESK_SITE_FOLDERS=str(tmp_path))
    said = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, check=True
    )
    schedules, loaded = said.stdout.decode().splitlines()
    assert {"ours-night", "written-night", "sina-night"} <= set(schedules.split())
    assert loaded == "set()"


def test_sites_and_their_lists(desk: Desk) -> None:
    rows = desk.call("sites", "--json").json
    assert {row["site"] for row in rows} == set(site_names())
    assert all(row["section"] and row["section_title"] for row in rows)


def test_a_reader_that_has_enough(desk: Desk) -> None:
    with desk.start("sites") as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0
