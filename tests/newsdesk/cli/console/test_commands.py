"""`newsdesk web user` and `token`: who may use the console, kept where only its owner reads."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from newsdesk.web.security.accounts import Accounts
from pipelines.config import Settings
from tests.support.command import COMMAND, Desk
from tests.support.ports import free_port

PASSWORD = "four words or more"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(Settings(data_dir=tmp_path / "data", db_port=free_port()))


def add(desk: Desk, password: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, "web", "user", "add", *arguments],
        env=desk.environment(),
        input=f"{password}\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_accounts(desk: Desk) -> None:
    assert add(desk, PASSWORD, "wang").returncode == 0
    assert add(desk, PASSWORD, "li", "--role", "read").returncode == 0
    rows = desk.call("web", "user", "list", "--json").json
    assert [(row["name"], row["role"]) for row in rows] == [("wang", "operate"), ("li", "read")]
    file = Accounts.of(desk.settings).file
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert PASSWORD not in file.read_text()
    assert "$argon2id$" in file.read_text()
    assert desk.call("web", "user", "remove", "li").code == 0
    gone = desk.call("web", "user", "remove", "li")
    assert (gone.code, gone.err) == (
        2,
        "✗ There is no account 'li': newsdesk web user list shows them.\n",
    )


@pytest.mark.parametrize(
    ("arguments", "password", "says"),
    [
        (["wang"], "short", "10 to 200 characters"),
        (["a b"], PASSWORD, "is no name"),
        (["wang", "--role", "admin"], PASSWORD, "choose from read, operate"),
    ],
)
def test_accounts_that_cannot_be(
    desk: Desk, arguments: list[str], password: str, says: str
) -> None:
    said = add(desk, password, *arguments)
    assert (said.returncode, said.stdout) == (2, "")
    assert says in said.stderr
    assert len(said.stderr.splitlines()) == 1


def test_tokens_are_shown_once(desk: Desk) -> None:
    made = desk.call("web", "token", "add", "board")
    token = made.out.strip()
    assert token.startswith("nd_")
    assert len(token) > 40
    listed = desk.call("web", "token", "list", "--json")
    assert [row["name"] for row in listed.json] == ["board"]
    assert token not in listed.out + Accounts.of(desk.settings).file.read_text()
    assert desk.call("web", "token", "add", "board").code == 2
    assert desk.call("web", "token", "revoke", "board").code == 0
    assert desk.call("web", "token", "list", "--json").json == []


def test_a_file_that_cannot_be_read(desk: Desk) -> None:
    file = Accounts.of(desk.settings).file
    file.parent.mkdir(parents=True)
    file.write_text("{")
    said = desk.call("web", "user", "list")
    assert said.code == 1
    assert str(file) in said.err


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--host", "192.0.2.1"], 1, "first add an account with newsdesk web user add NAME"),
        (["--host", "not an address"], 1, "cannot listen on"),
    ],
)
def test_where_it_cannot_answer(desk: Desk, arguments: list[str], code: int, says: str) -> None:
    if "not" in arguments[1]:
        add(desk, PASSWORD, "wang")
    said = desk.run("web", *arguments, "--port", "0")
    assert (said.code, said.out) == (code, "")
    assert says in said.err


def test_a_port_that_is_taken(desk: Desk) -> None:
    program = "import socket, time; s = socket.create_server(('127.0.0.1', 0)); "
    program += "print(s.getsockname()[1], flush=True); time.sleep(600)"
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as other:
        assert other.stdout
        port = other.stdout.readline().decode().strip()
        said = desk.run("web", "--port", port)
        other.kill()
    assert said.code == 1
    assert "NEWSDESK_WEB_PORT" in said.err
