"""The list of public suffixes (`com.cn`, ...) comes with tldextract and is never downloaded.

url_matcher, on which the rules of the page objects stand, asks tldextract's global extractor;
left alone, that one asks publicsuffix.org before the first page can be read.
"""

from __future__ import annotations

from tldextract import TLDExtract, tldextract


def use_bundled_suffixes() -> None:
    """Replace tldextract's global extractor by one that stays off the network and the disk."""
    tldextract.TLD_EXTRACTOR = TLDExtract(suffix_list_urls=(), cache_dir=None)
