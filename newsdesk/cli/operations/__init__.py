"""Commands of those who run the nights."""
