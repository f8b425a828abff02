"""Commands for a desk that runs for years: backups."""
