"""Files parsed once a process, for as long as they stay as they are."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")
MOST = 64  # files kept
SETTLED = 100_000_000  # nanoseconds after a change before which another might leave the time as it is


def parsed_once(read: Callable[Concatenate[Path, P], T]) -> Callable[Concatenate[Path, P], T]:
    """Return a reader of (path, more arguments) that reads again only when time of change or size is another.

    Every caller gets the same object, which nobody may change.
    """

    @functools.lru_cache(maxsize=MOST)
    def keep(path: Path, state: tuple[int, int], *args: Any) -> T:
        return cast(Callable[..., T], read)(path, *args)

    @functools.wraps(read)
    def reader(path: Path, *args: P.args, **kwargs: P.kwargs) -> T:
        state = _state(path)
        return read(path, *args, **kwargs) if state is None else keep(path, state, *args)

    return cast(Callable[Concatenate[Path, P], T], reader)


def _state(path: Path) -> tuple[int, int] | None:
    """Return time of change and size; None where there is no file, or it has changed just now."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size) if abs(time.time_ns() - found.st_mtime_ns) > SETTLED else None
