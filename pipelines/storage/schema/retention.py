"""How long what is in each collection stays. Nothing that analysts read goes by itself."""

from __future__ import annotations

from typing import Final

from attrs import define


@define(frozen=True, kw_only=True)
class Kept:
    """How long a collection keeps its documents. setting: which setting says so, if any does."""

    collection: str
    stays: str
    setting: str | None = None


_FOLLOWS: Final = "As long as its articles."
_ONE_EACH: Final = "One for each; the latest replaces the earlier."
_DECIDED: Final = "Until people change it."

RETENTION: Final[tuple[Kept, ...]] = (
    Kept(collection="articles", stays="For ever."),
    Kept(collection="revisions", stays="For ever."),
    Kept(collection="stories", stays=_FOLLOWS),
    Kept(collection="traces", stays=_FOLLOWS),
    Kept(collection="blocks", stays="Until the rules change by which they were made."),
    Kept(collection="postings", stays="As long as their block."),
    Kept(collection="likenesses", stays=_FOLLOWS),
    Kept(collection="furniture", stays="For ever; a bounded number."),
    Kept(
        collection="sightings",
        stays="Each change for so many days, then one for a list, an article and a day of Beijing, "
        "with first, last and best rank. Unset: each change for ever.",
        setting="sightings_days",
    ),
    Kept(
        collection="urls",
        stays="Those of articles for ever; others for so many days after a list last showed them. "
        "Unset: for ever.",
        setting="urls_days",
    ),
    Kept(collection="walks", stays=_ONE_EACH),
    Kept(collection="sources", stays=_ONE_EACH),
    Kept(collection="hosts", stays=_ONE_EACH),
    Kept(collection="rejects", stays="So many days.", setting="rejects_days"),
    Kept(
        collection="evidence",
        stays="So many days, and at most `evidence_megabytes`.",
        setting="evidence_days",
    ),
    Kept(collection="jobs", stays="So many days after their end.", setting="jobs_days"),
    Kept(collection="logs", stays="So many days.", setting="logs_days"),
    Kept(collection="slots", stays="So many days.", setting="jobs_days"),
    Kept(collection="schedules", stays=_DECIDED),
    Kept(collection="topics", stays=_DECIDED),
    Kept(collection="taggings", stays="So many days after their end.", setting="jobs_days"),
    Kept(collection="searches", stays=_DECIDED),
    Kept(collection="alerts", stays="So many days after they were over.", setting="alerts_days"),
    Kept(collection="silences", stays=_DECIDED),
    Kept(collection="channels", stays=_ONE_EACH),
    Kept(collection="changes", stays="So many days.", setting="jobs_days"),
    Kept(collection="leases", stays="A while after they ran out."),
    Kept(collection="meta", stays=_ONE_EACH),
)
