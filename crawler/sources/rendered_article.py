"""Articles whose text only scripts put on the page."""

from __future__ import annotations

import re

from attrs import define

from crawler.network.rendering import RENDERING, Rendering


@define(frozen=True, kw_only=True)
class RenderedArticle:
    """Which of a site's articles a browser has to render: `Site.rendered_articles`.

    ready: CSS selector of what holds the text. where: of which addresses, as a regular
    expression that is searched for; all by default. hosts: what else they need, as for
    `RenderedList`.
    """

    ready: str
    where: str = ""
    hosts: tuple[str, ...] = ()

    def meta_for(self, url: str) -> dict[str, object]:
        """What a request for `url` has in its meta: a `Rendering`, or nothing."""
        if not re.search(self.where, url):
            return {}
        return {RENDERING: Rendering(ready=self.ready, hosts=self.hosts)}
