"""Articles that come from files: saved pages, saved texts, posts of a mirror."""
