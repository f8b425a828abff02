"""The network as a crawl sees it: addresses that may be reached, answers, failures."""
