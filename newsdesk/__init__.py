"""Newsdesk for people: what they ask, the command line, the doctor."""

__version__ = "0.1.0"
