"""Who has sent a request, and what they may do."""

from __future__ import annotations

from typing import Literal

from attrs import define
from starlette.requests import HTTPConnection

from newsdesk.answers.who import actor
from newsdesk.web.security.accounts import Accounts, Role
from newsdesk.web.security.cookies import Cookies

Via = Literal["console", "token"]


@define(frozen=True)
class Visitor:
    """A person or a program. via: how they came in. is_account: somebody who can log out.
    is_known: False if there are no accounts, so that whoever comes from this machine operates."""

    name: str
    role: Role
    via: Via = "console"
    is_account: bool = False
    is_known: bool = True

    @property
    def may_operate(self) -> bool:
        return self.role == "operate"


def visitor_of(request: HTTPConnection, accounts: Accounts, cookies: Cookies) -> Visitor | None:
    """Returns who sent a request; None if nobody knows. Without any account or token, whoever
    reaches this machine's own console is its operator.

    Raises:
        BadAccountsFile: the accounts cannot be read.
    """
    known = accounts.known()
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        found = known.of_token(token.strip())
        return Visitor(found.name, found.role, "token") if found else None
    if session := cookies.session(request):
        account = known.accounts.get(session.name)
        if account is not None and account.mark == session.mark:
            return Visitor(account.name, account.role, is_account=True)
    if known.accounts or known.tokens:
        return None
    return Visitor(actor().name, "operate", is_known=False)
