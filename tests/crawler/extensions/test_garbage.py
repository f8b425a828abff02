from __future__ import annotations

import subprocess
import sys

from tests.support.crawling import ROOT

CHILD = """
import gc
gc.disable()
from scrapy import signals
from scrapy.utils.test import get_crawler
from crawler.extensions.garbage import GarbageExtension
crawler = get_crawler()
extension = GarbageExtension.from_crawler(crawler)
crawler.signals.send_catch_log(signals.spider_opened, spider=None)
held = []
held.append(held)
left = [held]
del held
left.clear()
print(gc.isenabled(), gc.get_freeze_count(), gc.get_threshold(), gc.collect())
"""


def test_what_stays_is_left_alone_and_circles_are_still_found() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CHILD], cwd=ROOT, capture_output=True, text=True, check=True
    )
    enabled, frozen, *thresholds, freed = done.stdout.translate(str.maketrans("(),", "   ")).split()
    assert enabled == "True"
    assert int(frozen) > 50_000
    assert thresholds == ["20000", "20", "20"]
    assert int(freed) >= 1
