"""Stored articles: which there are, how they changed, how they are found."""
