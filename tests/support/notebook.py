"""Runs the notebook of the documents, cell by cell, and keeps what each one shows.

`newsdesk demo && python -m tests.support.notebook` writes its outputs anew.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import sys
from pathlib import Path
from typing import Any

NOTEBOOK = Path(__file__).resolve().parents[2] / "docs" / "analysis.ipynb"


def shown(source: str, names: dict[str, Any]) -> str:
    """Runs a cell. Returns what it prints, and its last line if that is an expression."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(tree, "cell", "exec"), names)  # noqa: S102 - the project's own notebook
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "cell", "eval"), names)  # noqa: S307
            if value is not None:
                print(value)
    return out.getvalue()


def run(notebook: dict[str, Any]) -> dict[str, Any]:
    """Returns the notebook with what its cells show now."""
    names: dict[str, Any] = {}
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for number, cell in enumerate(code, 1):
        text = shown("".join(cell["source"]), names)
        lines = text.splitlines(keepends=True)
        stream = {"name": "stdout", "output_type": "stream", "text": lines}
        cell["outputs"] = [stream] if text else []
        cell["execution_count"] = number
    return notebook


def written(notebook: dict[str, Any]) -> str:
    """Returns a notebook as its file has it."""
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    """Writes the outputs anew; with -, shows the notebook instead."""
    text = written(run(json.loads(NOTEBOOK.read_text(encoding="utf-8"))))
    if sys.argv[1:] == ["-"]:
        sys.stdout.write(text)
    else:
        NOTEBOOK.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
