"""The Celery application: one task, whose message holds the id of a job and nothing else."""

from __future__ import annotations

from typing import Any

from pipelines.config import Settings
from schedules.exceptions import EngineTrouble
from schedules.job import GRACE_SECONDS
from schedules.timetable.values import DEADLINES

try:
    from celery import Celery
    from kombu.entity import Queue
except ModuleNotFoundError as error:
    raise EngineTrouble(
        f"The engine celery needs the extra `cluster` ({error}): pip install 'newsdesk[cluster]'"
    ) from None

TASK = "newsdesk.run_job"
LONGEST_SECONDS = DEADLINES[1].total_seconds() + GRACE_SECONDS + 3600.0
"""No crawl is under way for so long: so long may a message stay unacknowledged."""
CONNECT_SECONDS = 4.0
ANSWER_SECONDS = 10.0
HEARTBEAT_SECONDS = 20
PRIORITIES = 9
"""A message's priority is 0 to this."""
QUEUE_ARGUMENTS = {
    "x-max-priority": PRIORITIES,
    "x-consumer-timeout": round(LONGEST_SECONDS * 1000),  # RabbitMQ before 3.12 has a setting
}


def is_redis(settings: Settings) -> bool:
    """Whether the broker is Redis or Valkey."""
    return settings.broker.startswith("redis")


def create_app(settings: Settings) -> Celery:
    """Returns the application of these settings. It connects when it is used.

    Messages are JSON, whatever else arrives is refused: a pickle would run code. There is no
    store of results, since MongoDB has them.
    """
    app = Celery("newsdesk", broker=settings.broker, set_as_current=False)
    app.conf.update(
        accept_content=["json"],
        task_serializer="json",
        event_serializer="json",
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_create_missing_queues=False,
        worker_prefetch_multiplier=1,
        worker_enable_prefetch_count_reduction=False,
        worker_detect_quorum_queues=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        broker_connection_timeout=CONNECT_SECONDS,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_heartbeat=HEARTBEAT_SECONDS,
        broker_transport_options=_transport_options(settings),
        enable_utc=True,
    )
    return app


def _transport_options(settings: Settings) -> dict[str, Any]:
    if is_redis(settings):
        return {
            "visibility_timeout": LONGEST_SECONDS,
            "socket_connect_timeout": CONNECT_SECONDS,
            "socket_timeout": HEARTBEAT_SECONDS,
            "socket_keepalive": True,
            "health_check_interval": HEARTBEAT_SECONDS,
        }
    return {"confirm_publish": True}


def queue(name: str) -> Queue:
    """Returns a queue by its name.

    A classic queue: with quorum queues RabbitMQ before 4 knows no priorities and no prefetch for
    a whole worker. Copies on several brokers would bring nothing, since a lost message is sent
    again from MongoDB.
    """
    return Queue(name, routing_key=name, durable=True, queue_arguments=QUEUE_ARGUMENTS)  # type: ignore[no-untyped-call]
