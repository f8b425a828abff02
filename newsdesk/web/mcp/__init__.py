"""The same answers for language models and other assistants, by the Model Context Protocol.

Nothing here changes anything, and nothing is fetched: tools look at what is stored. `foreign.py`
keeps apart what the web wrote, `server.py` puts the tools together. Needs the extra `mcp`.
"""
