"""Lines that belong to the site and not to the article. All patterns see folded text.

A line goes only where its form and its place say that the site speaks: to its readers, of
itself, or in the words of its controls. A report of such words (文章强调，上述言论不代表…) has
another form: somebody is named who says them.
"""

from __future__ import annotations

from collections.abc import Collection

from crawler.pages.lines.boilerplate.controls import end_rule, picture_rule, stray_rule
from crawler.pages.lines.boilerplate.notices import is_notice, may_be_notice
from crawler.pages.lines.boilerplate.promotions import is_promotion, may_be_promotion

LONGEST_STRAY = 60
"""A line of the site's in the middle of an article is shorter than this."""
LONGEST_NOTE = 320
"""Near the beginning and the end there are disclaimers, and labels with an original title."""


def boilerplate_rule(
    plain: str, *, near: bool, at_end: bool, site_names: Collection[str] = ()
) -> str | None:
    """The rule by which a whole folded line is the site's own words; None if it is none.

    near: the line stands near the beginning or the end; at_end: near the end.
    """
    line = plain.rstrip("。.!;,")
    if len(plain) <= LONGEST_STRAY:
        rule = stray_rule(line) or picture_rule(plain, site_names)
        if rule:
            return rule
    if not near or len(plain) > LONGEST_NOTE:
        return None
    return (end_rule(line) if at_end else None) or _said_by_site(line, at_end, site_names)


def _said_by_site(line: str, at_end: bool, site_names: Collection[str]) -> str | None:
    """ "notice" or "promotion" for a line all of whose sentences are one or the other."""
    if not at_end:
        return "notice" if is_notice(line, site_names) else None
    rest = [part for part in line.split("。") if part and not is_promotion(part, site_names)]
    if not rest:
        return "promotion"
    return "notice" if is_notice("。".join(rest), site_names) else None


def may_be_boilerplate(plain: str) -> bool:
    """Whether a line that stays sounds like the site's own: somebody should look at it."""
    return len(plain) <= LONGEST_NOTE and (may_be_notice(plain) or may_be_promotion(plain))
