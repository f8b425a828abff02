"""Backups of the database: one point in time, in the files that mongodump makes.

A backup is a folder:

- `backup.json` says what it holds, from when, with counts and digests (`manifest.py`);
- `dump/DATABASE/NAME.bson.gz` has the documents of a collection (`dumping.py`);
- `dump/DATABASE/NAME.metadata.json.gz` has its options and indexes (`metadata.py`);
- `dump/oplog.bson` has what changed meanwhile, each document as it was at the end (`changes.py`).

Where the last backup has a collection already, both have its file, and what differs from it is
among these changes (`taking_over.py`). The documents with these changes are the database as it was
at one moment, that of the end. Both `newsdesk restore` and `mongorestore --gzip --oplogReplay` put
it together.
"""
