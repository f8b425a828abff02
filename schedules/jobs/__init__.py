"""One execution of a schedule: its process, its record, its end."""
