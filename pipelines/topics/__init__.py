"""Topics: what they are, where they are written, what is in force."""
