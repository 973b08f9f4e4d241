"""Files written whole or not at all: at each moment the old one is there or the new one, whoever is killed.

What is written grows in a work folder beside its place, under its own name, and is renamed when it is complete. A
directory cannot be renamed onto another: the old one is renamed into the work folder first. Whoever is killed between
the two leaves both there, and the next one to read or write the place finishes what was begun.

Who writes holds a lock on a file beside the work folder, which the system takes back when the process ends: a number would
say nothing of processes on other machines, and those of dead ones come again.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from bridge.errors import FileError, expected
from bridge.upstream import HDF5_ERRNO

try:
    import fcntl
except ImportError:  # Windows has none: there, nothing is tidied up.
    fcntl = None  # type: ignore[assignment]

_WORK, _LOCK = ".tfbridge-work-", ".lock"
_WORK_NAME = re.compile(rf"{re.escape(_WORK)}\w{{8}}(?:{re.escape(_LOCK)})?")
_NEW, _OLD = "new", "old"


def existing(filepath: str) -> str:
    """The path of what is there.

    Raises:
        FileError: nothing is.
    """
    path = os.path.expanduser(filepath)
    if not os.path.exists(path):
        _tidy(os.path.dirname(os.path.realpath(path)))
    if not os.path.exists(path):
        raise FileError(f"There is no file {path}.")
    return path


def free(filepath: str, overwrite: Any = True, directory: bool = False) -> str:
    """The path where a file (or a directory) may be written: behind symbolic links, which stay.

    Args:
        filepath: as the user gave it; `~` is expanded.
        overwrite: whether what is there may be replaced.
        directory: whether a directory is to be written.

    Raises:
        ArgumentError: `overwrite` is neither TRUE nor FALSE.
        FileError: something is in the way, or there is no directory to write it to.
    """
    if not isinstance(overwrite, bool):
        raise expected("overwrite", "TRUE or FALSE", overwrite)
    given = os.path.abspath(os.path.expanduser(filepath))
    path = os.path.realpath(given)
    parent = os.path.dirname(path)
    if not os.path.isdir(parent):
        raise FileError(f"There is no directory {parent}.")
    _tidy(parent)
    if not os.path.lexists(path):
        return path
    if os.path.isdir(path) != directory:
        raise FileError(f"{given} is a {'file' if directory else 'directory'}, which is never replaced.")
    if not overwrite and not (directory and not os.listdir(path)):
        raise FileError(f"{given} exists.", hints=["`overwrite = TRUE` replaces it."])
    if not os.access(path, os.W_OK):
        raise FileError(f"{given} is read-only.")
    return path


def write_file(path: str, write: Callable[[str], Any], name: str | None = None) -> str:
    """Puts what `write` writes to the path that it is given at `path`, once it is complete; returns the path.

    Args:
        path: from `free()`.
        write: writes the file.
        name: under which it is written, where the ending tells the writer what to do.

    Raises:
        FileError: the system refuses, for example because the disk is full.
    """
    with _work_folder(path) as work:
        new = os.path.join(work, _NEW, name or os.path.basename(path))
        write(new)
        _keep_mode(path, new)
        os.replace(new, path)
    return path


def write_directory(path: str, write: Callable[[str], Any]) -> str:
    """The same for a directory, which takes the place of the whole old one.

    Raises:
        FileError: the system refuses.
    """
    with _work_folder(path) as work:
        new, old = (os.path.join(work, part, os.path.basename(path)) for part in (_NEW, _OLD))
        os.mkdir(new)
        # TensorFlow makes directories that no group may write to, whatever the umask.
        mode = stat.S_IMODE(os.stat(new).st_mode)
        write(new)
        for place, directories, _ in os.walk(new):
            for name in directories:
                os.chmod(os.path.join(place, name), mode)
        _keep_mode(path, new)
        if os.path.isdir(path):
            os.mkdir(os.path.dirname(old))
            os.rename(path, old)
            try:
                os.rename(new, path)
            except BaseException:
                os.rename(old, path)
                raise
        else:
            os.rename(new, path)
    return path


@contextmanager
def named(path: str, ending: str) -> Iterator[str]:
    """The file under a name with this ending, for readers that go by it."""
    if path.endswith(ending):
        yield path
        return
    with tempfile.TemporaryDirectory() as directory:
        link = os.path.join(directory, f"file{ending}")
        try:
            os.symlink(os.path.abspath(path), link)
        except OSError:
            shutil.copyfile(path, link)
        yield link


@contextmanager
def _work_folder(path: str) -> Iterator[str]:
    """A folder beside `path` with a part for what is new; gone afterwards. Refusals of the system are worded."""
    lock = work = None
    try:
        lock, held = _locked(os.path.dirname(path))
        work = held.removesuffix(_LOCK)
        os.makedirs(os.path.join(work, _NEW), 0o700)
        yield work
    except Exception as error:
        reason = _refusal(error)
        if reason is None:
            raise
        raise FileError(f"{path} could not be written: {reason}.") from error
    finally:
        if lock is not None and work is not None:
            shutil.rmtree(work, ignore_errors=True)
            with suppress(OSError):
                os.unlink(work + _LOCK)
            os.close(lock)


def _locked(parent: str) -> tuple[int, str]:
    """A new file in a directory that nobody else can lock while it is open: its descriptor and its path."""
    while True:
        descriptor, path = tempfile.mkstemp(prefix=_WORK, suffix=_LOCK, dir=parent)
        if fcntl is not None:
            _lock(descriptor, fcntl.LOCK_EX)
        # Who tidied up before it was locked has removed it.
        if os.path.exists(path):
            return descriptor, path
        os.close(descriptor)


def _refusal(error: Exception) -> str | None:
    """Why the system refused, None when it was something else that went wrong."""
    if isinstance(error, OSError) and error.errno is not None:
        return os.strerror(error.errno)
    told = HDF5_ERRNO.search(str(error))
    if told is not None:
        return os.strerror(int(told[1]))
    words = str(error)
    found = next((words for said in ("No space left", "Permission denied", "File too large") if said in words), None)
    return found and found.splitlines()[0].rstrip(".")


def _keep_mode(path: str, new: str) -> None:
    """Gives what is new the mode and the owner of what it replaces, as if that had been written to."""
    with suppress(OSError):
        old = os.stat(path)
        os.chmod(new, stat.S_IMODE(old.st_mode))
        if (old.st_uid, old.st_gid) != (os.stat(new).st_uid, os.stat(new).st_gid):
            os.chown(new, old.st_uid, old.st_gid)


def _tidy(parent: str) -> None:
    """Finishes what killed processes were about to replace in a directory, and removes what else they left."""
    with suppress(OSError):
        for name in os.listdir(parent):
            if _WORK_NAME.fullmatch(name):
                _tidy_work(parent, os.path.join(parent, name.removesuffix(_LOCK)))


def _tidy_work(parent: str, work: str) -> None:
    """The same for one work folder, unless its writer lives."""
    descriptor = None
    try:
        # The lock is there before the folder, and goes after it.
        with suppress(FileNotFoundError):
            descriptor = os.open(work + _LOCK, os.O_RDWR)
        if fcntl is None or (descriptor is not None and not _lock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)):
            return
        _finish(parent, work)
        shutil.rmtree(work, ignore_errors=True)
        with suppress(FileNotFoundError):
            os.unlink(work + _LOCK)
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _lock(descriptor: int, how: int) -> bool:
    """Whether a file could be locked; some file systems have no locks."""
    try:
        fcntl.flock(descriptor, how)
    except OSError:
        return False
    return True


def _finish(parent: str, work: str) -> None:
    """Puts a directory that was renamed away, and not replaced yet, back by the new one, which is complete then."""
    old = os.path.join(work, _OLD)
    for name in os.listdir(old) if os.path.isdir(old) else []:
        path = os.path.join(parent, name)
        if not os.path.lexists(path):
            new = os.path.join(work, _NEW, name)
            os.rename(new if os.path.isdir(new) else os.path.join(old, name), path)
