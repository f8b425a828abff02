"""The service: due times, slots, taking jobs, what it tells monitors."""
