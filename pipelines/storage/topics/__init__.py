"""What is kept of topics: operators' changes, and how far they were applied."""
