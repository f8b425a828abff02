"""What crawls bring in, and what one would bring."""
