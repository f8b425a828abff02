"""Where finished files are shipped to: a folder (`file://`) or a bucket (`s3://`), by fsspec."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from attrs import define, field

from crawler.archive.exceptions import NotThere, TargetAway
from crawler.archive.folder import INDEX, SUFFIX, index_of, read_name

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from fsspec import AbstractFileSystem

BUFFER_BYTES = 64 * 1024
READ_BYTES = 128 * 1024
"""Asked for at once around a record: most take a quarter of it."""
STREAM_BYTES = 8 * 1024 * 1024
"""Asked for and sent at once when a whole file is read or sent."""
CONNECT_SECONDS, ANSWER_SECONDS = 10, 60
ATTEMPTS = 2
AWAY_SECONDS = 60.0
AT_ONCE = 16
_DRAFT = ".part"


@define(frozen=True, kw_only=True)
class Held:
    """A file as it is. digest: SHA-256."""

    size: int
    digest: str


@define(eq=False)
class Target:
    """The target of one database, a folder `below` the address.

    key, secret: None for what the environment of AWS says.
    """

    address: str
    below: str
    endpoint: str | None = None
    region: str | None = None
    key: str | None = field(default=None, repr=False)
    secret: str | None = field(default=None, repr=False)
    _opened: AbstractFileSystem | None = field(default=None, init=False, repr=False)
    _away_until: float = field(default=0.0, init=False, repr=False)

    @property
    def is_folder(self) -> bool:
        return self.address.startswith("file://")

    def is_away(self) -> bool:
        """Whether it has failed a moment ago: who can do without it does not ask again at once."""
        return time.monotonic() < self._away_until

    def sizes(self) -> dict[str, int]:
        """Returns all of the archive's files that lie there, and their indexes, with their bytes.

        Raises:
            TargetAway: it does not answer.
        """
        root = self._root
        with self.explained():
            found: Mapping[str, Mapping[str, Any]] = self._system.find(root, detail=True)
        names = {path[len(root) + 1 :]: int(each["size"]) for path, each in found.items()}
        warcs = {name for name in names if read_name(name)}
        wanted = warcs | {str(index_of(Path(name))) for name in warcs}
        return {name: size for name, size in names.items() if name in wanted}

    def size(self, name: str) -> int | None:
        """Returns the bytes of a file; None if there is none."""
        with self.explained():
            try:
                return int(self._system.info(self._path(name))["size"])
            except FileNotFoundError:
                return None

    def fetch(self, name: str, path: Path) -> None:
        """Copies a file to the local disk, whole or not at all.

        Raises:
            NotThere: there is none.
            TargetAway: it does not answer.
            OSError: the local disk is full or broken.
        """
        draft = path.with_name(f"{path.name}.part")
        path.parent.mkdir(parents=True, exist_ok=True)
        with self.open(name, STREAM_BYTES) as file, draft.open("wb") as copy:
            shutil.copyfileobj(file, copy, STREAM_BYTES)
            copy.flush()
            os.fsync(copy.fileno())
        draft.replace(path)

    def held(self, name: str) -> Held | None:
        """Reads a file to its end; None if there is none."""
        try:
            with self.open(name, STREAM_BYTES) as file:
                return held_in(file)
        except NotThere:
            return None

    def put(self, path: Path, name: str) -> None:
        """Sends a file. Whenever this process is killed, all of it is there or nothing.

        Raises:
            TargetAway: it was not taken.
        """
        goal = self._path(name)
        with self.explained():
            if not self.is_folder:
                self._system.put_file(str(path), goal, chunksize=STREAM_BYTES, max_concurrency=2)
                return
            draft = f"{goal}{_DRAFT}"
            self._system.makedirs(str(Path(goal).parent), exist_ok=True)
            self._system.put_file(str(path), draft)
            with self._system.open(draft, "rb") as file:
                os.fsync(file.fileno())
            self._system.mv(draft, goal)

    def open(self, name: str, at_once: int = READ_BYTES) -> BinaryIO:
        """Opens a file, of which only what is asked for is fetched, `at_once` bytes at a time.

        Raises:
            NotThere: there is none.
            TargetAway: it does not answer.
        """
        with self.explained():
            try:
                file = self._system.open(
                    self._path(name), "rb", block_size=at_once, cache_type="readahead"
                )
            except FileNotFoundError:
                raise NotThere(f"{name} is not in the archive's target {self.address}") from None
        return cast(BinaryIO, io.BufferedReader(_Explained(file, self), BUFFER_BYTES))

    def ranges(self, wanted: Sequence[tuple[str, int, int | None]]) -> list[bytes | None]:
        """Returns bytes of files, from a place to before another (None: to the end), all at once.

        None stands for those of files that are not there.
        """
        if not wanted:
            return []
        names, starts, ends = zip(*wanted, strict=True)
        paths = [self._path(name) for name in names]
        with self.explained():
            found = self._system.cat_ranges(paths, [*starts], [*ends], on_error="return")
            for each in found:
                if isinstance(each, BaseException) and not isinstance(each, FileNotFoundError):
                    raise each
        return [each if isinstance(each, bytes) else None for each in found]

    def remove(self, name: str) -> None:
        """Removes a file, if there is one."""
        with self.explained():
            try:
                self._system.rm_file(self._path(name))
            except FileNotFoundError:
                return

    def sweep(self, before: datetime) -> int:
        """Removes what sendings left that were begun before a moment and killed; returns how many.

        Raises:
            TargetAway: it does not answer, or does not allow it.
        """
        with self.explained():
            return self._sweep_folder(before) if self.is_folder else self._sweep_bucket(before)

    def _sweep_folder(self, before: datetime) -> int:
        root, count = Path(self._root), 0
        for path in root.glob(f"*/*/*{_DRAFT}"):
            name = path.relative_to(root).as_posix().removesuffix(_DRAFT)
            with suppress(FileNotFoundError):  # it is whole now
                if _is_ours(name) and path.stat().st_mtime < before.timestamp():
                    path.unlink()
                    count += 1
        return count

    def _sweep_bucket(self, before: datetime) -> int:
        bucket, _, folder = self._root.partition("/")
        ask, count = self._system.call_s3, 0
        found = ask("list_multipart_uploads", Bucket=bucket, Prefix=f"{folder}/")
        for each in found.get("Uploads", ()):
            key = each["Key"]
            if _is_ours(key.removeprefix(f"{folder}/")) and each["Initiated"] < before:
                ask("abort_multipart_upload", Bucket=bucket, Key=key, UploadId=each["UploadId"])
                count += 1
        return count

    @property
    def _root(self) -> str:
        return f"{self.address.removeprefix('file://').removeprefix('s3://')}/{self.below}"

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

    @property
    def _system(self) -> AbstractFileSystem:
        if self._opened is None or self.is_folder:
            self._opened = self._file_system()
        return self._opened

    def _file_system(self) -> AbstractFileSystem:
        import fsspec  # a crawl need not load it

        if self.is_folder:
            base = Path(self.address.removeprefix("file://"))
            if not base.is_dir():  # never made here: it may be a disk that is not mounted
                raise TargetAway(f"The archive's target {base} is no folder: mount or make it")
            return fsspec.filesystem("file", skip_instance_cache=True, use_listings_cache=False)
        try:
            system = fsspec.filesystem(
                "s3",
                endpoint_url=self.endpoint,
                key=self.key,
                secret=self.secret,
                client_kwargs={"region_name": self.region} if self.region else {},
                config_kwargs={
                    "connect_timeout": CONNECT_SECONDS,
                    "read_timeout": ANSWER_SECONDS,
                    "retries": {"max_attempts": ATTEMPTS, "mode": "standard"},
                    "max_pool_connections": AT_ONCE,
                },
                use_listings_cache=False,
                skip_instance_cache=True,
            )
        except ImportError:
            raise TargetAway(
                f"The archive's target {self.address} needs s3fs: pip install 'newsdesk[s3]'"
            ) from None
        system.batch_size = AT_ONCE
        system.retries = 1  # botocore tries again by itself
        return system

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Turns what a file system raises into `TargetAway`, but for a file that is not there."""
        try:
            yield
        except FileNotFoundError as error:
            if "bucket" not in str(error).lower():
                raise
            raise self._away(error) from error
        except _failures() as error:
            raise self._away(error) from error

    def _away(self, error: BaseException) -> TargetAway:
        self._away_until = time.monotonic() + AWAY_SECONDS
        said = " ".join(str(error).split())[:300] or type(error).__name__
        return TargetAway(f"The archive's target {self.address} cannot be used: {said}")


class _Explained(io.RawIOBase):
    """A file of a target whose errors say which target it is."""

    def __init__(self, file: BinaryIO, target: Target) -> None:
        self._file, self._target = file, target

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return int(self._file.seek(offset, whence))

    def tell(self) -> int:
        return int(self._file.tell())

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        with self._target.explained():
            data = self._file.read(len(view))
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()


def _is_ours(name: str) -> bool:
    """Whether a name is that of a file of the archive, or of an index."""
    return read_name(name) is not None or read_name(_of_index(name)) is not None


def _of_index(name: str) -> str:
    return f"{name.removesuffix(INDEX)}{SUFFIX}" if name.endswith(INDEX) else ""


def _failures() -> tuple[type[Exception], ...]:
    """Returns what a file system raises: S3 clients have errors that are none of the system's."""
    try:
        from botocore.exceptions import BotoCoreError, ClientError
    except ImportError:
        return (OSError,)
    return OSError, BotoCoreError, ClientError


def held_in(file: BinaryIO) -> Held:
    """Returns size and digest of an open file."""
    digest, size = hashlib.sha256(), 0
    while data := file.read(STREAM_BYTES):
        digest.update(data)
        size += len(data)
    return Held(size=size, digest=digest.hexdigest())
