"""Page objects: from a response to an `Article`, without asking anything of the outside world.

Which page object reads a page is decided by URL patterns (web-poet rules), and their matcher
would fetch the list of public suffixes over the network in the middle of a crawl.
"""

from __future__ import annotations

from crawler.pages.suffixes import guess_domains

guess_domains()
