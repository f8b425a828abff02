"""Telling people what is wrong: which alerts, when, and by which channel."""
