"""Commands that crawl or read something now."""
