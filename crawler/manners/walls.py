"""Recognises walls, which a site shows in place of its pages: visitor page, captcha, login.

A wall is told by what no article has: the host it stands on, or its title and its form (a box to
fill in, a script that asks for it, an answer of 403) in place of a text. Where only a page object
can tell (a shell without a body), a page report with the same reason says so.
"""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import urlsplit

from scrapy.http import Response

from crawler.urls.parts import join_url

Wall = Literal["visitor", "captcha", "login"]

LARGEST = 256 * 1024
"""Bytes. Walls are small; a larger page with such a title may be an article."""
LONGEST_TEXT = 400
"""Characters that people see of a wall."""
_HEAD = 16 * 1024
_NO_TEXT = re.compile(
    rb"<(?:script|style|title)\b[^<>]{0,2000}+>(?:[^<]++|<(?!/))*+|<[^<>]{0,2000}+>|&[a-z]{1,8};",
    re.IGNORECASE,
)
_FORM = re.compile(
    rb"<(?:form|input|iframe|canvas)\b|captcha|geetest|challenge|verif(?:y|ication)|slider|passport",
    re.IGNORECASE,
)
_TITLE = re.compile(rb"<title[^>]*>(.{0,300}?)</title", re.IGNORECASE | re.DOTALL)
_HOSTS: dict[str, Wall] = {
    "passport": "visitor",
    "login": "login",
    "captcha": "captcha",
    "verify": "captcha",
}
"""First labels of hosts to which a site sends visitors whom it wants to know."""
_TITLES: tuple[tuple[re.Pattern[str], Wall], ...] = (
    (re.compile(r"sina visitor system|新浪访客系统|新浪訪客系統", re.IGNORECASE), "visitor"),
    (
        re.compile(
            r"(?:请|請)?(?:输入|輸入|完成)?"
            r"(?:安全|人机|人機|滑动|滑動|访问|訪問|身份|百度安全)?(?:验证|驗證)(?:码|碼|中心|页面)?"
            r"|just a moment\.*|attention required!.*|(?:security|captcha) (?:check|verification)"
            r"|captcha|are you a robot\?|access denied",
            re.IGNORECASE,
        ),
        "captcha",
    ),
    (
        re.compile(
            r"(?:用户|用戶|会员|會員|通行证|账号)?(?:登录|登錄|登入)|sign in|log ?in", re.IGNORECASE
        ),
        "login",
    ),
)
"""Patterns of whole titles, up to a dash or an underscore."""


def wall_of(response: Response) -> Wall | None:
    """Returns which wall a page is; None for any other page."""
    if not 0 < len(response.body) <= LARGEST:
        return None
    found = _TITLE.search(response.body[:_HEAD])
    if found is None:
        return None
    title = re.split(r"[-_|—–]", _decoded(found[1]).strip(), maxsplit=1)[0].strip()
    wall = next((wall for pattern, wall in _TITLES if pattern.fullmatch(title)), None)
    return wall if wall and _has_form_of(wall, response) else None


def _has_form_of(wall: Wall, response: Response) -> bool:
    """Tells whether a page with a wall's title looks like one: hardly any text, and a form."""
    text = _NO_TEXT.sub(b"", response.body)
    if len(_decoded(b"".join(text.split()))) > LONGEST_TEXT:
        return False
    return wall == "visitor" or response.status >= 400 or bool(_FORM.search(response.body))


def wall_behind(page: str, target: str) -> Wall | None:
    """Returns which wall a redirect from `page` leads to; None if it leads elsewhere."""
    address = join_url(page, target)
    host = (urlsplit(address).hostname if address else None) or ""
    return _HOSTS.get(host.partition(".")[0])


def _decoded(title: bytes) -> str:
    try:
        return title.decode("utf-8")
    except UnicodeDecodeError:
        return title.decode("gb18030", errors="replace")
