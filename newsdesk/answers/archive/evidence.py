"""Pages that gave no whole article: as text, and as a browser showed them. Each call blocks."""

from __future__ import annotations

from crawler.archive.exceptions import ArchiveError
from newsdesk.answers.archive.pages import page_of
from newsdesk.exceptions import NoSuchEvidence, NotArchived
from pipelines.config import Settings
from pipelines.storage.documents import Document, unpacked
from pipelines.storage.queries import kept_evidence

MOST_SHOWN = 40_000
"""Characters of a page that are shown."""
JPEG = b"\xff\xd8\xff"


def evidence_of(settings: Settings, id_: str) -> Document:
    """A page that was kept, by its id. Raises: NoSuchEvidence."""
    found = kept_evidence(settings, id_)
    if found is None:
        raise NoSuchEvidence(f"There is no evidence {id_!r}: its time is over, or it never was.")
    return found


def text_of(settings: Settings, evidence: Document) -> str:
    """The beginning of the page as text.

    Raises:
        NotArchived: it cannot be read any more.
    """
    try:
        if evidence.get("body") is not None:
            body = unpacked(evidence["body"])
        else:
            body = page_of(settings, evidence["url"], evidence["captured_at"]).body
    except (ArchiveError, OSError, ValueError) as error:
        raise NotArchived(f"{evidence['url']} cannot be read: {error}.") from None
    try:
        text = body.decode()
    except UnicodeDecodeError:
        text = body.decode("gb18030", errors="replace")  # what is no UTF-8 in this country
    return text[:MOST_SHOWN] + ("…" if len(text) > MOST_SHOWN else "")


def picture_of(evidence: Document) -> bytes | None:
    """The picture of the page, if there is one that is a JPEG."""
    data = evidence.get("screenshot")
    return bytes(data) if data and data.startswith(JPEG) else None
