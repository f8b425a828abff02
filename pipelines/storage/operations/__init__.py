"""What running the nights keeps in MongoDB: schedules, slots, jobs, leases, alerts."""
