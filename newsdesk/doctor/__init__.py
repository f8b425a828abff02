"""Is everything here that a night needs?"""
