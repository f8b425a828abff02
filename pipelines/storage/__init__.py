"""The only room that talks to MongoDB: clients, embedded server, collections,
repositories, spool."""
