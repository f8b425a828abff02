"""Addresses, names and failures: what may be asked, and what became of it."""
