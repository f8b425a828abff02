"""How alerts and the morning digest read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pipelines.storage.documents import Document
from pipelines.storage.operations.alerts import Severity
from pipelines.storage.operations.digest import COUNTED
from pipelines.timing.beijing import in_beijing

SIGNS = {"error": "✗", "warning": "!", "info": "·"}
MOST_LINES = 30


def alert_message(alerts: Sequence[Document]) -> tuple[str, str, Severity | None]:
    """Title and body of one message for several alerts, the worst first, and how bad that is."""
    order = ["error", "warning", "info"]
    raised = sorted(
        (alert for alert in alerts if not alert.get("resolved_at")),
        key=lambda alert: order.index(alert["severity"]),
    )
    over = [alert for alert in alerts if alert.get("resolved_at")]
    lines = [f"{SIGNS[alert['severity']]} {_line(alert)}" for alert in raised]
    lines += [f"✓ over: {_line(alert)}" for alert in over]
    if len(lines) > MOST_LINES:
        rest = len(lines) - MOST_LINES
        lines = [*lines[:MOST_LINES], f"... and {rest} more: newsdesk alerts list"]
    return _title(raised, over), "\n".join(lines), raised[0]["severity"] if raised else None


def _title(raised: Sequence[Document], over: Sequence[Document]) -> str:
    about = sorted({alert.get("site") or alert.get("schedule") or "" for alert in raised or over})
    names = ", ".join(filter(None, about))
    if not raised:
        return f"Newsdesk: over{': ' + names if names else ''}"
    if len(raised) == 1:
        kind = raised[0]["kind"].replace("_", " ")
        return f"Newsdesk: {kind}{': ' + names if names else ''}"
    return f"Newsdesk: {len(raised)} alerts{': ' + names if names else ''}"


def _line(alert: Document) -> str:
    since = f" (since {_beijing(alert['created_at'])} Beijing time, {alert['count']} times)"
    kind = alert["kind"].replace("_", " ")
    return f"{kind}: {alert['message']}" + (since if alert["count"] > 1 else "")


def digest_message(
    sites: Mapping[str, Mapping[str, int]],
    stories: Sequence[Document],
    topics: Mapping[str, int],
    problems: Sequence[Document],
    now: datetime,
) -> tuple[str, str]:
    """Title and body of the morning digest.

    sites: counts of the last day by site. stories: with titles and the number of copies.
    """
    lines = [
        f"{site}: " + ", ".join(f"{counts.get(each.name, 0)} {each.label}" for each in COUNTED)
        for site, counts in sorted(sites.items())
    ] or ["No site was crawled in the last 24 hours."]
    if topics:
        named = ", ".join(f"{name} {number}" for name, number in topics.items())
        lines += ["", f"Topics: {named}"]
    if stories:
        lines += ["", "Stories:"]
        lines += [f"  {story['title']} ({story['copies']} copies)" for story in stories]
    if problems:
        lines += ["", "Still wrong:"]
        lines += [f"  {SIGNS[each['severity']]} {_line(each)}" for each in problems]
    return f"Newsdesk, {_beijing(now, '%Y-%m-%d')}", "\n".join(lines)


def _beijing(moment: Any, form: str = "%m-%d %H:%M") -> str:  # noqa: ANN401 - of a document
    return f"{in_beijing(moment):{form}}"
