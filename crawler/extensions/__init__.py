"""What accompanies a crawl: its memory, its statistics, its lost items."""
