"""The service `newsdesk up`: APScheduler's clock, leading, slots, taking jobs, metrics."""
