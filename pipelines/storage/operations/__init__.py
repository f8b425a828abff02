"""What running the nights keeps: schedules, slots, jobs, leases, alerts."""
