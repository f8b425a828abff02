"""Pages that need a browser: Chromium behind a checking proxy, bounded in everything.

A crawl that renders nothing imports `handler` at most; the rest, and Playwright with it (250 MB and
a second of CPU), is loaded with the first page that is to be rendered.
"""
