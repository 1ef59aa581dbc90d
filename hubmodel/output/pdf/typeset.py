"""Set a template of ours with Typst: data goes in as JSON, so that no text is ever read as markup."""

from __future__ import annotations

import importlib
import json
import tempfile
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any, Final

from hubmodel.errors import InputError

STANDARD: Final = "ua-1"  # PDF/UA-1, ISO 14289-1: tagged, with language, title, alternative texts and table headers


def wanted(*packages: str) -> None:
    """Raise InputError where a package is missing that a PDF needs; none is imported before one is asked for."""
    for name in packages:
        try:
            importlib.import_module(name)
        except ImportError:
            raise InputError(
                "a PDF needs the package {name}, which is not here; install hubmodel[report]", name=name
            ) from None


def typeset(template: str, data: Mapping[str, Any], files: Mapping[str, bytes] | None = None) -> bytes:
    """Set a template as a PDF that people can read with eyes or ears.

    Parameters
    ----------
    template
        name of a ``.typ`` file beside this module; it may import the others, and reads ``json("data.json")``.
    data
        what JSON can hold. A text is shown as it stands, whatever signs are in it.
    files
        pictures by the name under which the template finds them.

    Returns
    -------
    A PDF/UA-1; the same bytes for the same arguments: no clock, and no font of the machine unless a character asks for
    one that Typst's own fonts lack.

    Raises
    ------
    InputError
        where Typst is missing, or it refuses: a character that no font has, a picture that is none.
    """
    wanted("typst")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, content in {**_templates(), "data.json": json.dumps(data).encode(), **(files or {})}.items():
            (root / name).write_bytes(content)
        return _compiled(root / f"{template}.typ")


def _compiled(source: Path) -> bytes:
    import typst

    refused = ""
    for own_fonts in (True, False):
        try:
            done = typst.compile(
                source, root=source.parent, ignore_system_fonts=own_fonts, pdf_standards=[STANDARD], timestamp=0
            )
            return bytes(done)
        except typst.TypstError as error:
            refused = error.message
    raise InputError(
        "{name}: cannot be set as a PDF: {problem}; change that text or picture", name=source.stem, problem=refused
    )


def _templates() -> dict[str, bytes]:
    here = resources.files("hubmodel.output.pdf").iterdir()
    return {file.name: file.read_bytes() for file in here if file.name.endswith(".typ")}
