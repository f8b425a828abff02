"""Checks of everything that a night needs."""
