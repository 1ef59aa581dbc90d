"""New facilities from a template: a runnable case in a folder of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

from hubmodel.case.datapackage import write_datapackage
from hubmodel.case.facility import Case
from hubmodel.case.loading import case_folder, check_currency, load_case
from hubmodel.errors import InputError
from hubmodel.text.third_party import third_party_message


def new_case(folder: str | Path, title: str = "", currency: str = "SEK", start: str = "template") -> Case:
    """Make a new case in a folder and return it: a copy of another case, written beside and then renamed.

    Parameters
    ----------
    folder
        the folder to make, whose name is the name of the case. It may exist already if it is empty.
    title
        title of the facility; that of the copied case if not given.
    currency
        code of the currency of its amounts.
    start
        name or folder of the case to copy.

    Raises
    ------
    InputError
        if the folder is not empty, or the title or currency is not allowed.
    UnknownName
        if there is no case to copy.
    """
    folder = Path(folder)
    source, place = case_folder(start), f"{folder.name}/case.toml"
    check_currency(currency, place)
    if "\n" in title:
        raise InputError(
            "{place}: the title must stand on one line, got {title!r}; shorten it", place=place, title=title
        )
    _check_place(folder)
    load_case(start)  # an error of the case to copy names that case, not the copy
    beside = folder.with_name(f".{folder.name}.part")
    part = beside / folder.name  # errors name the folder, so it has its final name
    shutil.rmtree(beside, ignore_errors=True)
    try:
        shutil.copytree(source, part, ignore=shutil.ignore_patterns(".*", "__pycache__"))
        _write_head(part / "case.toml", {"title": title, "currency": currency})
        write_datapackage(load_case(part))
        if folder.is_dir():
            folder.rmdir()
        os.replace(part, folder)
    except OSError as error:
        raise InputError(
            "{file}: cannot be written: {problem}; choose another place",
            file=folder, problem=third_party_message(error.strerror or str(error)),
        ) from None  # fmt: skip
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return load_case(folder)


def _check_place(folder: Path) -> None:
    """Refuse a folder that holds something or cannot be made."""
    if not folder.name:
        raise InputError("{folder}: names no folder of its own; write one, such as my-facility", folder=folder)
    if folder.exists() and not folder.is_dir():
        raise InputError("{folder}: is a file; name a new folder", folder=folder)
    if folder.is_dir() and any(folder.iterdir()):
        raise InputError("{folder}: is not empty; name a new folder", folder=folder)
    if not folder.absolute().parent.is_dir():
        raise InputError(
            "{folder}: there is no folder {parent} to put it in; make it first", folder=folder, parent=folder.parent
        )


def _write_head(path: Path, values: dict[str, str]) -> None:
    """Replace values at the head of a case.toml; its comments stay."""
    text = path.read_text(encoding="utf-8")
    for key, value in values.items():
        found = re.search(rf"""^{key} *= *("([^"\\]|\\.)*"|'[^']*')""", text, flags=re.MULTILINE)
        if value and found is None:
            raise InputError(
                "{place}: has no line {key} = to write into; add one", place=f"{path.parent.name}/{path.name}", key=key
            )
        if value and found:
            text = f"{text[: found.start()]}{key} = {json.dumps(value, ensure_ascii=False)}{text[found.end() :]}"
    path.write_text(text, encoding="utf-8")
