"""风闻: posts of Guancha's users, with relative or year-less times."""

from __future__ import annotations

from functools import cached_property

from web_poet import handle_urls

from crawler.pages.base import ArticlePage, Continuation
from crawler.pages.blocks import absolute
from crawler.pages.html import Element, find, find_all, has_class, text_of
from crawler.sites.guancha.article import GuanchaArticlePage
from crawler.sites.guancha.urls import identify, post_url
from crawler.urls import ArticleUrl


@handle_urls(
    ["user.guancha.cn/main/content", "user.guancha.cn/wap/content"], instead_of=ArticlePage
)
class GuanchaPostPage(GuanchaArticlePage):
    """A post on user.guancha.cn; it stands there as a whole only with `&page=0`."""

    METHOD = "guancha.post"

    COLUMN = f"//*[{has_class('article-content')}]"
    TITLE = "h1 | div/h1"
    TEXT = f".//*[{has_class('article-txt-content')}]"
    WRITER = f"//div[{has_class('user-main')}]/h4"
    TIME_ROW = (
        f"//span[{has_class('time1')}] | //span[{has_class('time1')}]/following-sibling::span"
    )
    EXPAND = f"//*[{has_class('expand-all')}]"
    PAGE_LINKS = "//a[contains(@href, 'content?')]"

    @cached_property
    def main(self) -> Element | None:
        found = find(self.root, self.COLUMN)
        return self.root if found is None else found

    @cached_property
    def heading(self) -> str:
        return text_of(find(self.main, self.TITLE))

    @cached_property
    def body_box(self) -> Element | None:
        return find(self.main, self.TEXT)

    @cached_property
    def time_row(self) -> list[Element]:
        return find_all(self.main, self.TIME_ROW)

    @cached_property
    def author_rows(self) -> list[Element]:
        """The writer stands first; commenters follow in the same markup."""
        return (find_all(self.main, "." + self.WRITER) or find_all(self.root, self.WRITER))[:1]

    @cached_property
    def continuation(self) -> Continuation | None:
        if self.identity.page == 0:
            return None
        is_cut = find(self.root, self.EXPAND) is not None or any(map(self._leads_on, self.links))
        whole = post_url(self.identity.key, whole=True)
        return Continuation(full_text_url=whole) if is_cut else None

    @cached_property
    def links(self) -> list[str]:
        return [link.get("href") or "" for link in find_all(self.root, self.PAGE_LINKS)]

    def _leads_on(self, link: str) -> bool:
        """Whether a link is to another page of this post, or to all of it."""
        url = absolute(self.page_url, link)
        found = identify(url) if url else None
        is_own = isinstance(found, ArticleUrl) and found.key == self.identity.key
        return isinstance(found, ArticleUrl) and is_own and found.page != 1
