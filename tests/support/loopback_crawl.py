"""`python -m crawler` with `loopback_settings`: in place of the program that the runner starts."""

from __future__ import annotations

import os
import sys

from crawler.__main__ import main

if __name__ == "__main__":
    os.environ["SCRAPY_SETTINGS_MODULE"] = "tests.support.loopback_settings"
    sys.exit(main(sys.argv[1:]))
