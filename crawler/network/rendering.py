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

    ready: selects what the page shows once it is complete. hosts: others that the page needs (its
    API, its scripts); all hosts but these and the site's own are refused.
    walk: name of the list that is walked; its page stays open for the next step. step: 1 loads
    the page; each further one asks it for more, by a click on `more` or, if that is None, by
    scrolling to the end. listen: note the answers to the page's own requests.
    """

    ready: str
    hosts: tuple[str, ...] = ()
    walk: str | None = None
    step: int = 1
    more: str | None = None
    listen: bool = False
    shown: frozenset[str] = field(default=frozenset(), repr=False)
    """Addresses that earlier steps have shown; for the list, not for the browser."""


@define(frozen=True, kw_only=True)
class Call:
    """A request that a page's script made, and its answer. step: during which the answer came."""

    step: int
    url: str
    headers: dict[str, str] = field(repr=False)
    content_type: str = ""
    body: bytes = field(default=b"", repr=False)


@define(frozen=True, kw_only=True)
class Rendered:
    """What comes with a rendered page.

    more: the page can be asked for more. calls: of its scripts, in all steps so far.
    screenshot: a JPEG, if `ready` never came.
    """

    more: bool = False
    calls: tuple[Call, ...] = ()
    screenshot: bytes | None = field(default=None, repr=False)
