"""The collections `alerts`, `silences` and `channels`: what is wrong, and who was told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from pipelines.storage.documents import Document
from pipelines.storage.schema.reading import declared

Severity = Literal["info", "warning", "error"]
Sent = Literal["raised", "recovered"]
DID_NOT_RUN = "did_not_run"
_WITH_PATH = "://[^/]*[/?]"
"""Names of channels as earlier versions wrote them: with paths, which may hold secrets."""
AHEAD = timedelta(minutes=2)
"""What was sent so much later than now was sent while the clock was ahead."""


class AlertRepository:
    """Reads and writes alerts. Its methods block.

    An alert is open from its first raise to its resolution; further raises only count.
    """

    def __init__(self, database: Database[Document]) -> None:
        self._alerts = database["alerts"]
        self._silences = database["silences"]
        self._channels = database["channels"]

    def raise_(
        self,
        kind: str,
        severity: Severity,
        message: str,
        now: datetime,
        *,
        site: str | None = None,
        schedule: str | None = None,
        job: str | None = None,
    ) -> None:
        """Opens an alert, or counts an open one once more."""
        update: Document = {
            "$set": {"severity": severity, "message": message, "job": job, "last_raised_at": now},
            "$inc": {"count": 1},
            "$setOnInsert": {"kind": kind, "site": site, "schedule": schedule, "created_at": now},
        }
        wanted = {"open": open_key(kind, site, schedule)}
        try:
            self._alerts.update_one(wanted, update, upsert=True)
        except DuplicateKeyError:  # another service raised it at the same moment
            self._alerts.update_one(wanted, update)

    def resolve(
        self,
        kinds: Iterable[str],
        now: datetime,
        *,
        site: str | None = None,
        schedule: str | None = None,
    ) -> int:
        """Closes alerts of these kinds, of this site and schedule only if given;
        returns how many."""
        wanted: Document = {"open": {"$ne": None}, "kind": {"$in": [*kinds]}}
        if site is not None:
            wanted["site"] = site
        if schedule is not None:
            wanted["schedule"] = schedule
        over = {"$set": {"resolved_at": now}, "$unset": {"open": ""}}
        return self._alerts.update_many(wanted, over).modified_count

    def open(self) -> list[Document]:
        """Returns the open alerts, the newest first."""
        return (
            self._alerts.find(declared("alerts", {"open": {"$ne": None}}))
            .sort("created_at", -1)
            .to_list()
        )

    def to_tell(self, now: datetime, repeat_before: datetime) -> list[Document]:
        """Returns what people must be told: new alerts, long open ones, and closed ones that they
        were told of.

        Leaves out what an operator has acknowledged or silenced.
        """
        raised = {
            "open": {"$ne": None},
            "acknowledged_at": None,
            "$or": [
                {"sent_at": None},
                {"sent_at": {"$lte": repeat_before}},
                {"sent_at": {"$gt": now + AHEAD}},
            ],
        }
        over: Document = {"resolved_at": {"$ne": None}, "sent": "raised"}
        # People are told of a night that did not run even if it was made up for meanwhile.
        unheard: Document = {"resolved_at": {"$ne": None}, "sent": None, "kind": DID_NOT_RUN}
        found = (
            self._alerts.find(declared("alerts", {"$or": [raised, over, unheard]}))
            .sort([("created_at", 1), ("_id", 1)])
            .limit(200)
        )
        silences = self.silences(now)
        return [alert for alert in found if not is_silent(alert, silences)]

    def told(self, alerts: Iterable[Document], now: datetime) -> None:
        """Notes that a channel has taken these alerts, as they were when they were read."""
        for alert in alerts:
            sent: Sent = "recovered" if alert.get("resolved_at") else "raised"
            self._alerts.update_one({"_id": alert["_id"]}, {"$set": {"sent_at": now, "sent": sent}})

    def acknowledge(self, id_: object, now: datetime, by: str) -> bool:
        """Notes that an operator knows, so it is not repeated; returns False if no such alert is
        open."""
        update = {"$set": {"acknowledged_at": now, "acknowledged_by": by}}
        return self._alerts.update_one({"open": id_}, update).matched_count == 1

    def silence(
        self, pattern: str, until: datetime, now: datetime, by: str, note: str | None
    ) -> None:
        """Keeps alerts of "kind/site" (`*` for any) from being told until then.

        An earlier note stays if none is given.
        """
        fields: Document = {"until": until, "created_at": now, "created_by": by}
        if note is not None:
            fields["note"] = note
        self._silences.update_one({"_id": pattern}, {"$set": fields}, upsert=True)

    def unsilence(self, pattern: str) -> bool:
        """Ends a silence; returns False if there was none."""
        return self._silences.delete_one({"_id": pattern}).deleted_count == 1

    def silences(self, now: datetime) -> list[Document]:
        """Returns the silences in force."""
        found = self._silences.find(declared("silences", {"until": {"$gt": now}}))
        return found.sort("_id", 1).to_list()

    def note_channel(self, channel: str, now: datetime, error: str | None) -> None:
        """Notes that a message arrived at a channel, or why it did not."""
        if error is None:
            update: Document = {"$set": {"last_ok_at": now, "failures": 0, "error": None}}
        else:
            update = {"$set": {"last_failed_at": now, "error": error}, "$inc": {"failures": 1}}
        self._channels.delete_many({"_id": {"$regex": _WITH_PATH}})
        self._channels.update_one({"_id": channel}, update, upsert=True)

    def channels(self) -> list[Document]:
        """Returns all channels that were ever used, by name."""
        return self._channels.find(declared("channels", {})).sort("_id", 1).to_list()

    def forget_old(self, before: datetime) -> int:
        """Deletes alerts that were over long ago; returns how many."""
        over = {"resolved_at": {"$ne": None, "$lt": before}}
        return self._alerts.delete_many(over).deleted_count

    def list(self, limit: int = 50) -> list[Document]:
        """Returns the latest alerts, the newest first."""
        return (
            self._alerts.find(declared("alerts", {})).sort("created_at", -1).limit(limit).to_list()
        )


def open_key(kind: str, site: str | None, schedule: str | None) -> str:
    """Returns the name of what an open alert is about: "failed/sina/sina-night"."""
    return "/".join((kind, site or "*", schedule or "*"))


def is_silent(alert: Document, silences: Iterable[Document]) -> bool:
    """Returns whether a silence covers an alert."""
    for silence in silences:
        kind, _, site = silence["_id"].partition("/")
        if kind in ("*", alert["kind"]) and site in ("*", alert.get("site") or ""):
            return True
    return False
