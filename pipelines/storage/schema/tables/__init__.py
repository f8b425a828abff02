"""The declarations of the collections."""
