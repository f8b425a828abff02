"""`newsdesk web`: the console, its accounts and its tokens."""
