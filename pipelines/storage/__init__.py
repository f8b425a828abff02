"""The only place that talks to MongoDB: server, schema, and a room for each kind of record."""
