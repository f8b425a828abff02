"""What the schedules file says: which site is crawled when, and how."""
