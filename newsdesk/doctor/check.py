"""The doctor's checks: each looks at one thing, and says what to do about it."""

from __future__ import annotations

from typing import Literal

from attrs import define

CheckState = Literal["ok", "note", "warn", "fail"]


@define(frozen=True, kw_only=True)
class Check:
    """What one check found. todo: what to do about it; empty where nothing is to be done."""

    name: str
    state: CheckState
    found: str
    todo: str = ""
