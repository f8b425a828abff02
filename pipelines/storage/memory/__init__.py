"""What a crawl must remember from earlier ones: URLs, walks, lists and hosts."""
