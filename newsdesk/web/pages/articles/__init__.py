"""The room of articles: finding them, reading one, taking them along."""
