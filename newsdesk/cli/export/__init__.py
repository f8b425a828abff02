"""Commands that write what is stored into files."""
