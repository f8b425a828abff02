"""Running one crawl: its process, its record in MongoDB, and finding it again if it is lost."""
