"""The item and all that happens to it on its way into MongoDB."""
