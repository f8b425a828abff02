"""Topics: those in force, tried on what is stored, over time."""
