"""Sessions, and those that were logged out of before they were old: a copy of the cookie is then
worth nothing."""

from __future__ import annotations

import json
import math
import time
from pathlib import Path
from typing import Any

from attrs import define, field

from newsdesk.web.security.kept_file import alone, replace, stamp

SECONDS = 7 * 86_400
"""After which a session is over anyway."""
MOST = 10_000
"""Ended sessions that are remembered one by one; beyond it, all that are as old as the older half
are over."""


@define(frozen=True)
class Session:
    """Somebody is logged in. mark: of the account's password. id: of this session. begun: seconds
    since 1970, by the machine's clock."""

    name: str
    mark: str
    id: str
    begun: int


@define(frozen=True)
class _Ended:
    """since: sessions that began then or before are over. ids: those that are besides, and when
    each began."""

    since: int = 0
    ids: dict[str, int] = field(factory=dict)


@define(eq=False)
class EndedSessions:
    """Reads and changes the file. It is read again whenever it has changed."""

    file: Path
    _seen: tuple[int, int, int] | None = None
    _known: _Ended = field(factory=_Ended)

    def has(self, session: Session) -> bool:
        """Tells whether a session is over."""
        seen = stamp(self.file)
        if seen is None:
            return False
        if seen != self._seen:
            self._known, self._seen = _read(self.file), seen
        return session.begun <= self._known.since or session.id in self._known.ids

    def add(self, session: Session) -> None:
        """Ends a session."""
        with alone(self.file):
            known = _read(self.file) if self.file.exists() else _Ended()
            oldest = time.time() - SECONDS
            ids = {each: begun for each, begun in known.ids.items() if begun > oldest}
            ids[session.id] = session.begun
            since = known.since
            if len(ids) > MOST:
                since = max(since, sorted(ids.values())[MOST // 2])
                ids = {each: begun for each, begun in ids.items() if begun > since}
            replace(self.file, {"since": since, "ids": ids})


def _read(file: Path) -> _Ended:
    """Returns what is known. Of a file that cannot be read, that all sessions are over that began
    before it was written: nobody knows any more which."""
    try:
        data: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return _Ended(int(data["since"]), {str(each): int(at) for each, at in data["ids"].items()})
    except (AttributeError, KeyError, OverflowError, RecursionError, TypeError, ValueError):
        return _Ended(math.ceil(file.stat().st_mtime))
