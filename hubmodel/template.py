"""A new facility from a template: a runnable case in a folder of its own, and what of it is still to fill."""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from hubmodel.assumptions import case_folder, check_currency, load_case
from hubmodel.case import Case
from hubmodel.datapackage import write_datapackage
from hubmodel.errors import InputError
from hubmodel.numbers import format_value
from hubmodel.spread import is_uncertain
from hubmodel.uncertainty.tornado import influence

TO_FILL = "To fill:"


@dataclass(frozen=True)
class Question:
    """One row that is still to fill: its name, what is asked, the placeholder, and how far its range moves NPV."""

    name: str
    period: str
    question: str
    value: float | str
    unit: str
    influence: float


def questions(case: Case) -> list[Question]:
    """Return the rows whose notes still begin with "To fill:", the largest effect on net present value [SEK] first.

    >>> import hubmodel as hm
    >>> questions(hm.load("northx"))
    []
    """
    rows = [row for row in case.rows if row.note.startswith(TO_FILL)]
    ranked = influence(case) if rows and any(is_uncertain(row) for row in case.rows) else []
    moves = {one.key: one.spread for one in ranked}
    found = []
    for row in rows:
        asked, effect = row.note.removeprefix(TO_FILL).strip(), moves.get(row.key, 0.0)
        value = format_value(float(row.value), "date") if row.unit == "date" else row.value
        found.append(Question(row.name, row.period, asked, value, row.unit, effect))
    return sorted(found, key=lambda one: -one.influence)


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
