"""Reading XML as sites send it: feeds and sitemaps, bounded, with the network left alone."""
