"""The report of a crawl, and the verdict on it."""
