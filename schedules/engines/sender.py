"""Sends ids of jobs to the broker, and asks how many wait there. Every call blocks, for seconds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from attrs import define, field
from kombu.exceptions import KombuError

from pipelines.config import Settings
from schedules.engines.celery_app import (
    ANSWER_SECONDS,
    PRIORITIES,
    QUEUE_ARGUMENTS,
    TASK,
    create_app,
    is_redis,
    queue,
)
from schedules.engines.queues import shown_broker
from schedules.exceptions import EngineTrouble
from schedules.jobs.figures import masked

LOOK_AGAIN = "newsdesk_look_again"
"""Name of the broadcast at which workers look whether their jobs are to stop."""
LOWEST, HIGHEST = -100, 100


@define(eq=False)
class Sender:
    """Speaks to one broker. Each use connects anew, so that no dead connection is used again."""

    settings: Settings
    _app: Any = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._app = create_app(self.settings)
        limits = {"read_timeout": ANSWER_SECONDS, "write_timeout": ANSWER_SECONDS}
        if is_redis(self.settings):
            limits = {"socket_timeout": ANSWER_SECONDS}
        # A worker waits for messages; what is asked here is answered at once, or never.
        self._app.conf.broker_transport_options |= limits

    @contextmanager
    def connected(self) -> Iterator[Any]:
        """A connection for as long as the block lasts.

        Raises:
            EngineTrouble: the broker is away, or refuses.
        """
        transport = self._app.connection_for_write().transport
        away = (OSError, KombuError, *transport.connection_errors, *transport.channel_errors)
        try:
            with self._app.connection_for_write() as connection:
                connection.ensure_connection(max_retries=1, interval_start=0)
                yield connection
        except away as error:
            why = masked(str(error) or type(error).__name__)
            where = shown_broker(self.settings.broker)
            raise EngineTrouble(f"The broker {where} is away: jobs wait. ({why})") from error

    def check(self) -> None:
        """Connects once. Raises: EngineTrouble."""
        with self.connected():
            pass

    def waiting(self, connection: Any, names: Iterable[str]) -> dict[str, int]:  # noqa: ANN401
        """Returns how many messages wait in each queue; a queue that is not there is made."""
        found = {}
        with connection.channel() as channel:
            for name in names:
                answer = channel.queue_declare(
                    queue=name, durable=True, auto_delete=False, arguments=QUEUE_ARGUMENTS
                )
                found[name] = answer.message_count
        return found

    def send(self, connection: Any, job: str, name: str, priority: int, now: datetime) -> None:  # noqa: ANN401
        """Sends the id of a job."""
        self._app.send_task(
            TASK,
            args=[job],
            task_id=f"{job}/{now:%H%M%S%f}",  # a revoked id would never be run again
            queue=queue(name),
            priority=self._priority(priority),
            connection=connection,
            retry=False,
            ignore_result=True,
        )

    def look_again(self, job: str) -> None:
        """Lets workers look at once whether their jobs are to stop.

        Raises:
            EngineTrouble: the broker is away; they look by themselves within seconds.
        """
        with self.connected() as connection:
            self._app.control.broadcast(
                LOOK_AGAIN, arguments={"job": job}, connection=connection, reply=False
            )

    def _priority(self, priority: int) -> int:
        """Returns a job's priority as the broker counts it: with Redis, 0 is the highest."""
        share = (min(max(priority, LOWEST), HIGHEST) - LOWEST) / (HIGHEST - LOWEST)
        found = round(share * PRIORITIES)
        return PRIORITIES - found if is_redis(self.settings) else found
