"""What a crawl reported, and what is to be thought of it."""
