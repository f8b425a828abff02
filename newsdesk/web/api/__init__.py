"""The API: what the console shows, as JSON under /api/v1, for programs.

It shows what `newsdesk/answers/` says, typed by `models.py`; the guard in front of the console
stands in front of it, too. A module with a `router` is a part of it, found by that.
"""
