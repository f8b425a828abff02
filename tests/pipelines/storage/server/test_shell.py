from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from pipelines.config import Settings
from pipelines.storage.server import embedded, shell
from tests.pipelines.storage.support import write_program


def test_the_shell_gets_the_password_where_others_cannot_read_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = write_program(tmp_path / "mongosh", "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path))
    uri = "mongodb://desk:hunter2@127.0.0.1:1/"
    command = shell.shell_command(Settings(mongodb_uri=SecretStr(uri), database="n"))
    assert command is not None
    assert command.arguments[0] == str(program)
    assert "hunter2" not in " ".join(command.arguments)
    assert command.environment[shell.URI_VARIABLE] == uri
    assert command.environment[shell.DATABASE_VARIABLE] == "n"


def test_without_mongosh_nothing_is_started(
    own: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shell.shell_command(own) is None
    assert not embedded.status(own).running
