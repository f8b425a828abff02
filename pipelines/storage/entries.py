"""What the store takes, and its form in the spool.

Entries are articles, pages without an article, rejected articles and readings of lists.
"""

from __future__ import annotations

import zlib
from datetime import datetime

import attrs
from attrs import define
from bson.errors import BSONError

from pipelines.items import (
    Archived,
    Article,
    ListedArticle,
    PageReport,
    Sighting,
    Sightings,
)
from pipelines.storage.documents import (
    Document,
    article_document,
    article_from_document,
    decode,
    encode,
    pack,
    scrubbed,
)
from pipelines.storage.exceptions import DocumentRefused

LARGEST_EVIDENCE = 1024 * 1024
LONGEST_URL = 2_000
LONGEST_DETAIL = 500


@define(frozen=True, kw_only=True)
class Evidence:
    """A page as it came, for a person to look at, and a JPEG of it, if there is one.

    packed: None if the page stands in the archive. size: bytes of the page before it was cut and
    packed.
    """

    packed: bytes | None
    size: int
    content_type: str | None = None
    screenshot: bytes | None = None
    archive: Archived | None = None

    def unpacked(self) -> bytes:
        return zlib.decompress(self.packed) if self.packed is not None else b""


@define(frozen=True, kw_only=True)
class PageEntry:
    """The report about a page without an article, and the page itself, packed."""

    report: PageReport
    evidence: Evidence | None = None
    job: str | None = None


@define(frozen=True, kw_only=True)
class RejectEntry:
    """A whole article that was rejected; `packed` holds it (`documents.unpack`)."""

    id: str
    site: str
    url: str
    title: str
    reason: str
    detail: str
    packed: bytes
    published_at: datetime | None = None
    job: str | None = None


Entry = Article | PageEntry | RejectEntry | Sightings


def pack_page(
    report: PageReport, job: str | None = None, archive: Archived | None = None
) -> PageEntry:
    """Returns a report's entry: evidence cut to 1 MB and packed, overlong texts cut.

    Takes about 10 ms per MB. archive: where the page stands, so that it need not be packed.
    """
    evidence = None
    if report.evidence:
        kept = report.evidence[:LARGEST_EVIDENCE]
        evidence = Evidence(
            packed=zlib.compress(kept, 6) if archive is None else None,
            size=len(report.evidence),
            content_type=_text(report.evidence_type or ""),
            screenshot=report.screenshot,
            archive=archive,
        )
    short = attrs.evolve(
        report,
        key=_text(report.key) if report.key else report.key,
        url=_text(report.url),
        detail=_text(report.detail, LONGEST_DETAIL),
        evidence=None,
        evidence_type=None,
        screenshot=None,
        place=None,
    )
    return PageEntry(report=short, evidence=evidence, job=job)


def pack_reject(article: Article, reason: str, detail: str = "") -> RejectEntry:
    """Returns the entry of a rejected article.

    Raises:
        DocumentRefused: the article is too large even for that.
    """
    return RejectEntry(
        id=article.id,
        site=article.site,
        url=_text(article.url),
        title=_text(article.title, LONGEST_DETAIL),
        reason=reason,
        detail=_text(detail, LONGEST_DETAIL),
        packed=pack(article),
        published_at=article.published_at,
        job=article.job,
    )


def entry_id(entry: Entry) -> str:
    """Returns the `_id` in `urls` that the entry is about; of a reading the list's name."""
    return entry.report.id if isinstance(entry, PageEntry) else entry.id


def entry_record(entry: Entry, at: datetime) -> bytes:
    """Returns an entry, and the time when it was taken, as a record of the spool.

    Raises:
        DocumentRefused: MongoDB would not take it either.
    """
    if isinstance(entry, Article):
        listed = isinstance(entry, ListedArticle)
        kind = "listed" if listed else "article"
        return encode({"at": at, "kind": kind, "data": article_document(entry)})
    kind = _KINDS[type(entry)]
    return encode({"at": at, "kind": kind, "data": attrs.asdict(entry)})


_KINDS: dict[type, str] = {PageEntry: "page", RejectEntry: "reject", Sightings: "sightings"}


def entry_from_record(record: bytes) -> tuple[datetime, Entry]:
    """Returns the time and the entry of a record.

    Raises:
        DocumentRefused: the record is of no kind that this version knows.
    """
    try:
        document = decode(record)
        return document["at"], _entry(document["kind"], document["data"])
    except (BSONError, KeyError, TypeError) as error:
        raise DocumentRefused("unknown_record", f"{type(error).__name__}: {error}") from error


def _text(text: str, longest: int = LONGEST_URL) -> str:
    """Cuts a text and replaces lone surrogates: reports do not pass the clean pipeline."""
    return scrubbed(text[:longest])


def _evidence(values: Document) -> Evidence:
    """Makes evidence from a record; leaves out a field that earlier versions wrote."""
    known = {name: value for name, value in values.items() if name != "truncated"}
    place = known.pop("archive", None)
    return Evidence(**known, archive=Archived(**place) if place else None)


def _entry(kind: str, data: Document) -> Entry:
    match kind:
        case "article":
            return article_from_document(data)
        case "listed":
            item = article_from_document(data)
            names = attrs.fields_dict(Article)
            return ListedArticle(**{name: getattr(item, name) for name in names})
        case "page":
            evidence = data["evidence"]
            return PageEntry(
                report=PageReport(**data["report"]),
                evidence=_evidence(evidence) if evidence else None,
                job=data["job"],
            )
        case "reject":
            return RejectEntry(**data)
        case "sightings":
            return Sightings(**{**data, "seen": [Sighting(**each) for each in data["seen"]]})
        case _:
            raise DocumentRefused("unknown_record", f"a record of kind {kind!r}")
