"""What texts are found by: pairs of characters, postings, likeness, excerpts."""
