"""What can go wrong with the database. Every message says what to do next."""

from __future__ import annotations


class StorageError(Exception):
    """Base of this package's errors."""


class BadConnectionString(StorageError):
    """Raised when MONGODB_URI cannot be read as a connection string."""


class DatabaseUnavailable(StorageError):
    """Raised when MongoDB does not answer, after all attempts."""


class AccessDenied(StorageError):
    """Raised when MongoDB refuses the user, or the user may not do what is needed."""


class SchemaError(StorageError):
    """Base: raised when the collections are not as this version of Newsdesk needs them."""


class SchemaTooNew(SchemaError):
    """Raised when a newer Newsdesk has already changed the database."""


class SchemaBusy(SchemaError):
    """Raised when another process has been preparing the collections for too long, or puts a backup
    into them."""


class EmbeddedServerError(StorageError):
    """Base: raised when the embedded server cannot be used."""


class EmbeddedServerMissing(EmbeddedServerError):
    """Raised when the extra that carries the embedded server is not installed."""


class UnsupportedMachine(EmbeddedServerError):
    """Raised when the embedded server cannot run on this system or processor."""


class MissingLibrary(EmbeddedServerError):
    """Raised when the machine lacks a system library that the embedded server needs."""


class FolderUnusable(EmbeddedServerError):
    """Raised when the data folder cannot be created or written."""


class FolderInUse(FolderUnusable):
    """Raised when a mongod that this process cannot see (in another container) uses the data
    folder."""


class DiskFull(EmbeddedServerError):
    """Raised when the disk of the data folder has too little room."""


class PortBusy(EmbeddedServerError):
    """Raised when another program listens on the embedded server's port."""


class ServerDidNotStart(EmbeddedServerError):
    """Raised when the embedded server ended, or was not ready in time, for another reason."""


class ServerDidNotStop(EmbeddedServerError):
    """Raised when the embedded server is still running after it was asked to stop."""


class DocumentRefused(StorageError):
    """Raised when a document can never be stored. `reason` is counted, `detail` for a person."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class TaggingReplaced(StorageError):
    """Raised when a run that applies topics finds that another, with other topics, has begun."""


class SpoolError(StorageError):
    """Base: raised when items can neither be stored nor be kept in the spool."""


class SpoolFull(SpoolError):
    """Raised when the spool has reached its size, or its disk is full."""


class SpoolUnusable(SpoolError):
    """Raised when the spool's folder cannot be made or written."""


class BackupError(StorageError):
    """Base: raised when a backup cannot be made or restored."""


class NoBackup(BackupError):
    """Raised when a folder holds no backup that can be used."""


class BackupDamaged(BackupError):
    """Raised when a backup is not as it was written."""


class BackupTooLong(BackupError):
    """Raised when MongoDB no longer knows what changed since a backup began."""


class NoRoom(BackupError):
    """Raised when a disk has too little room for a backup, or for what it holds."""


class RestoreRefused(BackupError):
    """Raised when restoring would overwrite what is stored, or is in use."""


class NotTheSame(BackupError):
    """Raised when what was restored is not what the backup holds."""
