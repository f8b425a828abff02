"""Articles that a list holds itself: the whole text of a feed's entry, a flash."""
