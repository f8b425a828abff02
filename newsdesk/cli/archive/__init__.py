"""`newsdesk archive`: what sites sent, as they sent it."""
