"""How a request is to be rendered by the browser, and what comes with the rendered page."""

from __future__ import annotations

from attrs import define, field

RENDERING = "rendering"
"""Key in a request's meta of its `Rendering`."""
RENDERED = "rendered"
"""Key in a response's meta of its `Rendered`."""


@define(frozen=True, kw_only=True)
class Rendering:
    """How a page is rendered. Selectors are CSS.

    ready: the page is there once this is. hosts: what else the page needs to be there (its API,
    its scripts); all hosts but these and the site's own are refused.
    walk: name of the list that is walked; its page stays open for the next step. step: 1 loads
    the page, each further one asks it for more: clicks `more`, or scrolls to the end if that is
    None. listen: note the answers to the page's own requests.
    """

    ready: str
    hosts: tuple[str, ...] = ()
    walk: str | None = None
    step: int = 1
    more: str | None = None
    listen: bool = False
    shown: frozenset[str] = field(default=frozenset(), repr=False)
    """Addresses that earlier steps have shown; not of interest to the browser."""


@define(frozen=True, kw_only=True)
class Call:
    """A request that the page made by script, and its answer. step: during which it came."""

    step: int
    url: str
    headers: dict[str, str] = field(repr=False)
    content_type: str = ""
    body: bytes = field(default=b"", repr=False)


@define(frozen=True, kw_only=True)
class Rendered:
    """What came with a rendered page.

    more: the page can be asked for more. calls: answers to its scripts, of all steps so far.
    screenshot: a JPEG, if `ready` never came.
    """

    more: bool = False
    calls: tuple[Call, ...] = ()
    screenshot: bytes | None = field(default=None, repr=False)
