"""Digests of an article: when two texts are the same, and when a change is a new revision."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime

from pipelines.items import Article, Fingerprint
from pipelines.text.fold import FOLD_VERSION, fold

RULES_VERSION = 1
VERSION = RULES_VERSION * 1000 + FOLD_VERSION
"""Digests of different versions cannot be compared."""

SHORTEST_TEXT = 20
"""Characters, without white space, below which equal texts prove nothing ("图集")."""

_DRIFTING = re.compile(r"刚刚|剛剛|(?:秒|分钟|分鐘|小时|小時|天|周|週|月|年)前|\bago\b|just now")


def fingerprint(article: Article) -> Fingerprint:
    """Returns the article's digests, by this version of the rules."""
    return Fingerprint(text=text_digest(article), content=content_digest(article), version=VERSION)


def text_digest(article: Article) -> str:
    """Returns the SHA-256 (hex) of the folded body without white space: equal for copies in either
    script.

    The digest of a text that is too short to compare includes the article's id, so it equals no
    other.
    """
    folded = "".join(fold(article.body).split())
    return _sha256(folded if len(folded) >= SHORTEST_TEXT else f"{article.id}\n{folded}")


def content_digest(article: Article, *, with_published: bool = True) -> str:
    """Returns the SHA-256 (hex) of what makes a revision: title, body, authors, source, editors,
    times.

    White space, counts, pictures, related and hot lists do not count. Neither does a publication
    time read from "3 hours ago", which drifts from one look to the next.
    """
    published = article.published_at if with_published and not has_drifting_time(article) else None
    substance = [
        _without_space(article.title),
        _without_space(article.body),
        [author.name for author in article.authors],
        article.source.name if article.source else None,
        [[editor.name, editor.code] for editor in article.editors],
        _moment(published),
        _moment(article.updated_at),
    ]
    return _sha256(json.dumps(substance, ensure_ascii=False, separators=(",", ":")))


def has_drifting_time(article: Article) -> bool:
    """Returns whether the page prints its time as so long ago."""
    visible = article.times.visible
    return visible is not None and _DRIFTING.search(visible) is not None


def same_substance(one: Article, other: Article) -> bool:
    """Returns whether two states of an article differ in nothing that makes a revision.

    A drifting time that the page later prints exactly is no change.
    """
    drifting = has_drifting_time(one) or has_drifting_time(other)
    return content_digest(one, with_published=not drifting) == content_digest(
        other, with_published=not drifting
    )


def _without_space(text: str) -> str:
    return "".join(text.split())


def _moment(moment: datetime | None) -> str | None:
    """Returns the time to the millisecond, MongoDB's precision."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds") if moment else None


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
