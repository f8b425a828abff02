"""m.guancha.cn: no page of it has been seen, public code names its selectors.

The selectors of the desktop page are tried too; a page that fits none of them is refused like
any other, never half read.
"""

from __future__ import annotations

from functools import cached_property

from web_poet import handle_urls

from crawler.pages.base import ArticlePage
from crawler.pages.html import Element, find, has_class, text_of
from crawler.sites.guancha.article import GuanchaArticlePage


@handle_urls("m.guancha.cn", instead_of=ArticlePage)
class GuanchaMobilePage(GuanchaArticlePage):
    """An article as telephones get it."""

    METHOD = "guancha.mobile"

    TITLE = f".//*[{has_class('g_title')}]"
    OTHER_TITLE = ".//h1 | .//h3"
    MOBILE_BODY = (
        f".//*[{has_class('gc_content')}] | .//div[{has_class('all-txt')}]"
        f" | .//*[{has_class('article-txt')}]"
    )

    @cached_property
    def main(self) -> Element | None:
        body = find(self.root, "/html/body")
        return self.root if body is None else body

    @cached_property
    def body_box(self) -> Element | None:
        return find(self.main, self.MOBILE_BODY)

    @cached_property
    def heading(self) -> str:
        return text_of(find(self.main, self.TITLE)) or text_of(find(self.main, self.OTHER_TITLE))
