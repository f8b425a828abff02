"""The collections `alerts`, `silences` and `channels`: what is wrong, and who was told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from pipelines.storage.documents import Document

Severity = Literal["info", "warning", "error"]
Sent = Literal["raised", "recovered"]
DID_NOT_RUN = "did_not_run"


class AlertRepository:
    """Reads and writes alerts. Its methods block.

    An alert goes on from its first raise to its resolution; raised again meanwhile it only counts.
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
        """Something is wrong, or still is."""
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
        """These are over; gives how many went on. site, schedule: only those about them."""
        wanted: Document = {"open": {"$ne": None}, "kind": {"$in": [*kinds]}}
        if site is not None:
            wanted["site"] = site
        if schedule is not None:
            wanted["schedule"] = schedule
        over = {"$set": {"resolved_at": now}, "$unset": {"open": ""}}
        return self._alerts.update_many(wanted, over).modified_count

    def open(self) -> list[Document]:
        """What goes on now, the newest first."""
        return self._alerts.find({"open": {"$ne": None}}).sort("created_at", -1).to_list()

    def to_tell(self, now: datetime, repeat_before: datetime) -> list[Document]:
        """What has to be told: new, still going on since long, or over after it was told.

        Without what an operator acknowledged or silenced.
        """
        raised = {
            "open": {"$ne": None},
            "acknowledged_at": None,
            "$or": [{"sent_at": None}, {"sent_at": {"$lte": repeat_before}}],
        }
        over: Document = {"resolved_at": {"$ne": None}, "sent": "raised"}
        # A night that did not run is told even if it was made up for meanwhile.
        unheard: Document = {"resolved_at": {"$ne": None}, "sent": None, "kind": DID_NOT_RUN}
        found = (
            self._alerts.find({"$or": [raised, over, unheard]})
            .sort([("created_at", 1), ("_id", 1)])
            .limit(200)
        )
        silences = self.silences(now)
        return [alert for alert in found if not is_silent(alert, silences)]

    def claim(self, alert: Document, now: datetime) -> bool:
        """Take an alert to tell it; False if another service was first."""
        sent: Sent = "recovered" if alert.get("resolved_at") else "raised"
        as_read = {"_id": alert["_id"], "sent_at": alert.get("sent_at"), "sent": alert.get("sent")}
        update = {"$set": {"sent_at": now, "sent": sent}}
        return self._alerts.update_one(as_read, update).modified_count == 1

    def unclaim(self, alerts: Iterable[Document]) -> None:
        """They could not be told after all; as they were read before they were claimed."""
        for alert in alerts:
            before = {"sent_at": alert.get("sent_at"), "sent": alert.get("sent")}
            self._alerts.update_one({"_id": alert["_id"]}, {"$set": before})

    def acknowledge(self, id_: object, now: datetime, by: str) -> bool:
        """An operator took note: it is not repeated. False: there is no such open alert."""
        update = {"$set": {"acknowledged_at": now, "acknowledged_by": by}}
        return self._alerts.update_one({"open": id_}, update).matched_count == 1

    def silence(
        self, pattern: str, until: datetime, now: datetime, by: str, note: str | None
    ) -> None:
        """Tell nothing of "kind/site" (`*` for any) until then."""
        fields = {"until": until, "created_at": now, "created_by": by, "note": note}
        self._silences.update_one({"_id": pattern}, {"$set": fields}, upsert=True)

    def unsilence(self, pattern: str) -> bool:
        """End a silence; False: there was none."""
        return self._silences.delete_one({"_id": pattern}).deleted_count == 1

    def silences(self, now: datetime) -> list[Document]:
        """Those in force."""
        return self._silences.find({"until": {"$gt": now}}).sort("_id", 1).to_list()

    def note_channel(self, channel: str, now: datetime, error: str | None) -> None:
        """A message arrived at a channel, or did not."""
        if error is None:
            update: Document = {"$set": {"last_ok_at": now, "failures": 0, "error": None}}
        else:
            update = {"$set": {"last_failed_at": now, "error": error}, "$inc": {"failures": 1}}
        self._channels.update_one({"_id": channel}, update, upsert=True)

    def channels(self) -> list[Document]:
        """All that were ever used, by name."""
        return self._channels.find().sort("_id", 1).to_list()

    def list(self, limit: int = 50) -> list[Document]:
        """The latest alerts, the newest first."""
        return self._alerts.find().sort("created_at", -1).limit(limit).to_list()


def open_key(kind: str, site: str | None, schedule: str | None) -> str:
    """What tells one thing that goes on from another: "failed/sina/sina-night"."""
    return "/".join((kind, site or "*", schedule or "*"))


def is_silent(alert: Document, silences: Iterable[Document]) -> bool:
    """Whether a silence covers an alert."""
    for silence in silences:
        kind, _, site = silence["_id"].partition("/")
        if kind in ("*", alert["kind"]) and site in ("*", alert.get("site") or ""):
            return True
    return False
