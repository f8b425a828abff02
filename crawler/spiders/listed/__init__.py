"""Articles that their list holds itself: which of them are to be read, and their reading."""
