"""A process that stores its copies of made-up articles while another stores its own.

As a program: DATA_DIR PORT DATABASE SITE. It prints "ready", waits for a line, stores, and prints
"done".
"""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from pathlib import Path
from random import Random

from pipelines.config import Settings
from pipelines.items import Article
from pipelines.storage.session import StorageSession
from pipelines.storage.writing.sink import Sink
from tests.support.samples import MORNING, sample

PAIRS = 200
BATCH = 10
SITES = ("guancha", "sina")
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
_PLACES = ("东港", "西山", "南湾", "北岭", "中洲", "新塘", "古渡", "云桥")
_DEEDS = (
    "在会上说，{place}的{count}座泵站要在雨季以前检修一遍，备用电源也要逐台试机",
    "带人走访了{place}的{count}户人家，把漏雨的屋顶一一登记，约好月底以前修完",
    "介绍，{place}今年种了{count}亩春茶，头一批已经装车，价格比去年略高一些",
    "确认，{place}渡口的{count}条渡船换上了新的救生衣，旧的全部收回销毁",
    "告诉记者，{place}小学多了{count}张课桌，孩子们下周起不用再挤着上课",
)


def article(number: int, site: str) -> Article:
    """Article `number` as a site prints it: the second site adds a line and shortens the end."""
    dice = Random(number)
    lines = []
    for _line in range(6):
        name = dice.choice(_SURNAMES) + dice.choice(_SURNAMES)
        deed = dice.choice(_DEEDS).format(place=dice.choice(_PLACES), count=dice.randint(3, 9999))
        lines.append(f"{name}{deed}。")
    if site == SITES[1]:
        lines = ["（综合本报各地记者站消息）", *lines, "更多消息请看本报明日二版。"]
    moment = MORNING + timedelta(minutes=number)
    return sample(
        number, site=site, title=f"{site}的第{number}条", body="\n".join(lines), published_at=moment
    )


async def work(settings: Settings, site: str) -> None:
    """Store all articles of a site, batch by batch."""
    session = StorageSession(settings)
    sink = Sink(session, settings, lambda _counter, _number: None)
    await sink.open()
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    for start in range(0, PAIRS, BATCH):
        await sink.write([article(number, site) for number in range(start, start + BATCH)])
    await sink.close()
    await session.close()
    print("done", flush=True)


if __name__ == "__main__":
    _program, _folder, _port, _database, _site = sys.argv
    _settings = Settings(data_dir=Path(_folder), db_port=int(_port), database=_database)
    asyncio.run(work(_settings, _site))
