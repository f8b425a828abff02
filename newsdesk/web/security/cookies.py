"""What the console keeps in a browser, signed: who is logged in, who may send forms, a message.

The key stands beside the accounts. Cookies of other ports of a machine are sent here too, so the
names carry the port.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

from attrs import define, field
from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.requests import HTTPConnection
from starlette.responses import Response

from newsdesk.web.security.accounts import Account
from newsdesk.web.security.sessions import SECONDS, EndedSessions, Session
from pipelines.config import Settings

FLASH_SECONDS = 60
PREFERENCE_SECONDS = 365 * 86_400
KEY_BYTES = 32
LONGEST = 3000
"""Characters of a cookie that are looked at."""


def signing_key(folder: Path) -> bytes:
    """Returns the key of this data folder, made at the first use. Only its owner can read it."""
    file = folder / "key"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        key = file.read_bytes()
        if len(key) >= KEY_BYTES:
            return key
        handle = os.open(file, os.O_WRONLY | os.O_TRUNC)  # cut off while it was written
    key = secrets.token_bytes(KEY_BYTES)
    with os.fdopen(handle, "wb") as out:
        out.write(key)
    return key


@define(eq=False)
class Cookies:
    """Reads and writes the cookies of one console. secure: only through https."""

    key: bytes
    port: int
    secure: bool
    ended: EndedSessions
    _session: URLSafeTimedSerializer = field(init=False)
    _flash: URLSafeTimedSerializer = field(init=False)
    _form: URLSafeTimedSerializer = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._session = URLSafeTimedSerializer(self.key, salt="session")
        self._flash = URLSafeTimedSerializer(self.key, salt="flash")
        self._form = URLSafeTimedSerializer(self.key, salt="form")

    @classmethod
    def of(cls, settings: Settings) -> Cookies:
        return cls(
            signing_key(settings.web_dir),
            settings.web_port,
            settings.web_https,
            EndedSessions(settings.web_dir / "ended.json"),
        )

    def name(self, what: str) -> str:
        """Returns the name of a cookie."""
        prefix = "__Host-" if self.secure else ""
        return f"{prefix}newsdesk-{self.port}-{what}"

    def read(self, request: HTTPConnection, what: str) -> str | None:
        """Returns a cookie as it came."""
        value = request.cookies.get(self.name(what))
        return value if value and len(value) <= LONGEST else None

    def write(self, answer: Response, what: str, value: str, seconds: int | None = None) -> None:
        """Sets a cookie that scripts do not see. seconds: None until the browser is closed."""
        answer.set_cookie(
            self.name(what),
            value,
            max_age=seconds,
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )

    def drop(self, answer: Response, what: str) -> None:
        """Removes a cookie."""
        name = self.name(what)
        answer.delete_cookie(name, secure=self.secure, httponly=True, samesite="lax")

    def begin_session(self, answer: Response, account: Account) -> None:
        """Logs an account in."""
        said = [account.name, account.mark, secrets.token_urlsafe(16)]
        self.write(answer, "session", self._session.dumps(said), SECONDS)

    def end_session(self, request: HTTPConnection, answer: Response) -> None:
        """Logs out: neither this cookie nor a copy of it counts any more."""
        if session := self.session(request):
            self.ended.add(session)
        self.drop(answer, "session")

    def session(self, request: HTTPConnection) -> Session | None:
        """Returns who is logged in, unless they have logged out."""
        value = self.read(request, "session")
        if value is None:
            return None
        try:
            said, at = self._session.loads(value, max_age=SECONDS, return_timestamp=True)
        except BadData:
            return None
        match said:
            case [str(name), str(mark), str(identity)]:
                session = Session(name, mark, identity, int(at.timestamp()))
                return None if self.ended.has(session) else session
        return None

    def flash(self, answer: Response, key: str, values: dict[str, Any]) -> None:
        """Keeps a message for the next page. key: of the catalogue."""
        self.write(answer, "flash", self._flash.dumps([key, values])[:LONGEST], FLASH_SECONDS)

    def flashed(self, request: HTTPConnection) -> tuple[str, dict[str, Any]] | None:
        """Returns the message that was kept."""
        match _loaded(self._flash, self.read(request, "flash"), FLASH_SECONDS):
            case [str(key), dict(values)]:
                return key, values
        return None

    def form_token(self, browser: str) -> str:
        """Returns what a form of this browser carries."""
        return str(self._form.dumps(browser))

    def fits_form(self, browser: str | None, token: object) -> bool:
        """Tells whether a form came from a page of ours in the same browser."""
        if not browser or not isinstance(token, str) or len(token) > LONGEST:
            return False
        return bool(_loaded(self._form, token, None) == browser)


def _loaded(serializer: URLSafeTimedSerializer, value: str | None, seconds: int | None) -> object:
    """Returns what was signed; None if it was not, or longer ago than that."""
    if value is None:
        return None
    try:
        return serializer.loads(value, max_age=seconds)
    except BadData:
        return None
