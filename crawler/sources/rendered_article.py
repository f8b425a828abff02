"""Declares articles whose text only scripts put on the page."""

from __future__ import annotations

from attrs import define

from crawler.network.rendering import RENDERING, Rendering


@define(frozen=True, kw_only=True)
class RenderedArticle:
    """The articles of a site that a browser has to render (`Site.rendered_articles`).

    ready: CSS selector of the element with the text. where: pattern of RE2 that is searched
    for in their addresses; by default all have to be rendered. hosts: as of `RenderedList`.
    """

    ready: str
    where: str = ""
    hosts: tuple[str, ...] = ()

    def meta_for(self, url: str) -> dict[str, object]:
        """Returns the meta of a request for `url`: with a `Rendering` if it has to be rendered."""
        import re2  # only here: few sites need it

        if self.where and not re2.search(self.where, url):
            return {}
        return {RENDERING: Rendering(ready=self.ready, hosts=self.hosts)}
