"""The notebooks of a bundle, run on its case."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from hubmodel.case.facility import PACKAGE
from hubmodel.errors import InputError

if TYPE_CHECKING:
    from nbformat import NotebookNode

FOLDER = "notebooks"
ROOT = PACKAGE.parent
BESIDE = ("tests/published",)  # read by the notebooks, besides the case
PARAMETER = re.compile(r'^name = ".*"$', flags=re.MULTILINE)
SECONDS = 300  # for one cell, on a slow machine
QUIET = ["--log-level=ERROR"]  # kernels warn about their connection, which is local


def wanted() -> None:
    """Raise InputError if notebooks cannot be run: a package or the notebooks themselves are missing."""
    try:
        import nbclient  # noqa: F401
    except ImportError:
        raise InputError(
            "notebooks need the package nbclient, which is not here; install hubmodel[notebooks], or add --no-notebooks"
        ) from None
    if not (ROOT / FOLDER / "00_tour.ipynb").is_file():
        raise InputError("an installed hubmodel comes without its notebooks; add --no-notebooks, or use a checkout")


def executed(root: Path, case: str) -> dict[str, bytes]:
    """Run every notebook on a case and return them with their outputs, as files by name.

    Parameters
    ----------
    root
        folder that holds the case; the notebooks run in a subfolder.
    case
        path of the case below it.

    Raises
    ------
    InputError
        as in `wanted`, or if a cell fails.
    """
    wanted()
    from tqdm import tqdm

    for name in BESIDE:
        shutil.copytree(ROOT / name, root / name)
    (root / FOLDER).mkdir()
    books = tqdm(sorted((ROOT / FOLDER).glob("*.ipynb")), desc="notebooks", disable=None, leave=False)
    return dict(_written(path, root / FOLDER, f"../{case}") for path in books)


def _written(path: Path, folder: Path, case: str) -> tuple[str, bytes]:
    import nbformat

    book = nbformat.read(path, 4)  # type: ignore[no-untyped-call]
    for cell in book.cells:
        if "parameters" in cell.metadata.get("tags", []):
            cell.source = PARAMETER.sub(lambda _: f"name = {json.dumps(case, ensure_ascii=False)}", cell.source)
    _execute(book, path.name, folder)
    text: str = nbformat.writes(book)  # type: ignore[no-untyped-call]
    return f"{FOLDER}/{path.name}", f"{text}\n".encode()


def _execute(book: NotebookNode, name: str, folder: Path) -> None:
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError

    where = {"metadata": {"path": str(folder)}}
    client = NotebookClient(book, timeout=SECONDS, record_timing=False, resources=where, extra_arguments=QUIET)
    try:
        client.execute()
    except CellExecutionError as error:
        raise InputError(
            "{name}: stops with {kind}: {problem}; mend it, or add --no-notebooks",
            name=name,
            kind=error.ename,
            problem=error.evalue,
        ) from None
    except CellTimeoutError:
        raise InputError(
            "{name}: a cell takes over {seconds} seconds; mend it, or add --no-notebooks", name=name, seconds=SECONDS
        ) from None
