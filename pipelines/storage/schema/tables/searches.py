"""Searches that people keep."""

from __future__ import annotations

from pipelines.storage.schema.fields import Collection, date, string

SEARCHES = Collection(
    name="searches",
    purpose="Searches that people saved in the console, for all who read it.",
    fields=(
        string("_id", "Its name.", required=True, pattern="."),
        string("asked", "What is asked for, as in the console's address.", required=True),
        string("by", "Who saved it.", required=True),
        date("at", "When it was saved.", required=True),
    ),
)
