"""The documents name every command, option, setting, field and counter; their examples run."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path
from typing import Any

import pytest

from newsdesk.cli.terminal import console
from pipelines.config import Settings
from pipelines.storage.queries import opened
from tests.newsdesk.cli.test_app import commands
from tests.support.command import Crawled
from tests.support.dictionary import PARTS, Written

ROOT = Path(__file__).resolve().parents[1]
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


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_what_is_made_from_the_code_is_up_to_date(part: Written) -> None:
    text = part.document.read_text(encoding="utf-8")
    assert part.into(text) == text, "run: python -m tests.support.dictionary"


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
