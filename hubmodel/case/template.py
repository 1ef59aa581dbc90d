"""A new facility from a template: a runnable case in a folder of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

from hubmodel.case.datapackage import write_datapackage
from hubmodel.case.facility import Case
from hubmodel.case.reading import case_folder, check_currency, load_case
from hubmodel.errors import InputError


def new_case(folder: str | Path, title: str = "", currency: str = "SEK", start: str = "template") -> Case:
    """Make a new case in a folder and return it: a copy of another case, written beside and then renamed.

    Parameters
    ----------
    folder
        where it goes; its name is the case's. It may be there already if it is empty.
    title
        what the facility is called; that of the copied case if not given.
    currency
        code of the currency of its amounts.
    start
        name or folder of the case to copy.

    Raises
    ------
    InputError
        in one line: the folder holds something, or a title or currency that cannot be.
    UnknownName
        when there is no case to copy.
    """
    folder = Path(folder)
    source, text = case_folder(start), f"{folder.name}/case.toml"
    check_currency(currency, text)
    if "\n" in title:
        raise InputError(f"{text}: the title must stand on one line, got {title!r}; shorten it")
    _refuse_what_is_there(folder)
    beside = folder.with_name(f".{folder.name}.part")
    part = beside / folder.name  # its name is in what an error says
    shutil.rmtree(beside, ignore_errors=True)
    try:
        shutil.copytree(source, part, ignore=shutil.ignore_patterns(".*", "__pycache__"))
        _write_head(part / "case.toml", {"title": title, "currency": currency})
        write_datapackage(load_case(part))
        if folder.is_dir():
            folder.rmdir()
        os.replace(part, folder)
    except OSError as error:
        raise InputError(f"{folder}: cannot be written: {error.strerror}; choose another place") from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return load_case(folder)


def _refuse_what_is_there(folder: Path) -> None:
    if not folder.name:
        raise InputError(f"{folder}: names no folder of its own; write one, such as my-facility")
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: is a file; name a new folder")
    if folder.is_dir() and any(folder.iterdir()):
        raise InputError(f"{folder}: is not empty; name a new folder")
    if not folder.absolute().parent.is_dir():
        raise InputError(f"{folder}: there is no folder {folder.parent} to put it in; make it first")


def _write_head(path: Path, told: dict[str, str]) -> None:
    """Write texts at the head of a case.toml anew; its comments stay."""
    text = path.read_text(encoding="utf-8")
    for name, said in told.items():
        found = re.search(rf"""^{name} *= *("([^"\\]|\\.)*"|'[^']*')""", text, flags=re.MULTILINE)
        if said and found is None:
            raise InputError(f"{path.parent.name}/{path.name}: has no line {name} = to write into; add one")
        if said and found:
            text = f"{text[: found.start()]}{name} = {json.dumps(said, ensure_ascii=False)}{text[found.end() :]}"
    path.write_text(text, encoding="utf-8")
