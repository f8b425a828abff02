"""Page objects: from a response to an `Article`, without asking anything of the outside world.

Which page object reads a page is decided by URL patterns (web-poet rules). Their matcher asks
tldextract for the domain, and tldextract would fetch the public suffix list over the network,
in the middle of a crawl: it is told to use the list that it ships with.
"""

from __future__ import annotations

from tldextract import tldextract as _tldextract

_tldextract.TLD_EXTRACTOR.suffix_list_urls = ()
