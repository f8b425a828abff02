"""风闻: posts of Guancha's users, with relative or year-less times."""

from __future__ import annotations

from functools import cached_property

from web_poet import handle_urls

from crawler.pages.base import ArticlePage, Continuation
from crawler.pages.guancha import GuanchaArticlePage
from crawler.pages.html import find, has_class
from crawler.urls.guancha import post_url


@handle_urls(
    ["user.guancha.cn/main/content", "user.guancha.cn/wap/content"], instead_of=ArticlePage
)
class GuanchaPostPage(GuanchaArticlePage):
    """A post on user.guancha.cn; whole only with `&page=0`."""

    METHOD = "guancha.post"

    MAIN = f"//*[{has_class('article-content')}]"
    TITLE = "h1 | div/h1"
    BODY = f".//*[{has_class('article-txt-content')}]"
    AUTHOR = f".//*[{has_class('user-main')}]//h4"
    TIME_ROW = f".//*[{has_class('time1')}] | .//*[{has_class('time1')}]/following-sibling::span"
    REST = f"//*[{has_class('expand-all')}]"

    @cached_property
    def continuation(self) -> Continuation | None:
        if self.identity.page == 0 or find(self.root, self.REST) is None:
            return None
        return Continuation(full_text_url=post_url(self.identity.key, whole=True))
