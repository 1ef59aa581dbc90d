"""Writing files: whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from hubmodel.errors import InputError


def write_whole(path: str | Path, content: str | bytes) -> None:
    """Write a file: to a temporary one beside it first, so that nothing is ever half-written.

    Raises
    ------
    InputError
        when the place cannot be written.
    """
    path = Path(path)
    temporary = path.with_name(f"{path.name}.part")
    try:
        temporary.write_bytes(content.encode() if isinstance(content, str) else content)
        os.replace(temporary, path)
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror or error}; choose another place") from None
    finally:
        temporary.unlink(missing_ok=True)
