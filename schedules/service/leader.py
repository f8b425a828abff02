"""Decides which of the services on a database leads, by leases."""

from __future__ import annotations

from attrs import define

from pipelines.storage.operations.repositories import NightStore
from schedules.jobs.identity import host

LEADER_SECONDS = 20.0
"""Another service takes the lead when the leader has not renewed its lease for so long."""
RENEW_SECONDS = 5.0


@define
class Leader:
    """Keeps the lease of this service, and takes the lead if it is free. Blocks.

    A due time runs once even with two leaders, because slots and jobs are claimed one by one; a
    single leader only saves work.

    runner: the name of the service. address: where it answers over HTTP, for people. stands:
    whether it is willing to lead.
    """

    runner: str
    address: str = ""
    leads: bool = False
    stands: bool = True

    def is_at(self, address: str) -> None:
        """Notes where the service answers."""
        self.address = address

    def renew(self, night: NightStore, trouble: str | None = None) -> bool:
        """Renews both leases; returns whether this service leads.

        trouble: what is wrong with it.
        """
        where = f"on {host()}" + (f", {self.address}" if self.address else "")
        own = f"service/{self.runner}"
        night.leases.take(own, self.runner, LEADER_SECONDS, where, trouble)
        held = self.stands and night.leases.take("leader", self.runner, LEADER_SECONDS, where)
        self.leads = bool(held and held["owner"] == self.runner)
        return self.leads

    def step_down(self, night: NightStore) -> None:
        """Gives the lead back for good."""
        self.stands = self.leads = False
        night.leases.give_back("leader", self.runner)

    def leave(self, night: NightStore) -> None:
        """Gives all leases back: the service ends."""
        self.step_down(night)
        night.leases.give_back(f"service/{self.runner}", self.runner)
