"""What the news does: stories from site to site, hot lists at a time, words that rise."""
