"""Accounts and tokens of the console, in a file that only its owner can read.

Not in MongoDB: that is what analysts read, and hashes of passwords have no place there.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, get_args

import attrs
from attrs import define, field

from newsdesk.exceptions import BadAccount, BadAccountsFile
from newsdesk.web.security.kept_file import alone, replace, stamp
from newsdesk.web.security.passwords import hashed
from pipelines.config import Settings
from pipelines.timing import clock

Role = Literal["read", "operate"]
NAME = re.compile(r"[\w.@-]{1,60}")
SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 200
MOST = 1000
TOKEN_MARK = "nd_"  # noqa: S105 - how a token begins, so that people see what it is


@define(frozen=True, kw_only=True)
class Account:
    """A person. password: its argon2id hash."""

    name: str
    role: Role
    password: str
    created_at: str

    @property
    def mark(self) -> str:
        """Changes with the password: a session of before it is over."""
        return hashlib.sha256(self.password.encode()).hexdigest()[:16]


@define(frozen=True, kw_only=True)
class Token:
    """What a program shows in place of a password. digest: SHA-256; it is 256 bits of chance."""

    name: str
    role: Role
    digest: str
    created_at: str


@define(frozen=True)
class Known:
    """All accounts and tokens, by name."""

    accounts: dict[str, Account] = field(factory=dict)
    tokens: dict[str, Token] = field(factory=dict)

    def of_token(self, token: str) -> Token | None:
        """Returns whose token this is."""
        digest = _digest(token)
        found = (each for each in self.tokens.values() if _same(each.digest, digest))
        return next(found, None)


@define(eq=False)
class Accounts:
    """Reads and changes the file. It is read again whenever it has changed."""

    file: Path
    _seen: tuple[int, int, int] | None = None
    _known: Known = field(factory=Known)

    @classmethod
    def of(cls, settings: Settings) -> Accounts:
        """Returns those of a data folder."""
        return cls(settings.web_dir / "accounts.json")

    def known(self) -> Known:
        """Returns who is known now.

        Raises:
            BadAccountsFile: it cannot be read.
        """
        seen = stamp(self.file)
        if seen is None:
            return Known()
        if seen != self._seen:
            self._known, self._seen = _read(self.file), seen
        return self._known

    def add(self, name: str, role: str, password: str) -> None:
        """Adds an account, or gives one another password and role; its sessions end.

        Raises:
            BadAccount: name, role or password cannot be.
        """
        _check(name, role)
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            raise BadAccount(
                f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters: "
                "take four words or more."
            )
        account = Account(name=name, role=role, password=hashed(password), created_at=_now())  # type: ignore[arg-type]
        self._change(lambda known: known.accounts.__setitem__(name, account))

    def add_token(self, name: str, role: str) -> str:
        """Adds a token and returns it: it is shown this once, and kept as a digest.

        Raises:
            BadAccount: name or role cannot be, or the name is taken.
        """
        _check(name, role)
        token = TOKEN_MARK + secrets.token_urlsafe(32)
        made = Token(name=name, role=role, digest=_digest(token), created_at=_now())  # type: ignore[arg-type]

        def put(known: Known) -> None:
            if name in known.tokens:
                raise BadAccount(f"There is a token {name!r}: revoke it first.")
            known.tokens[name] = made

        self._change(put)
        return token

    def remove(self, name: str) -> None:
        """Removes an account; its sessions end. Raises: BadAccount."""
        self._take("accounts", name, "account", "newsdesk web user list")

    def revoke(self, name: str) -> None:
        """Removes a token. Raises: BadAccount."""
        self._take("tokens", name, "token", "newsdesk web token list")

    def _take(self, kind: str, name: str, word: str, advice: str) -> None:
        def take(known: Known) -> None:
            if getattr(known, kind).pop(name, None) is None:
                raise BadAccount(f"There is no {word} {name!r}: {advice} shows them.")

        self._change(take)

    def _change(self, change: Callable[[Known], None]) -> None:
        """Reads, changes and replaces the file while nobody else does."""
        with alone(self.file):
            known = _read(self.file) if self.file.exists() else Known()
            change(known)
            if len(known.accounts) + len(known.tokens) > MOST:
                raise BadAccount(f"There are {MOST} accounts and tokens: remove some first.")
            replace(self.file, attrs.asdict(known))


def _read(file: Path) -> Known:
    try:
        data: dict[str, dict[str, dict[str, Any]]] = json.loads(file.read_text(encoding="utf-8"))
        accounts = {name: Account(**each) for name, each in data["accounts"].items()}
        tokens = {name: Token(**each) for name, each in data["tokens"].items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadAccountsFile(
            f"{file} cannot be read ({error}): put a copy of before in its place, or remove it "
            "and add the accounts again."
        ) from None
    return Known(accounts, tokens)


def _check(name: str, role: str) -> None:
    if not NAME.fullmatch(name):
        raise BadAccount(f"{name!r} is no name: letters, digits, . _ @ and -, 60 at most.")
    if role not in get_args(Role):
        raise BadAccount(f"There is no role {role!r}: choose from {', '.join(get_args(Role))}.")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def _same(one: str, other: str) -> bool:
    return secrets.compare_digest(one, other)


def _now() -> str:
    return clock.now().isoformat(timespec="seconds")
