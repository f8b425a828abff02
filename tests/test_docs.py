"""The documents name every command, option, setting, field and counter; their examples run."""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from newsdesk.cli.terminal import console
from newsdesk.client import Newsdesk
from pipelines.config import Settings
from pipelines.storage.queries import drop_database, opened
from tests.newsdesk.cli.test_app import commands
from tests.support.command import Crawled
from tests.support.dictionary import PARTS, Written
from tests.support.mongosh import ask
from tests.support.translations import anchors

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
NAMES = [str(path.relative_to(ROOT)) for path in DOCUMENTS]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
OPERATORS = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
DATA = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [name for name, _ in commands()])
def test_every_command_is_documented(name: str) -> None:
    assert f"| `newsdesk {name}" in OPERATORS


def test_every_option_is_documented() -> None:
    options = {
        option
        for _, command in commands()
        for parameter in command.params
        for option in (*parameter.opts, *parameter.secondary_opts)
        if option.startswith("--")
    }
    rows = "\n".join(line for line in OPERATORS.splitlines() if line.startswith("| `--"))
    assert {option for option in options if f"`{option}`" not in rows} == set()


@pytest.mark.parametrize(("name", "field"), list(Settings.model_fields.items()))
def test_every_setting_is_documented(name: str, field: Any) -> None:
    variable = "MONGODB_URI" if name == "mongodb_uri" else f"NEWSDESK_{name.upper()}"
    default = "none" if field.default in (None, "") else f"`{field.default}`"
    if field.default_factory is not None:
        default = "the user's data folder"
    assert f"| `{variable}` | {default} | {field.description} |" in OPERATORS


def test_every_exit_code_is_documented() -> None:
    codes = [value for name, value in vars(console).items() if name.startswith("EXIT_")]
    assert len(codes) == 5
    for code in (0, *codes):
        assert f"\n| {code} |" in OPERATORS


@pytest.mark.parametrize(
    "part", PARTS, ids=lambda part: f"{part.document.relative_to(ROOT)}-{part.name}"
)
def test_what_is_made_from_the_code_is_up_to_date(part: Written) -> None:
    text = part.document.read_text(encoding="utf-8")
    assert part.into(text) == text, "run: python -m tests.support.dictionary"


@pytest.mark.parametrize("number", range(len(re.findall("```python", DATA))))
def test_python_examples_run(
    crawled: Crawled, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    example = re.findall("```python\n(.*?)```", DATA, re.DOTALL)[number]
    settings = crawled.desk.settings
    with opened(settings) as database, contextlib.redirect_stdout(io.StringIO()) as out:
        names: dict[str, Any] = {"db": database, "desk": Newsdesk(settings)}
        monkeypatch.setenv("NEWSDESK_DATABASE", settings.database)
        monkeypatch.setenv("NEWSDESK_DATA_DIR", str(settings.data_dir))
        monkeypatch.setenv("NEWSDESK_DB_PORT", str(settings.db_port))
        monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
        exec(example.replace('["newsdesk"]', f'["{settings.database}"]'), names)  # noqa: S102
        if "client" in names:
            assert names["db"].name == settings.database
            names["client"].close()
    assert out.getvalue() or number == 0 or "revisions" in example


NOT_ON_ONE_NIGHT = ("gone_at", "revisions", "新华社")
"""What asks for these finds nothing in the recorded night that is crawled here."""


@pytest.mark.parametrize("example", re.findall("```(?:js|javascript)\n(.*?)```", DATA, re.DOTALL))
def test_mongosh_examples_run(crawled: Crawled, example: str) -> None:
    with opened(crawled.desk.settings) as database:
        found = list(ask(database, example))
    assert bool(found) != any(word in example for word in NOT_ON_ONE_NIGHT)


def test_sql_examples_run(
    crawled: Crawled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    examples = re.findall("```sql\n(.*?)```", DATA, re.DOTALL)
    assert examples
    assert crawled.desk.call("export", "articles.parquet").code == 0
    for example in examples:
        assert duckdb.sql(example).fetchall()


def said_in_the_code() -> str:
    """Every text in the code, a line each, with `...` where a value is put in."""
    texts = []
    for room in ("crawler", "pipelines", "schedules", "newsdesk"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    texts.append(re.sub(r"%[sdg]", "...", node.value))
                elif isinstance(node, ast.JoinedStr):
                    parts = (
                        part.value if isinstance(part, ast.Constant) else "..."
                        for part in node.values
                    )
                    texts.append("".join(map(str, parts)))
    return "\n".join(texts)


def test_last_lines_of_logs_are_those_that_the_code_writes() -> None:
    guide = OPERATORS.partition("### The last line of a log\n")[2].partition("\n## ")[0]
    lines = re.findall(r"^\| `(.*?)` \|", guide, re.M)
    code = said_in_the_code()
    assert len(lines) > 20
    assert [line for line in lines if line not in code] == []


def test_the_disaster_drill_runs(
    crawled: Crawled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drill = OPERATORS.partition("### Disaster drill\n")[2]
    steps = re.findall("```sh\n(.*?)```", drill, re.DOTALL)[0].splitlines()
    monkeypatch.chdir(tmp_path)
    name = f"{crawled.desk.settings.database}_drill"
    try:
        for step in steps:
            arguments = step.replace("newsdesk_drill", name).split()[1:]
            said = crawled.desk.call(*arguments)
            assert said.code == 0, (step, said.err)
    finally:
        drop_database(crawled.desk.settings.model_copy(update={"database": name}))


@pytest.mark.parametrize("path", DOCUMENTS, ids=NAMES)
def test_links_lead_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for target, anchor in re.findall(r"\]\(([^)#\s]*)(#[^)\s]*)?\)", text):
        if target.startswith(("http:", "https:")):
            continue
        assert (path.parent / target).exists(), target
        if anchor and (not target or target.endswith(".md")):
            assert anchor[1:] in anchors(path.parent / target if target else path), anchor


@pytest.mark.parametrize("path", DOCUMENTS, ids=NAMES)
def test_nothing_is_said_twice(path: Path) -> None:
    """No heading, no row of a table and no decision stands twice, as after a torn merge."""
    doubled = [line for line, number in Counter(headlines(path)).items() if number > 1]
    assert doubled == []


def headlines(path: Path) -> Iterator[str]:
    """What names each part of a document: headings, the keys of tables, bold openings."""
    within: list[str] = []
    columns, code = 1, False
    for line in path.read_text(encoding="utf-8").splitlines():
        code ^= line.lstrip().startswith("```")
        if code:
            continue
        if heading := re.match(r"(#+) (.*)", line):
            within = [*within[: len(heading[1]) - 1], line]
            yield " / ".join(within)
        elif line.startswith("|"):
            cells = re.split(r"(?<!\\)\|", line)[1:-1]
            if not cells[0].strip("- "):
                continue
            if cells[0].strip() in {"option", "选项"}:
                columns = 2  # an option means different things to different commands
            yield " / ".join([*within, *cells[:columns]])
        else:
            columns = 1
            if bold := re.match(r"- (\*\*.*?\*\*|\[.*?\]\(.*?\))", line):
                yield bold[1]


@pytest.mark.parametrize("path", DOCUMENTS, ids=NAMES)
def test_every_path_exists(path: Path) -> None:
    rooms = "crawler|pipelines|schedules|newsdesk|tests|fixtures|docs"
    text = path.read_text(encoding="utf-8")
    for found in re.findall(rf"`((?:{rooms})/[\w./*-]*)`", text):
        counter = found.startswith("newsdesk/") and "." not in found and found[-1] != "/"
        if "example" not in found and "..." not in found and not counter:
            assert list(ROOT.glob(found.rstrip("/"))), found


@pytest.mark.parametrize("path", DOCUMENTS, ids=NAMES)
def test_every_command_exists(path: Path) -> None:
    known = dict(commands())
    groups = {name.rpartition(" ")[0] for name in known if " " in name}
    groups |= {name.split()[0] for name in groups}
    for line in said_commands(path):
        words = line.split()
        name = next((" ".join(words[:n]) for n in (3, 2, 1) if " ".join(words[:n]) in known), "")
        if not words or words[0].startswith("-") or (not name and " ".join(words) in groups):
            continue
        assert name in known, line
        options = {each for item in known[name].params for each in item.opts + item.secondary_opts}
        for word in words:
            if word.startswith("--"):
                assert word.partition("=")[0] in options | {"--help"}, line


def said_commands(path: Path) -> Iterator[str]:
    """What follows `newsdesk` and its own options wherever a document shows a command."""
    text = path.read_text(encoding="utf-8")
    shown = re.findall(r"`newsdesk (?:--database \S+ )?([^`\n]+)`", text)
    for block in re.findall(r"```(?:sh|ini)?\n(.*?)```", text, re.DOTALL):
        shown += re.findall(r"^(?:\S+=\S+ )*newsdesk (?:--database \S+ )?([^#\n]+)", block, re.M)
    for command in shown:
        yield re.sub(r"[\[\]']|\"[^\"]*\"", " ", command)


@pytest.mark.parametrize("path", DOCUMENTS, ids=NAMES)
def test_every_setting_exists(path: Path) -> None:
    code = "\n".join(
        each.read_text(encoding="utf-8")
        for room in ("crawler", "pipelines", "schedules", "newsdesk", "tests")
        for each in (ROOT / room).rglob("*.py")
    )
    known = {f"NEWSDESK_{name.upper()}" for name in Settings.model_fields}
    for name in set(re.findall(r"NEWSDESK_[A-Z_]+", path.read_text(encoding="utf-8"))):
        assert name in known or f'"{name}' in code or name in MAKEFILE, name


def test_dashboard_and_rules_ask_only_for_metrics_that_there_are() -> None:
    documented = set(re.findall(r"\| `(newsdesk_\w+)", OPERATORS))
    for path in (ROOT / "docs" / "monitoring").iterdir():
        asked = set(re.findall(r"newsdesk_\w+", path.read_text(encoding="utf-8")))
        assert len(asked) > 5
        assert asked <= documented, path.name
