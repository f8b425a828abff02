"""Gives an identity to a text that comes without an address: a digest of what it says."""

from __future__ import annotations

import hashlib

from crawler.urls import ArticleUrl

_KEY_LENGTH = 16


def import_identity(site: str, title: str, printed_time: str, body: str) -> ArticleUrl:
    """Returns key "import-…" and address "urn:newsdesk:import:…" of a title, time and body."""
    whole = "\n".join((title, printed_time, body)).encode("utf-8", "surrogatepass")
    key = f"import-{hashlib.sha256(whole).hexdigest()[:_KEY_LENGTH]}"
    return ArticleUrl(site=site, key=key, url=f"urn:newsdesk:import:{key}")
