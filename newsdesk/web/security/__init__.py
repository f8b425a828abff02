"""Who may see and do what: accounts, cookies, tokens, and the guard in front of every page."""
