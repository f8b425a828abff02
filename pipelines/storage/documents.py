"""Turns an article into a MongoDB document and back, exactly (times to the millisecond).

Every field of the item is always in the document, `None` as null: so a revision overwrites what the
page no longer shows, and no query has to tell missing from empty.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any, TypeVar

import attrs
import bson
from bson.codec_options import CodecOptions
from bson.errors import InvalidBSON, InvalidDocument, InvalidStringData

from pipelines.items import (
    Archived,
    Article,
    Author,
    Editor,
    Extraction,
    Fingerprint,
    HotArticle,
    Image,
    RelatedArticle,
    RemovedLine,
    Source,
    Times,
    TopicHit,
    TopicMatch,
)
from pipelines.storage.exceptions import DocumentRefused

Document = dict[str, Any]
LARGEST_DOCUMENT = 15 * 1024 * 1024
"""In bytes. MongoDB's own limit is 16 MB."""
LARGEST_UNPACKED = 32 * 1024 * 1024
"""In bytes, of a packed article or page."""

_AWARE: CodecOptions[Document] = CodecOptions(tz_aware=True, tzinfo=UTC)
_PARTS: tuple[type, ...] = (
    Archived, Author, Editor, Extraction, Fingerprint, HotArticle, Image, RelatedArticle,
    RemovedLine, Source, Times, TopicHit, TopicMatch,
)  # fmt: skip
_LISTS: dict[str, type] = {
    "authors": Author,
    "editors": Editor,
    "images": Image,
    "related": RelatedArticle,
    "hot": HotArticle,
}
_SINGLES: dict[str, type] = {
    "source": Source,
    "times": Times,
    "extraction": Extraction,
    "fingerprint": Fingerprint,
    "archive": Archived,
}
T = TypeVar("T")


def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in attrs.fields(kind))


ARTICLE_FIELDS = tuple(name for name in _names(Article) if name != "traces")
"""The fields that the page and the pipelines fill. All others belong to the store; `traces` has a
collection of its own."""

_article_values = attrgetter(*ARTICLE_FIELDS)
_part_names = {kind: _names(kind) for kind in _PARTS}
_part_values: dict[type, Callable[[Any], tuple[Any, ...]]] = {
    kind: attrgetter(*names) for kind, names in _part_names.items()
}


def article_document(article: Article) -> Document:
    """Returns the fields of the document that come from the item, `_id` first."""
    document: Document = {"_id": article.id}
    document.update(zip(ARTICLE_FIELDS, _article_values(article), strict=True))
    for name, kind in _LISTS.items():
        if document[name]:
            document[name] = [_plain(kind, part) for part in document[name]]
    for name, kind in _SINGLES.items():
        if document[name] is not None:
            document[name] = _plain(kind, document[name])
    extraction = document["extraction"]
    extraction["removed"] = [_plain(RemovedLine, part) for part in extraction["removed"]]
    document["topics"] = topic_documents(article.topics)
    return document


def topic_documents(topics: Iterable[TopicMatch]) -> list[Document]:
    """Returns an article's topics in the form of its document."""
    return [
        {**_plain(TopicMatch, match), "hits": [_plain(TopicHit, hit) for hit in match.hits]}
        for match in topics
    ]


def article_from_document(document: Mapping[str, Any]) -> Article:
    """Returns the item of a document, without the fields that belong to the store."""
    values = {name: document[name] for name in ARTICLE_FIELDS if name in document}
    for name, kind in _LISTS.items():
        values[name] = [_made(kind, part) for part in values.get(name) or ()]
    for name, kind in _SINGLES.items():
        if values.get(name) is None:
            values.pop(name, None)
        else:
            values[name] = _made(kind, values[name])
    if "extraction" in values:
        removed = values["extraction"].removed or ()  # of before there was the field
        values["extraction"].removed = [_made(RemovedLine, part) for part in removed]
    values["topics"] = [
        _made(TopicMatch, {**match, "hits": [_made(TopicHit, hit) for hit in match["hits"]]})
        for match in values.get("topics") or ()
    ]
    return Article(**values)


def encode(document: Mapping[str, Any]) -> bytes:
    """Returns the BSON of a document. Lone surrogates, which UTF-8 cannot hold, become U+FFFD.

    Raises:
        DocumentRefused: the document is too large for MongoDB, or holds a value unknown to BSON.
    """
    try:
        try:
            data = bson.encode(document)
        except (UnicodeEncodeError, InvalidStringData):
            data = bson.encode(scrubbed(document))
    except (InvalidDocument, OverflowError) as error:
        raise DocumentRefused("not_storable", str(error)[:500]) from error
    if len(data) > LARGEST_DOCUMENT:
        raise DocumentRefused(
            "too_large", f"{len(data)} bytes; a document holds {LARGEST_DOCUMENT} at most"
        )
    return data


def decode(data: bytes) -> Document:
    """Returns the document of a BSON, with times aware in UTC."""
    return bson.decode(data, codec_options=_AWARE)


def pack(article: Article) -> bytes:
    """Returns a whole article in few bytes, for where it only waits (`rejects`)."""
    return zlib.compress(encode(article_document(article)), 1)


def unpack(data: bytes) -> Article:
    """Returns the article that `pack` has packed.

    Raises:
        ValueError: it holds something else.
    """
    try:
        return article_from_document(decode(unpacked(data)))
    except (InvalidBSON, AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"it holds no article ({type(error).__name__})") from None


def unpacked(data: bytes) -> bytes:
    """Returns what was packed by zlib, up to the size of a document.

    Raises:
        ValueError: it is not whole, or unpacks to more.
    """
    unpacker = zlib.decompressobj()
    try:
        found = unpacker.decompress(data, LARGEST_UNPACKED)
    except zlib.error as error:
        raise ValueError(f"it is damaged: {error}") from None
    if not unpacker.eof:
        raise ValueError(f"it is cut off, or unpacks to more than {LARGEST_UNPACKED} bytes")
    return found


def scrubbed(value: T) -> T:
    """Returns the value with every lone surrogate in its strings replaced by U+FFFD."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # type: ignore[return-value]
    if isinstance(value, Mapping):
        return {scrubbed(key): scrubbed(part) for key, part in value.items()}  # type: ignore[return-value]
    if isinstance(value, list | tuple):
        return [scrubbed(part) for part in value]  # type: ignore[return-value]
    return value


def to_millisecond(moment: datetime) -> datetime:
    """Returns a time with the precision of MongoDB."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _plain(kind: type, part: object) -> Document:
    return dict(zip(_part_names[kind], _part_values[kind](part), strict=True))


def _made(kind: type[T], part: Mapping[str, Any]) -> T:
    return kind(**{name: part[name] for name in _part_names[kind] if name in part})
