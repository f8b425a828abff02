"""All that may be wrong between collections, in the order in which it is mended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from pymongo.database import Database

from pipelines.storage.documents import Document
from pipelines.storage.schema.collections import COLLECTIONS
from pipelines.storage.schema.reading import undeclared
from pipelines.storage.soundness import finding, mending
from pipelines.storage.soundness.check import Check, known_ids, names_missing

_BACKUP: Final = "Restore a backup beside it (newsdesk restore --into NAME) and compare."
_LATER: Final = "Run newsdesk doctor --deep --mend."


def _stored(database: Database[Document], rejects: Sequence[Document]) -> Iterable[Any]:
    """Of rejects, those that are articles by now."""
    return known_ids(database, "articles", [each["_id"] for each in rejects])


def _all(_database: Database[Document], documents: Sequence[Document]) -> Iterable[Any]:
    """All of them: only wrong ones are looked at."""
    return [each["_id"] for each in documents]


_FORMS: Final = tuple(
    Check(
        name=f"form_of_{name}",
        collection=name,
        says=f"documents of {name} have another form than declared",
        wrong=_all,
        wanted=undeclared(name, {}),
        any_form=True,
        todo=f"Readers and exports leave them out; somebody wrote them by hand. {_BACKUP}",
    )
    for name in COLLECTIONS
)
CHECKS: Final[tuple[Check, ...]] = (
    *_FORMS,
    Check(
        name="lost_text",
        collection="revisions",
        says="earlier states belong to an article that is not there",
        wrong=names_missing("article", "articles"),
        shown=("article",),
        todo=f"Nothing deletes articles; somebody did. {_BACKUP}",
    ),
    Check(
        name="lost_state",
        collection="articles",
        says="articles lack an earlier state",
        wrong=finding.without_history,
        wanted={"revision": {"$gt": 1}},
        shown=("revision",),
        todo=f"Nothing deletes earlier states; somebody did. {_BACKUP}",
    ),
    Check(
        name="orphaned_trace",
        collection="traces",
        says="traces belong to no article",
        wrong=names_missing("_id", "articles"),
        todo=_LATER,
        mends="deleted",
        mend=mending.delete_from("traces"),
    ),
    Check(
        name="orphaned_postings",
        collection="postings",
        says="postings belong to no block",
        wrong=finding.of_no_block,
        todo=_LATER,
        mends="deleted",
        mend=mending.delete_from("postings"),
    ),
    Check(
        name="empty_block",
        collection="blocks",
        says="blocks have no postings",
        wrong=finding.without_postings,
        todo=f"Search does not find their articles. {_LATER}",
        mends="removed, the traces of their articles made anew",
        mend=mending.drop_blocks,
    ),
    Check(
        name="lost_block",
        collection="traces",
        says="traces name a block that is not there",
        wrong=finding.without_block,
        wanted={"block": {"$ne": None}},
        shown=("block",),
        todo=f"Search does not find their articles. {_LATER}",
        mends="made anew",
        mend=mending.trace_anew,
    ),
    Check(
        name="untraced",
        collection="articles",
        says="articles have no traces of their present text",
        wrong=finding.untraced,
        shown=("fingerprint.content",),
        todo=f"Search and stories do not find them. {_LATER}",
        mends="traced anew",
        mend=mending.trace_anew,
    ),
    Check(
        name="orphaned_likeness",
        collection="likenesses",
        says="likenesses name an article that is not there",
        wrong=names_missing("articles", "articles"),
        shown=("articles",),
        todo=_LATER,
        mends="deleted",
        mend=mending.delete_from("likenesses"),
    ),
    Check(
        name="similar_to_nothing",
        collection="articles",
        says="articles name similar ones that are not there",
        wrong=names_missing("similar", "articles"),
        wanted={"similar.0": {"$exists": True}},
        shown=("similar",),
        todo=_LATER,
        mends="freed of these names",
        mend=mending.drop_missing_names,
    ),
    Check(
        name="contains_nothing",
        collection="articles",
        says="articles contain ones that are not there",
        wrong=names_missing("contains", "articles"),
        wanted={"contains.0": {"$exists": True}},
        shown=("contains",),
        todo=_LATER,
        mends="freed of these names",
        mend=mending.drop_missing_names,
    ),
    Check(
        name="lost_story",
        collection="articles",
        says="articles name a story that is not there",
        wrong=names_missing("story", "stories"),
        wanted={"story": {"$ne": None}},
        shown=("story",),
        todo=_LATER,
        mends="compared with their copies anew",
        mend=mending.trace_anew,
    ),
    Check(
        name="ill_told_story",
        collection="stories",
        says="stories do not say what their articles say",
        wrong=finding.ill_told,
        shown=(
            "members",
            "titles",
            "sources",
            "sites",
            "first",
            "first_published_at",
            "last_published_at",
        ),
        todo=_LATER,
        mends="put together again",
        mend=mending.tell_stories_anew,
    ),
    Check(
        name="stored_nowhere",
        collection="urls",
        says="URLs count as stored and have no article",
        wrong=names_missing("_id", "articles"),
        wanted={"state": "stored"},
        todo=f"No crawl asks for them. {_LATER}",
        mends="forgotten, so that the next crawl that meets them asks for them",
        mend=mending.delete_from("urls"),
    ),
    Check(
        name="unknown_url",
        collection="articles",
        says="articles have no URL in urls",
        wrong=names_missing("_id", "urls"),
        todo=f"The next crawl takes them for new and reads them once more. {_LATER}",
        mends="noted as known",
        mend=mending.know_urls,
    ),
    Check(
        name="stored_reject",
        collection="rejects",
        says="rejects are stored as articles",
        wrong=_stored,
        todo=_LATER,
        mends="deleted",
        mend=mending.delete_from("rejects"),
    ),
    Check(
        name="orphaned_evidence",
        collection="evidence",
        says="pieces of evidence belong to no URL",
        wrong=names_missing("article", "urls"),
        shown=("article",),
        todo=f"They expire by themselves. {_LATER}",
        mends="deleted",
        mend=mending.delete_from("evidence"),
    ),
    Check(
        name="doubled_sighting",
        collection="sightings",
        says="sightings go on though a later one is there",
        wrong=finding.seen_twice,
        wanted={"until": None},
        shown=("site", "source", "article", "at"),
        todo=_LATER,
        mends="ended where the later one begins",
        mend=mending.close_sightings,
    ),
    Check(
        name="lost_job",
        collection="slots",
        says="due times name a job that is not there",
        wrong=names_missing("job", "jobs"),
        wanted={"job": {"$ne": None}},
        shown=("job",),
        todo=_LATER,
        mends="freed of this name",
        mend=mending.set_null("slots", "job"),
    ),
)
