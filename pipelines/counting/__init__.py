"""What a crawl counts: the kinds of statistics, and each counter there is."""
