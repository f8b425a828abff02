"""One module per site: its declaration."""
