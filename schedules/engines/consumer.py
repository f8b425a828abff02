"""The part of a worker that is Celery's: it hears the broker, in a thread of its own.

Celery's threads only wait: the jobs run in the worker's event loop, each in a subprocess. So a
worker is one process, and whatever kills it ends its crawls with it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Any

from attrs import define, field
from celery.concurrency.thread import TaskPool
from celery.worker import WorkController
from celery.worker import state as celery_state
from celery.worker.control import Panel

from pipelines.config import Settings
from schedules.engines.celery_app import TASK, create_app, queue
from schedules.engines.sender import LOOK_AGAIN

logger = logging.getLogger(__name__)


class Threads(TaskPool):  # type: ignore[misc]
    """Threads that are not waited for: their jobs go on when Celery has lost its broker."""

    def on_stop(self) -> None:
        self.executor.shutdown(wait=False, cancel_futures=True)


@define(eq=False)
class Consumer:
    """Calls `run` for each message, in a thread; a message is acknowledged when that returns.

    It begins once. Celery has one state for the whole process: no second one may begin before the
    first has ended.

    Messages of jobs that still run when hearing ends come again, to whoever hears then; they find
    their job taken. look_again: called at a broadcast. on_end: called when hearing has ended.
    """

    settings: Settings
    name: str
    queues: Sequence[str]
    processes: int
    run: Callable[[str], None]
    look_again: Callable[[], None]
    on_end: Callable[[], None]
    _controller: Any = field(init=False)

    def start(self) -> None:
        """Begins to hear."""
        app = create_app(self.settings)
        app.set_default()  # its threads look for tasks there
        app.conf.task_queues = [queue(name) for name in self.queues]
        run = self.run

        def run_job(job: str) -> None:
            run(str(job))

        app.task(name=TASK, shared=False)(run_job)
        Panel.register(self._panel, name=LOOK_AGAIN, type="control", visible=False)
        celery_state.should_stop = celery_state.should_terminate = None
        self._controller = WorkController(
            app=app,
            hostname=self.name,
            pool=Threads,
            concurrency=self.processes,
            send_events=True,
            without_mingle=True,
            without_gossip=True,
            loglevel=None,
        )
        threading.Thread(target=self._hear, name="celery", daemon=True).start()

    def stop(self) -> None:
        """Takes no more messages; `on_end` is called when Celery has left the broker."""
        celery_state.should_stop = 0

    def _hear(self) -> None:
        try:
            self._controller.start()
        except Exception:
            logger.exception("Celery ended by an error of its own")
        except SystemExit:
            pass  # its way to end when it is told to
        finally:
            self.on_end()

    def _panel(self, _state: object, **_arguments: object) -> dict[str, str]:
        self.look_again()
        return {"ok": "looks"}
