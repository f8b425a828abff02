"""Turns due times into slots, slots into jobs, and ended jobs into another attempt or an end."""
