"""By what it is known that all articles were tagged with the topics in force."""

from __future__ import annotations

import hashlib

from pipelines.text.fold import FOLD_VERSION
from pipelines.text.query.terms import TERMS_VERSION
from pipelines.topics.topics import Topics

RULES_VERSION = 1
"""Raise it whenever the same topics may be found in other places."""


def topics_digest(topics: Topics) -> str:
    """Returns a digest that changes whenever the topics may be found in other articles
    or places."""
    each = ((t.name, t.terms, t.query, t.wording) for t in topics)
    rules = [RULES_VERSION, FOLD_VERSION, TERMS_VERSION, *each]
    return hashlib.sha256(repr(rules).encode("utf-8", "surrogatepass")).hexdigest()
