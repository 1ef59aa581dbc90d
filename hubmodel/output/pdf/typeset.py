"""Typesetting with Typst: data goes in as JSON, so that no text is ever read as markup."""

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
    """Raise InputError if a package that a PDF needs is missing."""
    for name in packages:
        try:
            importlib.import_module(name)
        except ImportError:
            raise InputError(
                "a PDF needs the package {name}, which is not here; install hubmodel[report]", name=name
            ) from None


def typeset(template: str, data: Mapping[str, Any], files: Mapping[str, bytes] | None = None) -> bytes:
    """Set a template as an accessible PDF.

    Parameters
    ----------
    template
        name of a ``.typ`` file beside this module; it may import the others, and reads ``json("data.json")``.
    data
        data for JSON. A text is shown literally, whatever characters it holds.
    files
        pictures by the name under which the template finds them.

    Returns
    -------
    A PDF/UA-1; the same bytes for the same arguments. A font of the machine is used only for a character that Typst's
    own fonts lack.

    Raises
    ------
    InputError
        if Typst is missing, or for a character that no font has or a picture that cannot be read.
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
