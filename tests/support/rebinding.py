"""A site of this machine, and a name server that answers as the test wants.

NEWSDESK_TEST_ANSWERS: {"host": [["93.184.216.34"], ["127.0.0.1"]]}, one answer after the other,
the last one from then on. None is kept, as a hostile name server wants it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence

from crawler.downloads.guarded import GuardedHandler
from crawler.network import resolver
from tests.support.local_site import *  # noqa: F403 - these are Scrapy's settings

NEWSDESK_ALLOW_LOOPBACK = os.environ.get("NEWSDESK_TEST_LOOPBACK") == "1"
DOWNLOAD_HANDLERS = dict.fromkeys(("http", "https"), "tests.support.rebinding.LyingHandler")
resolver.KEPT_SECONDS = 0.0
_answers: dict[str, list[list[str]]] = json.loads(os.environ.get("NEWSDESK_TEST_ANSWERS", "{}"))


class LyingHandler(GuardedHandler):
    """Asks the test instead of a name server."""

    @staticmethod
    async def lookup(host: str) -> Sequence[str]:
        answers = _answers.get(host)
        if not answers:
            raise OSError(f"{host} is not in NEWSDESK_TEST_ANSWERS")
        return answers.pop(0) if len(answers) > 1 else answers[0]
