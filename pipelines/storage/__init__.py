"""The only place that talks to MongoDB: clients, embedded server, collections, repositories."""
