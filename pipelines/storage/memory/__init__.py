"""What a crawl must remember: URLs, walks, lists and hosts."""
