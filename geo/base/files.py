"""Files and folders that are written whole or not at all.

Whatever is to last is made in a draft beside its place, brought to the disk, and takes
its place in one step. So a reader sees the old or the new one, and a death at any
point (``kill -9``, a full disk, a power cut) leaves the old one.

A draft is a folder ``.incidents-draft-...`` with a lock in it that the system lets go
of when its process ends, however it ends. That tells the drafts of the living from
those of the dead, also where processes in several containers share a folder. Whoever
writes into a folder next removes what the dead left there, and nothing else. No other
module of ours renames, replaces or names drafts.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from stat import S_IMODE, S_ISREG
from typing import Final

_DRAFT: Final = ".incidents-draft-"
#: In a draft: its lock, what is being made, and while folders change places by two
#: renames the name of the target and the old folder.
_LOCK: Final = "lock"
_MADE: Final = "made"
_SWAP: Final = "swap"
_OLD: Final = "old"
#: Said by a directory that cannot be brought to the disk by itself.
_NO_SYNC: Final = (errno.EINVAL, errno.ENOTSUP)
_TAKEN: Final = (errno.EEXIST, errno.ENOTEMPTY)
#: Said by a system or file system that cannot let two names change places.
_NO_EXCHANGE: Final = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EXDEV)
_AT_FDCWD: Final = -100
_RENAME_EXCHANGE: Final = 2
#: Linux's renameat2; None where the C library has none.
_RENAMEAT2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Write a file whole or not at all.

    A file that was there keeps its permissions; where a symbolic link was, the file
    it leads to is replaced.

    Parameters
    ----------
    path
        The file; its folder exists.

    Yields
    ------
    Path
        Where to write it. It has the file's name, and room beside it for what else
        comes with writing. Nothing takes the place of *path* if the block raises.

    Raises
    ------
    OSError
        If the file cannot be written, or if *path* is a folder or a device.
    """
    target = Path(os.path.realpath(path))
    before = target.stat() if target.exists() else None
    if before is not None and not S_ISREG(before.st_mode):
        code = errno.EISDIR if target.is_dir() else errno.EINVAL
        raise OSError(code, "is not a file that can be replaced", str(path))
    with draft_in(target.parent) as draft:
        made = draft / target.name
        yield made
        if before is not None:
            with suppress(PermissionError):  # only root gives files away
                os.chown(made, before.st_uid, before.st_gid)
            made.chmod(S_IMODE(before.st_mode))
        _sync(made)
        made.replace(target)
        _sync(target.parent)


@dataclass(frozen=True, slots=True)
class FolderKind:
    """Which folders may be replaced.

    Parameters
    ----------
    marker
        A file that each has.
    suffix
        How the names of its other files end; those that begin with ``_`` or ``.``
        may be any.
    """

    marker: str
    suffix: str


@contextmanager
def whole_folder(path: Path, *, kind: FolderKind | None = None) -> Iterator[Path]:
    """Write a folder whole or not at all.

    The old and the new folder change places in one step where the system can (Linux,
    on its usual file systems). Elsewhere they do so by two renames, between which a
    reader finds no folder; a death there is mended by :func:`tidy`.

    Parameters
    ----------
    path
        The folder; the one above it exists.
    kind
        Which folders it may replace; None for empty ones only.

    Yields
    ------
    Path
        The new folder's draft, which is there and empty.

    Raises
    ------
    OSError
        If the folder cannot be written, or something else is in its place.
    """
    target = Path(os.path.realpath(path))
    refuse_foreign(target, kind)
    with draft_in(target.parent) as draft:
        made = draft / target.name
        made.mkdir()
        yield made
        _sync_tree(made)
        refuse_foreign(target, kind)
        _change_places(made, target)
        _sync(target.parent)


def refuse_foreign(folder: Path, kind: FolderKind | None) -> None:
    """Refuse to replace what is not an empty folder or one of a kind.

    Raises
    ------
    FileExistsError
        If a folder is there and has no marker of the kind, or a file of another.
    NotADirectoryError
        If something else is there.
    """
    if not os.path.lexists(folder):
        return
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "is not a folder", str(folder))
    names = sorted(path for path in folder.rglob("*") if not path.is_dir())
    if kind is not None and names:
        plain = (path for path in names if path.name[0] not in "_.")
        foreign = [path for path in plain if not path.name.endswith(kind.suffix)]
        problem = f"has no {kind.marker}"
        if (folder / kind.marker).is_file():
            problem, names = f"has {', '.join(map(str, foreign[:1]))}", foreign
    else:
        problem = "is not empty"
    if names:
        message = f"{problem}, so it is not ours to replace; move it away"
        raise FileExistsError(errno.EEXIST, message, str(folder))


@contextmanager
def draft_in(folder: Path) -> Iterator[Path]:
    """Make a folder for drafts in *folder*, and remove it with what is left in it.

    What the dead left in *folder* is removed first.

    Yields
    ------
    Path
        An empty folder, of the same file system.

    Raises
    ------
    OSError
        If it cannot be made.
    """
    tidy(folder)
    draft, lock = _locked_draft(folder)
    try:
        made = draft / _MADE
        made.mkdir()
        yield made
    finally:
        _remove(draft)
        os.close(lock)


def first_free(made: Path, names: Iterable[Path]) -> Path:
    """Give a finished folder, which is not empty, the first name that is free.

    Raises
    ------
    OSError
        If it cannot be renamed for another reason than a name that is taken.
    """
    _sync_tree(made)
    for name in names:
        try:
            made.rename(name)
        except OSError:
            if not name.exists():
                raise
        else:
            _sync(name.parent)
            return name
    raise FileExistsError(errno.EEXIST, "every name is taken", str(made))


def tidy(folder: Path) -> None:
    """Remove the drafts that the dead left in a folder, and mend what they broke off.

    Drafts of the living and files of others stay; what may not be removed does too.
    """
    with suppress(OSError):
        for entry in sorted(folder.glob(f"{_DRAFT}*")):
            if entry.is_dir() and not entry.is_symlink():
                with suppress(OSError):
                    _bury(entry)


def is_abandoned(folder: Path) -> bool:
    """Tell whether a folder is a draft whose process has ended."""
    if not folder.name.startswith(_DRAFT):
        return False
    try:
        lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return _lock(lock)
    finally:
        os.close(lock)


def is_draft(folder: Path) -> bool:
    """Tell whether a folder is a draft, by its name."""
    return folder.name.startswith(_DRAFT)


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Keep other processes that ask the same from writing in a folder.

    Raises
    ------
    BlockingIOError
        If another one is writing there.
    OSError
        If nothing can be written there.
    """
    lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        if not _lock(lock, otherwise=True):
            message = "is being written by another process"
            raise BlockingIOError(errno.EWOULDBLOCK, message, str(folder))
        yield
    finally:
        os.close(lock)


# --- drafts --------------------------------------------------------------------------


def _locked_draft(folder: Path) -> tuple[Path, int]:
    """Make a draft, and return it with its lock, which is held."""
    while True:
        draft = folder / f"{_DRAFT}{secrets.token_hex(8)}"
        draft.mkdir()
        # Between two of these steps another process may take it for a dead one's.
        try:
            path = draft / _LOCK
            lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except FileNotFoundError:
            continue
        except OSError:
            draft.rmdir()
            raise
        if _lock(lock, otherwise=True) and _is_open_as(lock, path):
            return draft, lock
        os.close(lock)


def _lock(lock: int, *, otherwise: bool = False) -> bool:
    """Take a lock; False if another has it, *otherwise* where there are no locks."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return otherwise
    return True


def _is_open_as(lock: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(lock), path.stat())
    except FileNotFoundError:
        return False


def _bury(draft: Path) -> None:
    """Remove a draft if its process is dead, after ending what it had begun."""
    try:
        lock = os.open(draft / _LOCK, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        draft.rmdir()  # it died, or lives, before it had a lock; only if it is empty
        return
    try:
        if _lock(lock):
            _end_swap(draft)
            _remove(draft)
    finally:
        os.close(lock)


def _remove(draft: Path) -> None:
    """Remove a draft, its lock last, so that a death here is mended as well."""
    for name in (_SWAP, _LOCK):
        if name == _LOCK:
            for inside in (_MADE, _OLD):
                shutil.rmtree(draft / inside, ignore_errors=True)
        with suppress(OSError):
            (draft / name).unlink()
    with suppress(OSError):
        draft.rmdir()


# --- folders that change places ------------------------------------------------------


def _change_places(made: Path, target: Path) -> None:
    """Put a folder where another may be, which is then in the draft."""
    try:
        made.rename(target)
    except OSError as error:
        if error.errno not in _TAKEN:
            raise
    else:
        return
    if _exchange(made, target):
        return
    draft = made.parents[1]
    swap = draft / _SWAP
    swap.write_text(target.name, encoding="utf-8")
    _sync(swap)
    _sync(draft)
    target.rename(draft / _OLD)
    try:
        made.rename(target)
    except OSError:
        (draft / _OLD).rename(target)
        raise


def _exchange(path: Path, other: Path) -> bool:
    """Let two names change places in one step; False where the system cannot."""
    if _RENAMEAT2 is None:
        return False
    names = os.fsencode(path), os.fsencode(other)
    done = _RENAMEAT2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE)
    if done == 0:
        return True
    code = ctypes.get_errno()
    if code in _NO_EXCHANGE:
        return False
    raise OSError(code, os.strerror(code), str(other))


def _end_swap(draft: Path) -> None:
    """Put the new folder of a dead process into its place, if that is empty."""
    swap = draft / _SWAP
    if not swap.is_file():
        return
    name = Path(swap.read_text(encoding="utf-8")).name
    target, made = draft.parent / name, draft / _MADE / name
    if name and made.is_dir() and not os.path.lexists(target):
        made.rename(target)
        _sync(target.parent)


# --- the disk ------------------------------------------------------------------------


def _sync(path: Path) -> None:
    """Bring a file, or the names in a folder, to the disk."""
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(file)
    except OSError as error:
        if error.errno not in _NO_SYNC:
            raise
    finally:
        os.close(file)


def _sync_tree(folder: Path) -> None:
    for inside, _, files in os.walk(folder):
        for name in files:
            _sync(Path(inside, name))
        _sync(Path(inside))
