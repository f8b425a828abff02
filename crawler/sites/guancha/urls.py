"""Guancha: which article a URL is. The key is the article's id, "fengwen-{id}" for user posts.

One id stands under http and https, on www and m, and under several sections.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qs, quote, unquote

from crawler.urls import ArticleUrl, Identity, NotAnArticleUrl
from crawler.urls.parts import WebAddress, is_in_domain, remembered, web_address

SITE = "guancha"
DOMAINS = ("guancha.cn",)

_NEWS_HOSTS = frozenset({"guancha.cn", "www.guancha.cn", "m.guancha.cn"})
# /industry-science/2019_09_07_516923.shtml; …_2.shtml is page 2, …_s.shtml the full text.
_ARTICLE = re.compile(
    r"(?:(?i:https?):)?//(?P<host>(?i:(?:[a-z0-9-]{1,63}\.){0,3}guancha\.cn))\.?(?::80|:443)?"
    r"(?P<section>(?:/++[^/?#\s\\\x00-\x20\x7f\ud800-\udfff]{1,200}){0,4}?)"
    r"/++(?P<date>[0-9]{4}_(?:0?[1-9]|1[0-2])_(?:0?[1-9]|[12][0-9]|3[01]))"
    r"_(?P<key>[0-9]{1,12})(?:_(?P<page>[0-9]{1,3}|s))?\.s?html?(?:[^0-9A-Za-z].*)?",
    re.DOTALL,
)
_POST = re.compile(r"/{1,3}(?:main|wap)/content/?")
_POST_ID = re.compile(r"[0-9]{1,12}")
_LIST = re.compile(r"/{1,9}[^/]{1,99}/(?:list_[0-9]{1,9}|index)\.s?html?|/{1,9}[^/.]{1,99}/{0,9}")
_NO_LINK = re.compile(r"(?:javascript|mailto|tel|sms|data|about|weixin|file):|#|\Z", re.IGNORECASE)

# Host -> why nothing there is an article, unless an article's date and number stand in its path.
_HOSTS = {
    "member.guancha.cn": "paid",
    "user.guancha.cn": "user_page",
    "i.guancha.cn": "image",
    "v.guancha.cn": "video",
    "video.guancha.cn": "video",
    "app.guancha.cn": "app",
}


@remembered
def identify(url: str) -> Identity:
    """The article that `url` names, or the reason why it names none. Never raises."""
    text = url.strip()
    article = _ARTICLE.fullmatch(text)
    if article:
        return _article(article)
    if _NO_LINK.match(text):
        return NotAnArticleUrl(url=url, reason="no_link")
    address = web_address(text)
    if address is None:
        return NotAnArticleUrl(url=url, reason="bad_url")
    host = address.host
    if not is_in_domain(host, DOMAINS[0]):
        return NotAnArticleUrl(url=url, reason="other_site")
    return _post(address) or NotAnArticleUrl(url=url, reason=_why_not(address))


def post_url(key: str, *, whole: bool = False) -> str:
    """The address of a 风闻 post; `whole` asks for all of its text on one page."""
    number = key.removeprefix("fengwen-")
    return f"https://user.guancha.cn/main/content?id={number}" + ("&page=0" if whole else "")


def _article(match: re.Match[str]) -> ArticleUrl:
    written = match["section"].strip("/")
    section = written if written.isalnum() else _section(written)
    host, page = match["host"].lower(), match["page"] or "1"
    home = "www.guancha.cn" if host in _NEWS_HOSTS | _HOSTS.keys() else host
    folder = f"/{_quoted(section)}" if section else ""
    return ArticleUrl(
        site=SITE,
        key=match["key"].lstrip("0") or "0",
        url=f"https://{home}{folder}/{match['date']}_{match['key']}.shtml",
        section=section or None,
        page=0 if page == "s" else int(page),
    )


@lru_cache(maxsize=1024)  # one string for all articles of a section
def _section(written: str) -> str:
    """The section without percent signs ("GuoJi·ZhanLue"), also where they are GBK's."""
    written = "/".join(filter(None, written.split("/")))
    try:
        return unquote(written, errors="strict")
    except UnicodeDecodeError:
        return unquote(written, encoding="gb18030", errors="replace")


@lru_cache(maxsize=1024)
def _quoted(section: str) -> str:
    return quote(section)


def _post(address: WebAddress) -> ArticleUrl | None:
    if not _POST.fullmatch(address.path):
        return None
    query = parse_qs(address.query, max_num_fields=50) if address.query.count("&") < 50 else {}
    number = query.get("id", [""])[0].strip()
    if not _POST_ID.fullmatch(number):
        return None
    page = query.get("page", ["1"])[0]
    return ArticleUrl(
        site=SITE,
        key=f"fengwen-{int(number)}",
        url=post_url(str(int(number))),
        whole_url=post_url(str(int(number)), whole=True),
        kind="post",
        section="风闻",
        page=int(page) if re.fullmatch("[0-9]{1,3}", page) else 1,
    )


def _why_not(address: WebAddress) -> str:
    if address.host not in _NEWS_HOSTS:
        return _HOSTS.get(address.host, "other_page")
    if address.path.strip("/") in {"", "index.shtml", "index.html"}:
        return "home"
    return "list" if _LIST.fullmatch(address.path) else "other_page"
