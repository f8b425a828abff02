"""A proposal as plain values, for tables and JSON."""

from __future__ import annotations

from typing import Any

from attrs import define

from crawler.kit.writing import NAMES, ORDER, SURE
from newsdesk.answers.kit.proposing import Proposed


@define(frozen=True, kw_only=True)
class Row:
    """A field or list of a proposal. sure: nearly all pages agree."""

    what: str
    where: str
    support: int
    of: int
    example: str
    sure: bool
    runner_up: str | None = None


def field_rows(proposed: Proposed) -> list[Row]:
    """The fields in the order of the file, the body last."""
    found = proposed.survey
    rows = [
        Row(
            what=NAMES.get(name, name),
            where=", ".join(str(place.place) for place in each.places),
            support=each.support,
            of=each.of,
            example=each.places[0].example,
            sure=each.support >= SURE * each.of and not any(p.wrong for p in each.places),
            runner_up=f"{each.runner_up.place} ({len(each.runner_up.right)})"
            if each.runner_up
            else None,
        )
        for name in ORDER
        if (each := found.fields.get(name)) is not None
    ]
    if found.body is not None:
        body = found.body
        left_out = sorted({css for box in body.boxes for css, _ in box.drop})
        rows.append(
            Row(
                what="body",
                where=", ".join(box.css for box in body.boxes),
                support=body.support,
                of=body.of,
                example=f"without {', '.join(left_out)}" if left_out else "",
                sure=body.support >= SURE * body.of,
                runner_up=f"{body.runner_up.css} ({body.runner_up.support})"
                if body.runner_up
                else None,
            )
        )
    return rows


def list_rows(proposed: Proposed) -> list[Row]:
    """The ways to the articles: lists, feeds, data in scripts, sitemaps."""
    found = proposed.survey
    rows = [
        Row(
            what=_path(each.paged.url if each.paged else each.form.url, found.start),
            where=each.form.entry,
            support=each.form.links,
            of=each.form.entries,
            example=each.form.examples[0] if each.form.examples else "",
            sure=each.form.links >= SURE * each.form.entries,
        )
        for each in found.lists
    ]
    others = [("feed", url) for url in found.feeds]
    others += [(f"{each.script or 'JSON'} {each.items}", each.url) for each in found.data]
    others += [("sitemap", url) for url in found.sitemaps]
    rows += [
        Row(
            what=_path(url, found.start),
            where="links",
            support=number,
            of=number,
            example="",
            sure=True,
        )
        for url, number in found.link_pages.items()
    ]
    plain = [
        Row(what=_path(url, found.start), where=kind, support=0, of=0, example="", sure=True)
        for kind, url in others
    ]
    return rows + plain


def _path(url: str, start: str) -> str:
    """An address without what the site's own home begins with."""
    home = "/".join(start.split("/")[:3])
    return url.removeprefix(home) or "/"


def proposal_data(proposed: Proposed) -> dict[str, Any]:
    """The whole proposal."""
    found, tried = proposed.survey, proposed.tried
    return {
        "site": proposed.key,
        "file": str(proposed.path),
        "since": proposed.since.isoformat() if proposed.since else None,
        "pages": len(proposed.looked.pages),
        "failed": dict(proposed.looked.failed),
        "articles": [
            {"pattern": each.path, "key": each.key, "address": each.address, "of": each.of}
            for each in found.patterns
        ],
        "lists": [_row(row) for row in list_rows(proposed)],
        "fields": [_row(row) for row in field_rows(proposed)],
        "refused": dict(found.refused),
        "tried": {
            "pages": tried.pages,
            "read": tried.read,
            "right": dict(tried.right),
            "of": dict(tried.of),
            "refused": dict(tried.refused),
        },
    }


def _row(row: Row) -> dict[str, Any]:
    return {name: getattr(row, name) for name in Row.__annotations__}
