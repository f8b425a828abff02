"""Lines that a site writes around its articles."""
