"""Applies topics to all stored articles, and to all rejected ones, which then come back.

Makes four passes: stored articles, rejected articles, and both again for what crawls with earlier
topics have added meanwhile. Never removes a stored article: one that belongs to no topic any more
stays, without topics. After an interruption the next run goes on from the last batch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from attrs import define

from pipelines.clean import clean_article
from pipelines.exceptions import Unreadable
from pipelines.keywords import match_article
from pipelines.storage.documents import Document, topic_documents
from pipelines.storage.exceptions import DatabaseUnavailable
from pipelines.storage.session import StorageSession
from pipelines.storage.topics.taggings import RejectedArticle, Tagging, TaggingRepository
from pipelines.text.fingerprints import fingerprint
from pipelines.text.query.fields import document_fields
from pipelines.timing import clock
from pipelines.topics.digest import topics_digest
from pipelines.topics.topics import TopicMatcher, Topics

BATCH = 200
ROUNDS = 20

Progress = Callable[[int, int], None]
"""Called with the number of articles looked at, and about how many there are."""
Changes = dict[str, tuple[Document, list[Document]]]
"""By article id: the article as it was read, and the topics that it gets."""
T = TypeVar("T")


@define(frozen=True)
class Pass:
    """One walk over the stored or the rejected articles. late: only over what came in meanwhile."""

    stored: bool
    late: bool


PASSES = (
    Pass(stored=True, late=False),
    Pass(stored=False, late=False),
    Pass(stored=True, late=True),
    Pass(stored=False, late=True),
)


class Retagging:
    """Applies topics to everything.

    only: names of the topics to apply, also of topics that no longer exist, which are then taken
    off; other topics of the articles stay as they are. dry: nothing is written.
    """

    def __init__(
        self,
        session: StorageSession,
        topics: Topics,
        only: Iterable[str] | None = None,
        *,
        dry: bool = False,
    ) -> None:
        self._session = session
        self._only = None if only is None else frozenset(only)
        self._dry = dry
        self._digest = topics_digest(topics)
        self._order = {topic.name: number for number, topic in enumerate(topics)}
        self._all = self._chosen = TopicMatcher(topics)
        if self._only is not None:
            chosen = tuple(topic for topic in topics if topic.name in self._only)
            self._chosen = TopicMatcher(Topics(chosen))

    async def run(self, progress: Progress) -> Tagging:
        """Applies the topics; returns the run with its counts.

        Raises:
            TaggingReplaced: a run with other topics has begun meanwhile.
            StorageError, PyMongoError: start it again: it goes on where it was.
        """
        tagging = await self._begin()
        total = await self._do(lambda store: store.size())
        for step in range(tagging.step, len(PASSES)):
            if self._dry and PASSES[step].late:
                break
            if step != tagging.step:
                tagging.step, tagging.after = step, None
            while done := await self._batch(tagging, PASSES[step]):
                tagging.after = done[-1]
                tagging.counts["looked_at"] += len(done)
                await self._note(tagging)
                progress(tagging.counts["looked_at"], total)
        await self._note(tagging, done=True)
        return tagging

    async def _begin(self) -> Tagging:
        now = clock.now()
        only = None if self._only is None else sorted(self._only)
        if self._dry:
            return Tagging(id="", digest=self._digest, topics=only, started_at=now)
        return await self._do(lambda store: store.begin(self._digest, only, now))

    async def _note(self, tagging: Tagging, *, done: bool = False) -> None:
        if not self._dry:
            await self._do(lambda store: store.note(tagging, clock.now(), done=done))

    async def _batch(self, tagging: Tagging, walk: Pass) -> list[str]:
        """Does one batch of a pass; returns the ids of the articles in it."""
        since = tagging.started_at if walk.late else None
        if walk.stored:
            return await self._stored(tagging, since)
        return await self._rejected(tagging, since)

    async def _stored(self, tagging: Tagging, since: datetime | None) -> list[str]:
        documents = await self._do(lambda store: store.articles(tagging.after, since, BATCH))
        ids = [document["_id"] for document in documents]
        if not ids:
            return []
        pending = self._changes(documents)
        changes = dict(pending)
        for _round in range(ROUNDS):
            if self._dry or await self._write(pending):
                break
            pending = await self._again(pending)
            changes |= pending
        else:
            raise DatabaseUnavailable(
                f"{len(changes)} articles ({ids[0]}, ...) were changed by other processes {ROUNDS} "
                "times in a row: apply the topics again when fewer crawls run."
            )
        for document, topics in changes.values():
            tagging.counts += _counted(document, topics)
        return ids

    async def _write(self, changes: Changes) -> bool:
        return await self._do(lambda store: store.set_topics(list(changes.values())))

    async def _again(self, changes: Changes) -> Changes:
        """Returns what is still to be changed after another writer has changed some of the
        articles."""
        return self._changes(await self._do(lambda store: store.these(changes)))

    def _changes(self, documents: Iterable[Document]) -> Changes:
        """Returns the articles whose topics change, by id, with their new topics."""
        changes = {}
        for document in documents:
            topics = topic_documents(self._chosen.match(document_fields(document)))
            before = document["topics"]
            if self._only is not None:
                topics += [each for each in before if each["topic"] not in self._only]
                topics.sort(key=lambda each: self._order.get(each["topic"], len(self._order)))
            if topics != before:
                changes[document["_id"]] = (document, topics)
        return changes

    async def _rejected(self, tagging: Tagging, since: datetime | None) -> list[str]:
        found = await self._do(lambda store: store.rejected(tagging.after, since, BATCH))
        ids = [each.article.id for each in found]
        returned = [each for each in found if self._returns(each, tagging.counts)]
        if returned and not self._dry:
            await self._do(lambda store: store.bring_back(returned, tagging.started_at))
        return ids

    def _returns(self, each: RejectedArticle, counts: Counter[str]) -> bool:
        """Takes an article through the pipelines again; returns whether it is to be stored now."""
        article = each.article
        try:
            clean_article(article)
        except Unreadable as reason:
            counts[f"unreadable/{reason.reason}"] += 1
            return False
        if not match_article(article, self._chosen):
            return False
        article.topics = match_article(article, self._all)
        article.fingerprint = fingerprint(article)
        counts["returned"] += 1
        counts.update(f"added/{match.topic}" for match in article.topics)
        return True

    async def _do(self, operation: Callable[[TaggingRepository], Awaitable[T]]) -> T:
        settings = self._session.settings
        return await self._session.run(
            lambda database: operation(TaggingRepository(database, settings))
        )


def _counted(document: Document, topics: Sequence[Document]) -> Counter[str]:
    before = {each["topic"] for each in document["topics"]}
    after = {each["topic"] for each in topics}
    counts = Counter(changed=1, unmatched=int(bool(before) and not after))
    counts.update(f"added/{name}" for name in after - before)
    counts.update(f"lost/{name}" for name in before - after)
    return counts
