"""The house stays as it was drawn: who may import whom, how long things get, how tests work."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsdesk.cli.crawls import demo

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("crawler", "pipelines", "schedules", "newsdesk")
LONGEST_MODULE = 400
MOST_MODULES = 12
LONGEST_FUNCTION = 60
USUAL_FUNCTION = 40
USUAL_SHARE = 0.95
NOT_IN_TESTS = {"skip", "skipif", "xfail", "importorskip", "mock", "Mock", "MagicMock"}


def modules(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> Iterator[str]:
    """Names of the modules that a module imports, wherever in it."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def function_lengths() -> Iterator[tuple[int, str]]:
    for path in modules(*ROOMS):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                name = f"{path.relative_to(ROOT)}:{node.name}"
                yield node.end_lineno - node.lineno + 1, name


def test_imports_go_one_way() -> None:
    program = Path(sys.executable).parent / "lint-imports"
    ended = subprocess.run(
        [program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=110, check=False
    )
    assert ended.returncode == 0, ended.stdout


def test_only_the_storage_room_knows_mongodb() -> None:
    storage = ROOT / "pipelines" / "storage"
    outside = [path for path in modules(*ROOMS) if not path.is_relative_to(storage)]
    found = {
        str(path.relative_to(ROOT)): name
        for path in outside
        for name in imported(path)
        if name.split(".")[0] in {"pymongo", "bson", "gridfs"}
    }
    assert found == {}


def test_the_wheel_holds_the_rooms_and_the_demos_nights_and_nothing_else() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert set(wheel["packages"]) == set(ROOMS)
    assert wheel["force-include"] == {
        f"fixtures/recordings/{night}": f"newsdesk/recordings/{night}" for night in demo.NIGHTS
    }
    assert not list((ROOT / "fixtures").rglob("*.py"))


def test_modules_and_functions_stay_short() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in modules(*ROOMS)
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_MODULE
    }
    assert long == {}
    lengths = sorted(function_lengths(), reverse=True)
    assert [name for length, name in lengths if length > LONGEST_FUNCTION] == []
    usual = sum(length <= USUAL_FUNCTION for length, _ in lengths)
    assert usual >= USUAL_SHARE * len(lengths)


def folders() -> list[Path]:
    return sorted({path.parent for path in modules(*ROOMS)})


@pytest.mark.parametrize("folder", folders(), ids=lambda folder: str(folder.relative_to(ROOT)))
def test_a_folder_says_what_lives_there_and_is_seen_at_a_glance(folder: Path) -> None:
    said = ast.get_docstring(tree(folder / "__init__.py")) or ""
    assert said.partition("\n\n")[0].rstrip().endswith((".", "?"))
    inside = [path for path in folder.glob("*.py") if path.stem not in {"__init__", "__main__"}]
    assert len(inside) <= MOST_MODULES


def test_no_test_is_left_out_or_faked() -> None:
    found = []
    for path in modules("tests"):
        for node in ast.walk(tree(path)):
            name = getattr(node, "attr", None) or getattr(node, "id", None)
            if name in NOT_IN_TESTS and path != Path(__file__):
                found.append(f"{path.relative_to(ROOT)}: {name}")
    assert found == []


@pytest.mark.parametrize("folder", ["/", str(ROOT / "docs")])
def test_a_job_starts_from_any_folder(folder: str) -> None:
    environment = {**os.environ, "SCRAPY_SETTINGS_MODULE": "crawler.settings"}
    ended = subprocess.run(
        [sys.executable, "-P", "-m", "scrapy", "list"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert {"files", "guancha", "sina"} <= set(ended.stdout.split())
