"""Channels whose protocol apprise 2.3 gets wrong, as their vendors document it.

apprise encodes DingTalk's signature twice, takes HTTP 200 for a success whatever `errcode` says,
and counts characters where DingTalk, Feishu and WeCom count bytes.
"""

from __future__ import annotations

import base64
import hmac
import json
import time
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from apprise.manager_plugins import NotificationManager
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.wecombot import NotifyWeComBot

MARK_BYTES = 64
"""Room in a message for what stands around title and text."""
ANSWER_BYTES = 64 * 1024
DINGTALK = "https://oapi.dingtalk.com/robot/send"
WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send"


class DingTalk(NotifyDingTalk):  # type: ignore[no-untyped-call] # apprise's
    """A robot of DingTalk: a request of at most 20,000 bytes, signed if it has a secret."""

    body_maxlen = 18_000

    def send(self, body: str, title: str = "", **_others: object) -> bool:  # type: ignore[override]
        query = {"access_token": self.token}
        if self.secret:
            at = str(round(time.time() * 1000))
            signed = hmac.digest(self.secret.encode(), f"{at}\n{self.secret}".encode(), "sha256")
            query |= {"timestamp": at, "sign": base64.b64encode(signed).decode()}
        text = {"msgtype": "text", "text": {"content": joined(title, body)}}
        people = {"at": {"atMobiles": self.targets, "isAtAll": False}}
        return _is_taken(self, f"{DINGTALK}?{urlencode(query)}", text | people)


class WeComBot(NotifyWeComBot):  # type: ignore[no-untyped-call] # apprise's
    """A robot of a WeCom group: texts of at most 2,048 bytes."""

    def send(self, body: str, title: str = "", **_others: object) -> bool:  # type: ignore[override]
        text = {"msgtype": "text", "text": {"content": joined(title, body)}}
        return _is_taken(self, f"{WECOM}?{urlencode({'key': self.key})}", text)


class Feishu(NotifyFeishu):  # type: ignore[no-untyped-call] # apprise's
    """A robot of Feishu: a request of at most 20 KB. (apprise reads its answer well.)"""

    body_maxlen = 18_000


def register() -> None:
    """Puts these in the place of apprise's own."""
    manager = NotificationManager()  # type: ignore[no-untyped-call]
    for scheme, plugin in {"dingtalk": DingTalk, "wecombot": WeComBot, "feishu": Feishu}.items():
        manager.add(plugin, schemas=scheme, force=True)  # type: ignore[no-untyped-call]


def joined(title: str, body: str) -> str:
    """Returns a text whose first line is the title."""
    return f"{title}\n{body}" if title else body


def _is_taken(plugin: Any, url: str, payload: dict[str, Any]) -> bool:  # noqa: ANN401 - no types
    """Posts a message; returns whether the vendor says that it took it."""
    data = json.dumps(payload, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json; charset=utf-8"}
    request = Request(url, data=data, headers=headers, method="POST")  # noqa: S310 - https, above
    plugin.throttle()
    try:
        with urlopen(request, timeout=plugin.socket_read_timeout) as answer:  # noqa: S310
            said = json.loads(answer.read(ANSWER_BYTES))
    except HTTPError as error:
        plugin.logger.warning("it answered with HTTP %s", error.code)
        return False
    except (URLError, OSError) as error:
        plugin.logger.warning("it cannot be reached: %s", getattr(error, "reason", error))
        return False
    except ValueError:
        plugin.logger.warning("its answer is no JSON")
        return False
    code = said.get("errcode") if isinstance(said, dict) else None
    if code != 0:
        words = said.get("errmsg") if isinstance(said, dict) else said
        plugin.logger.warning("it refused the message: errcode %s, %s", code, words)
    return bool(code == 0)
