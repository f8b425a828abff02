"""The documents name every command, option, setting, field, counter; their examples run."""

from __future__ import annotations

import ast
import contextlib
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from newsdesk.cli.terminal import console
from pipelines.config import Settings
from pipelines.items import PageState
from pipelines.storage.news.articles import ArticleOutcome
from pipelines.storage.queries import opened
from tests.newsdesk.cli.test_app import commands
from tests.support.command import Crawled
from tests.support.dictionary import written

ROOT = Path(__file__).resolve().parents[1]
OPERATORS = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
DATA = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
COUNTING = {"count", "_count", "inc_value", "set_value"}
PREFIX = "newsdesk/"


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


def counters() -> Iterator[str]:
    """Every counter that the code names, "<>" for what is filled in."""
    for path in [*(ROOT / "crawler").rglob("*.py"), *(ROOT / "pipelines").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and _called(node) in COUNTING:
                name = _text(node.args[0])
                own = _called(node) in {"count", "_count"}
                if own or name.startswith(PREFIX):
                    yield name.removeprefix(PREFIX)
    yield from get_args(ArticleOutcome)
    yield from get_args(PageState)
    yield from ("same_story", "seen_in_run")


def _called(call: ast.Call) -> str:
    return getattr(call.func, "attr", "") or getattr(call.func, "id", "")


def _text(node: ast.expr) -> str:
    """The string of a literal; "" for anything else."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) or "<>" for part in node.values)
    return ""


def test_every_counter_is_documented() -> None:
    known = {re.sub("<.*?>", "<>", name) for name in re.findall(rf"`{PREFIX}([^`]+)`", OPERATORS)}
    found = {name for name in counters() if re.fullmatch("[a-z_]+(/[a-z_<>]+)?", name)}
    assert {"requested", "followed", "off_topic", "list_cut/<>", "spooled"} <= found
    undocumented = found - known - {"refused"}
    assert {name for name in undocumented if not _is_instance(name, known)} == set()


def _is_instance(name: str, known: set[str]) -> bool:
    """A name such as excluded/over_limit, whose family is documented."""
    return f"{name.partition('/')[0]}/<>" in known


def test_the_dictionary_is_up_to_date() -> None:
    assert written(DATA) == DATA, "run: python -m tests.support.dictionary"


@pytest.mark.parametrize("number", range(len(re.findall("```python", DATA))))
def test_python_examples_run(crawled: Crawled, number: int) -> None:
    example = re.findall("```python\n(.*?)```", DATA, re.DOTALL)[number]
    settings = crawled.desk.settings
    with opened(settings) as database, contextlib.redirect_stdout(io.StringIO()) as out:
        names: dict[str, Any] = {"db": database}
        example = example.replace("27117", str(settings.db_port))
        exec(example.replace('["newsdesk"]', f'["{settings.database}"]'), names)  # noqa: S102
        if "client" in names:
            assert names["db"].name == settings.database
            names["client"].close()
    assert out.getvalue() or number == 0 or "revisions" in example


def test_links_between_documents_lead_somewhere() -> None:
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", path.read_text(encoding="utf-8")):
            if not target.startswith(("http:", "https:")):
                assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_dashboard_and_rules_ask_only_for_metrics_that_there_are() -> None:
    documented = set(re.findall(r"\| `(newsdesk_\w+)", OPERATORS))
    for path in (ROOT / "docs" / "monitoring").iterdir():
        asked = set(re.findall(r"newsdesk_\w+", path.read_text(encoding="utf-8")))
        assert len(asked) > 5
        assert asked <= documented, path.name
