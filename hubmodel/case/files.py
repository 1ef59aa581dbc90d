"""Writing files: whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from hubmodel.errors import InputError
from hubmodel.text.third_party import third_party_message


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
        problem = third_party_message(error.strerror or str(error))
        raise InputError(
            "{file}: cannot be written: {problem}; choose another place", file=path, problem=problem
        ) from None
    finally:
        temporary.unlink(missing_ok=True)
