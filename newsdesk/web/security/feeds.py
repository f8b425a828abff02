"""Addresses of feeds: a reader of feeds has no session, so the address itself is signed.

It stays the same for the same person and feed, and ends with their account.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import define, field
from itsdangerous import BadData, URLSafeSerializer

from newsdesk.web.security.accounts import Known

LONGEST = 6_000


@define(frozen=True)
class FeedAsked:
    """What the address of a feed asks for, and whose it is."""

    name: str
    titles: bool
    selection: dict[str, Any]


@define(eq=False)
class FeedAddresses:
    """Signs and reads addresses, with the console's key."""

    key: bytes
    _serializer: URLSafeSerializer = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._serializer = URLSafeSerializer(self.key, salt="feed")

    def token(self, name: str, selection: Mapping[str, Any], *, titles: bool) -> str:
        """Returns the last part of an address."""
        return str(self._serializer.dumps([name, titles, dict(selection)]))

    def read(self, token: str, known: Known) -> FeedAsked | None:
        """Returns what was signed; None if it was not, or its account is no more."""
        if len(token) > LONGEST:
            return None
        try:
            found = self._serializer.loads(token)
        except BadData:
            return None
        match found:
            case [str(name), bool(titles), dict(selection)]:
                there = known.accounts.keys() | known.tokens.keys()
                if there and name not in there:
                    return None
                return FeedAsked(name, titles, selection)
        return None
