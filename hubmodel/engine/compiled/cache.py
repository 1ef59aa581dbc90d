"""Object code kept on disk between processes, in a folder that nobody but its user can write to.

What is loaded from there is run, so nothing is taken from a folder or file that another user owns or can write to, and
nothing whose checksum is not that of what was written. Where the folder cannot be had, nothing is kept.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

FOLDER = "HUBMODEL_CACHE"  # variable of the environment: another folder, or none if it is empty
MOST = 32  # files that are kept, the last that were used
_ENDING = ".object"
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def key_of(*parts: str) -> str:
    """Return the key of what some texts determine: 64 hexadecimal digits.

    >>> key_of("ab", "c") == key_of("a", "bc")
    False
    """
    whole = hashlib.sha256()
    for part in parts:
        text = part.encode()
        whole.update(len(text).to_bytes(8, "little") + text)
    return whole.hexdigest()


def kept(key: str) -> bytes | None:
    """Return what was kept under a key; None where there is nothing, or nothing that can be trusted."""
    folder = _folder()
    if folder is None:
        return None
    path = folder / (key + _ENDING)
    try:
        with path.open("rb") as file:
            if not _own(os.fstat(file.fileno())):
                return None
            checksum, content = file.read(32), file.read()
    except OSError:
        return None
    if checksum != _checksum(key, content):
        return None
    with suppress(OSError):
        os.utime(path)  # so that it is among the last used
    return content


def keep(key: str, content: bytes) -> None:
    """Keep something under a key where that is possible; whoever reads meanwhile finds all of it or nothing."""
    folder = _folder()
    if folder is None:
        return
    temporary = None
    try:
        handle, temporary = tempfile.mkstemp(suffix=".part", dir=folder)  # only its user can read it
        with os.fdopen(handle, "wb") as file:
            file.write(_checksum(key, content) + content)
        os.replace(temporary, folder / (key + _ENDING))
        _drop_oldest(folder)
    except OSError:  # the disk is full, the folder has gone
        if temporary:
            Path(temporary).unlink(missing_ok=True)


def _checksum(key: str, content: bytes) -> bytes:
    return hashlib.sha256(key.encode() + content).digest()


def _drop_oldest(folder: Path) -> None:
    ages = {}
    for path in [*folder.glob("*" + _ENDING), *folder.glob("*.part")]:
        with suppress(OSError):  # another process was faster
            ages[path] = path.stat().st_mtime
    for path in sorted(ages, key=lambda path: -ages[path])[MOST:]:
        with suppress(OSError):
            path.unlink()


def _folder() -> Path | None:
    """Return the folder, made if need be; None where there shall be none, or others could write to it."""
    path = _place()
    if path is None:
        return None
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = path.lstat()
    except OSError:
        return None
    return path if stat.S_ISDIR(found.st_mode) and _own(found) else None


def _place() -> Path | None:
    named = os.environ.get(FOLDER)
    if named is not None:
        return Path(named).expanduser() if named else None
    return _user_cache() / "hubmodel"


def _user_cache() -> Path:
    named = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(named):
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    return Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache")


def _own(found: os.stat_result) -> bool:
    """Return whether only this user can write to something; Windows keeps a user's folders for itself."""
    if sys.platform == "win32":
        return True
    return found.st_uid == os.geteuid() and not found.st_mode & _OTHERS_WRITE
