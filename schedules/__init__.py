"""When crawls run, and what became of them."""
