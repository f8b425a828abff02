"""What people write, TOML and variables, read so that a mistake is named by its line or name."""
