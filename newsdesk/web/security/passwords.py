"""Passwords: argon2id, one at a time, since each takes 64 MiB and a quarter of a second."""

from __future__ import annotations

import threading
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MOST_WAITING = 4
"""Logins that may wait for their turn; more are told to come again."""
_hasher = PasswordHasher()
_one = threading.Lock()
_places = threading.BoundedSemaphore(MOST_WAITING + 1)


class TooBusy(Exception):
    """Raised when too many logins wait already."""


def hashed(password: str) -> str:
    """Returns what is kept of a password."""
    with _one:
        return _hasher.hash(password)


def fits(kept: str | None, password: str) -> bool:
    """Tells whether this is the password. kept: None takes as long, so that no answer says which
    names there are.

    Raises:
        TooBusy: others wait already.
    """
    if not _places.acquire(blocking=False):
        raise TooBusy
    try:
        with _one:
            _hasher.verify(kept or _nobodys(), password)
            return kept is not None
    except (VerificationError, InvalidHashError):
        return False
    finally:
        _places.release()


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return _hasher.hash("nobody's")
