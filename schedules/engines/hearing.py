"""Keeps a worker hearing its broker, whatever becomes of the connection.

Celery may live on and take nothing after its connection broke; and a connection that something on
the way forgot breaks for neither side. Both look the same from here: messages wait, this worker has
places, and none comes.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress

from attrs import define, field

from pipelines.config import Settings
from pipelines.storage.exceptions import StorageError
from pipelines.storage.operations.repositories import NightStore
from schedules.engines.consumer import Consumer
from schedules.engines.queues import shown_broker
from schedules.engines.sender import Sender
from schedules.exceptions import EngineTrouble
from schedules.jobs.night import Ask

logger = logging.getLogger(__name__)

LOOK_SECONDS = 10.0
"""How often is looked whether messages wait that should have come."""
LOOKS = 2
"""So many such looks one after another are no accident."""
MOST_RENEWALS = 3
"""So often is Celery started anew without hearing anything; then the process has to end."""
AGAIN_SECONDS = 3.0
"""Time until Celery is started again."""
CLOSE_SECONDS = 10.0
"""Time for the broker to be left."""


@define(eq=False)
class Hearing:
    """Celery for a worker, started again when it has ended or hears in vain; jobs go on meanwhile.

    run: called with the id of a job, in a thread. look_again: called at a broadcast, in another.
    has_place: whether the worker could run one more job.
    """

    settings: Settings
    name: str
    queues: Sequence[str]
    processes: int
    ask: Ask
    run: Callable[[str], None]
    look_again: Callable[[], None]
    has_place: Callable[[], bool]
    _sender: Sender = field(init=False)
    _consumer: Consumer | None = None
    _ended: asyncio.Event = field(factory=asyncio.Event)
    _in_vain: int = 0
    _renewals: int = 0

    def __attrs_post_init__(self) -> None:
        self._sender = Sender(self.settings)

    async def keep(self) -> None:
        """Hears until it is cancelled.

        Raises:
            EngineTrouble: nothing helps but a new process.
        """
        while True:
            self._start()
            if await self._in_vain_for_long():
                await self._end_celery()
            else:
                logger.warning("Celery ended by itself")
            logger.warning("It is started again in %.0f s; jobs go on", AGAIN_SECONDS)
            await asyncio.sleep(AGAIN_SECONDS)

    def stop(self) -> None:
        """Takes no more messages."""
        if self._consumer is not None:
            self._consumer.stop()

    async def ended(self) -> bool:
        """Waits until the broker has been left; returns False if that takes too long."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), CLOSE_SECONDS)
        return self._ended.is_set()

    def _start(self) -> None:
        loop, self._in_vain, self._ended = asyncio.get_running_loop(), 0, asyncio.Event()
        ended = self._ended

        def on_end() -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(ended.set)

        self._consumer = Consumer(
            settings=self.settings,
            name=self.name,
            queues=self.queues,
            processes=self.processes,
            run=self._take,
            look_again=self.look_again,
            on_end=on_end,
        )
        self._consumer.start()

    def _take(self, job: str) -> None:
        self._in_vain = self._renewals = 0
        self.run(job)

    async def _in_vain_for_long(self) -> bool:
        """Returns True once messages wait that do not come; False if Celery ends before that."""
        while self._in_vain < LOOKS:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), LOOK_SECONDS)
                return False
            in_vain = self.has_place() and await self._in_vain_now()
            self._in_vain = self._in_vain + 1 if in_vain else 0
        return True

    async def _end_celery(self) -> None:
        logger.warning("Messages wait at the broker, but Celery hears none")
        self._renewals += 1
        if self._renewals > MOST_RENEWALS:
            raise self._trouble(f"although Celery was started anew {MOST_RENEWALS} times")
        self.stop()
        if not await self.ended():
            raise self._trouble("and Celery does not end")

    async def _in_vain_now(self) -> bool:
        try:
            return await self.ask(self._messages_wait)
        except (StorageError, EngineTrouble):
            return False  # nobody can say; the service raises the alarm

    def _messages_wait(self, night: NightStore) -> bool:
        """Returns whether messages wait in our queues. Asks the broker only if any were sent."""
        sent = {job["queue"] for job in night.jobs.sent()} & {*self.queues}
        if not sent:
            return False
        with self._sender.connected() as connection:
            return any(self._sender.waiting(connection, sent).values())

    def _trouble(self, why: str) -> EngineTrouble:
        return EngineTrouble(
            f"This worker hears nothing more of {shown_broker(self.settings.broker)}, {why}. "
            "It ends, for systemd, Docker or Kubernetes to start it again; its jobs run elsewhere."
        )
