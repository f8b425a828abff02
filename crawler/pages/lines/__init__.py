"""Rules over the lines of a page: bylines, names, boilerplate."""
