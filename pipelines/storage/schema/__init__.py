"""The shape of the database: collections, validators, indexes, migrations."""
