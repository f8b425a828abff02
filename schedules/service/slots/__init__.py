"""From due times to slots, from slots to jobs, from ended jobs to the next attempt or an end."""
