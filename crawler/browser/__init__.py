"""Pages that need a browser: Chromium behind a checking proxy, bounded in everything.

Only `handler`, `rendering` and `bounds` are ever imported by a crawl that renders nothing; the
rest, and Playwright with it (250 MB and a second of CPU), comes with the first page to render.
"""
