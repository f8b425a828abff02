"""What a desk needs that runs for years: backups, and whether all that is stored fits together."""
