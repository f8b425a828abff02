"""Jobs, schedules and alerts: how the nights stand."""
