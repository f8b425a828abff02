"""What becomes of articles that were read anew out of the archive: compared, and written.

A stored article gets another state only where today's rules read it differently; one that is not
stored is built up from all its visits. Topics are those in force: an article that is not stored and
belongs to none is turned away as a crawl would do it; a stored one stays, without topics.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any, TypeVar

import attrs
from attrs import define, field

from pipelines.clean import clean_article
from pipelines.exceptions import OffTopic
from pipelines.items import Article
from pipelines.keywords import match_article
from pipelines.storage.documents import ARTICLE_FIELDS, Document, article_from_document
from pipelines.storage.exceptions import DatabaseUnavailable, DocumentRefused
from pipelines.storage.news.revisions import as_stored
from pipelines.storage.session import StorageSession
from pipelines.storage.writing.rereading import (
    History,
    Known,
    Reread,
    RereadingRepository,
    Rewritten,
)
from pipelines.text.fingerprints import fingerprint, has_drifting_time
from pipelines.text.script import script_of
from pipelines.timing import clock
from pipelines.topics.topics import TopicMatcher

ROUNDS = 20
EXAMPLES = 3
"""Examples of each field that are kept of a batch."""
LONGEST_NOTE = 300
FIELDS = tuple(
    name
    for name in ARTICLE_FIELDS
    if name not in {"site", "key", "url", "job", "archive", "fingerprint", "topics", "extraction"}
)
"""What is compared. How a page was read (`extraction`) is noted anew without being a change."""
NEW, TURNED_AWAY = "new", "turned_away"
_BESIDE = {"comment_count", "collect_count", "related", "hot"}
"""What stands beside an article changes from visit to visit: that is no matter of rules."""
_DRIFTING = {"published_at", "times"}
T = TypeVar("T")
Stages = defaultdict[str, float]
"""Seconds of CPU time by what they went to."""


@define(frozen=True, kw_only=True)
class Example:
    """A field of an article that today's rules read differently; of `new` and `turned_away` the
    headline."""

    article: str
    url: str
    title: str
    field: str
    before: Any
    after: Any


@define(kw_only=True)
class Outcome:
    """What became of articles.

    counts: looked_at, changed, noted (only how the page was read differs), unchanged, new (not
    stored before; of these `returned` had been turned away), turned_away, elsewhere (stored from
    another address, or from no page of the archive) and sent_on (shells). fields: how many differ
    in each. topics: of the new ones. refused: by reason. notes: a sentence each.
    """

    counts: Counter[str] = field(factory=Counter)
    fields: Counter[str] = field(factory=Counter)
    topics: Counter[str] = field(factory=Counter)
    refused: Counter[str] = field(factory=Counter)
    examples: list[Example] = field(factory=list)
    notes: list[str] = field(factory=list)
    seconds: Stages = field(factory=lambda: defaultdict(float))

    def refuse(self, article: str, reason: str, detail: str) -> None:
        """Notes why an article's pages gave none."""
        self.refused[reason] += 1
        self.notes.append(f"{article}: {reason}: {detail}"[:LONGEST_NOTE])

    def show(self, article: Article, name: str, before: object, after: object) -> None:
        """Keeps an example, if there are not enough of its kind."""
        if sum(each.field == name for each in self.examples) < EXAMPLES:
            self.examples.append(
                Example(
                    article=article.id,
                    url=article.url,
                    title=article.title,
                    field=name,
                    before=before,
                    after=after,
                )
            )


@define(kw_only=True, eq=False)
class Rereading:
    """Compares and writes batches of one run.

    job: the run's id. fields: only these are changed; None: all. dry: nothing is written.
    """

    session: StorageSession
    matcher: TopicMatcher
    job: str
    fields: Collection[str] | None = None
    dry: bool = False

    async def known(self, ids: Sequence[str]) -> Known:
        """Returns what is stored of these articles, and which were turned away."""
        return await self._do(lambda store: store.known(ids))

    def prepare(self, article: Article) -> Article:
        """Takes an article through the pipelines.

        Raises:
            Unreadable: it is no whole article.
        """
        clean_article(article)
        article.topics = match_article(article, self.matcher)
        article.fingerprint = fingerprint(article)
        article.job = self.job
        return article

    async def compare(self, found: Sequence[tuple[Document, Article]], outcome: Outcome) -> None:
        """Compares stored articles with what was read, and writes what differs."""
        to_link = {doc["_id"]: article_from_document(doc) for doc, _ in found if self._is_own(doc)}
        pending = list(found)
        for _round in range(ROUNDS):
            rereads = [each for pair in pending if (each := self._reread(*pair, outcome))]
            result = Rewritten()
            if rereads and not self.dry:
                result = await self._rewrite(rereads)
            for each in rereads:
                self._count(each, result, outcome)
            done = (each for each in rereads if each.changed and each.new.id not in result.refused)
            to_link |= {each.new.id: each.new for each in done}
            if not result.overtaken:
                break
            again = (await self.known(sorted(result.overtaken))).stored
            pending = [(again[new.id], new) for _old, new in pending if new.id in again]
        else:
            raise DatabaseUnavailable(
                f"{len(pending)} articles were changed by other processes {ROUNDS} times in a row: "
                "call reparse again when fewer crawls run."
            )
        if not self.dry:
            await self._do(lambda store: store.link(list(to_link.values()), clock.now()))

    async def store(
        self, histories: Sequence[History], rejected: Collection[str], outcome: Outcome
    ) -> None:
        """Stores articles that are not known, each as its visits have seen it, in order; turns away
        what belongs to no topic."""
        keep_all = self.session.settings.keep_unmatched
        wanted, turned = [], []
        for history in histories:
            kept = [visit for visit in history.visits if visit[0].topics or keep_all]
            latest = history.visits[-1][0]
            if not kept:
                turned.append(history.visits[-1])
                outcome.counts[TURNED_AWAY] += 1
                if latest.id not in rejected:
                    outcome.show(latest, TURNED_AWAY, latest.title, None)
                continue
            wanted.append(attrs.evolve(history, visits=kept))
            outcome.counts[NEW] += 1
            outcome.counts["returned"] += latest.id in rejected
            outcome.topics.update(match.topic for match in kept[-1][0].topics)
            outcome.show(latest, NEW, None, latest.title)
        if self.dry:
            return
        result = await self._do(lambda store: store.store(wanted, clock.now()))
        for id_, refusal in result.refused.items():
            outcome.counts[NEW] -= 1
            outcome.refuse(id_, refusal.reason, str(refusal))
        await self._do(lambda store: store.turn_away(turned, OffTopic.reason, clock.now()))

    def _is_own(self, document: Document) -> bool:
        """Whether this run has written it: killed in between, it may not have found its copies."""
        return not self.dry and bool(document["job"] == self.job)

    async def _rewrite(self, rereads: Sequence[Reread]) -> Rewritten:
        return await self._do(lambda store: store.rewrite(rereads, clock.now()))

    def _reread(self, document: Document, article: Article, outcome: Outcome) -> Reread | None:
        """Returns what is to be written of a stored article; None if nothing is."""
        try:
            reread = self._difference(document, article)
        except DocumentRefused as refusal:
            outcome.refuse(article.id, refusal.reason, str(refusal))
            return None
        if reread is None:
            outcome.counts["unchanged"] += 1
        return reread

    def _difference(self, document: Document, article: Article) -> Reread | None:
        old = article_from_document(document)
        same_page = old.archive == article.archive
        beside = set() if same_page else {*_BESIDE}
        if not same_page and (has_drifting_time(old) or has_drifting_time(article)):
            beside |= _DRIFTING
        asked = FIELDS if self.fields is None else self.fields
        names = [
            name
            for name in FIELDS
            if name in asked and name not in beside and getattr(old, name) != getattr(article, name)
        ]
        if names:  # only what MongoDB would give back differently
            before, after = as_stored(old), as_stored(article)
            names = [name for name in names if before[name] != after[name]]
        if names:
            return Reread(old=document, new=self._next_state(old, article, names), changed=names)
        if same_page and self.fields is None and old.extraction != article.extraction:
            noted = attrs.evolve(old, extraction=article.extraction, fingerprint=fingerprint(old))
            return Reread(old=document, new=noted, changed=())
        return None

    def _next_state(self, old: Article, article: Article, names: Sequence[str]) -> Article:
        if self.fields is None:
            kept = {name: getattr(old, name) for name in _DRIFTING if name not in names}
            new = attrs.evolve(article, **kept)
            new.fingerprint = fingerprint(new)
            return new
        values = {name: getattr(article, name) for name in names}
        new = attrs.evolve(old, **values, extraction=article.extraction, job=self.job)
        new.script = script_of(f"{new.title}\n{new.body}")
        new.topics = match_article(new, self.matcher)
        new.fingerprint = fingerprint(new)
        return new

    def _count(self, each: Reread, result: Rewritten, outcome: Outcome) -> None:
        id_ = each.new.id
        if id_ in result.overtaken:
            return
        if id_ in result.refused:
            outcome.refuse(id_, result.refused[id_].reason, str(result.refused[id_]))
            return
        outcome.counts["changed" if each.changed else "noted"] += 1
        outcome.fields.update(each.changed)
        new = as_stored(each.new) if each.changed else {}
        for name in each.changed:
            outcome.show(each.new, name, each.old.get(name), new[name])

    async def _do(self, operation: Callable[[RereadingRepository], Awaitable[T]]) -> T:
        settings = self.session.settings
        return await self.session.run(
            lambda database: operation(RereadingRepository(database, settings, self.job))
        )
