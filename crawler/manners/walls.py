"""Pages for visitors whom a site does not want to answer: visitor page, captcha, login.

Told by what no article has: where it leads, or its title. What only a page object can tell (a
shell without a body) comes as a page report with the same reason.
"""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import urljoin, urlsplit

from scrapy.http import Response

Wall = Literal["visitor", "captcha", "login"]

LARGEST = 256 * 1024
"""Walls are small, articles with such a title may be large."""
_HEAD = 16 * 1024
_TITLE = re.compile(rb"<title[^>]*>(.{0,300}?)</title", re.IGNORECASE | re.DOTALL)
_HOSTS: dict[str, Wall] = {
    "passport": "visitor",
    "login": "login",
    "captcha": "captcha",
    "verify": "captcha",
}
"""First labels of hosts that redirects lead to when a site wants to know its visitors."""
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
"""The whole title, up to what stands behind a dash or an underscore."""


def wall_of(response: Response) -> Wall | None:
    """Which wall a page is, if it is one."""
    if not 0 < len(response.body) <= LARGEST:
        return None
    found = _TITLE.search(response.body[:_HEAD])
    if found is None:
        return None
    title = re.split(r"[-_|—–]", _decoded(found[1]).strip(), maxsplit=1)[0].strip()
    return next((wall for pattern, wall in _TITLES if pattern.fullmatch(title)), None)


def wall_behind(page: str, target: str) -> Wall | None:
    """Which wall a redirect from `page` leads to, if it leads to one."""
    try:
        host = urlsplit(urljoin(page, target)).hostname or ""
    except ValueError:
        return None
    return _HOSTS.get(host.partition(".")[0])


def _decoded(title: bytes) -> str:
    try:
        return title.decode("utf-8")
    except UnicodeDecodeError:
        return title.decode("gb18030", errors="replace")
