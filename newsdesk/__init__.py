"""Newsdesk for people: command line, doctor, demo."""

__version__ = "0.1.0"
