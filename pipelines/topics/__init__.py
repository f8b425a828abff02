"""Topics: what they are, where they are written, and which are in force."""
