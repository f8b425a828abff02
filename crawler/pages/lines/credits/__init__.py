"""Bylines: rows of roles, media and names."""
