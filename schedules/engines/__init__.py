"""Who runs the jobs that wait: the leading service itself, or workers that a broker reaches.

MongoDB is the truth in both: a job is run by whoever claims its record and the lease of its site.
Celery is imported by `celery_app`, `consumer` and `sender` alone, and only if it is the engine.
"""
