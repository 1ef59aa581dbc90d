"""Commands for the user's own cases: new, upgrade."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from hubmodel.case.template import new_case
from hubmodel.case.upgrade import upgrade as upgrade_case
from hubmodel.cli.options import FORMATS, Format, app, print_out
from hubmodel.errors import UnknownName
from hubmodel.uncertainty.questions import questions


@app.command()
def new(
    folder: Annotated[str, typer.Argument(help="the folder to make; its name is the case's", metavar="DIR")],
    title: Annotated[str, typer.Option(help="what the facility is called")] = "",
    currency: Annotated[str, typer.Option(help="of its amounts; SEK only in this version")] = "SEK",
    start: Annotated[str, typer.Option("--from", help="the case to begin with, a name or folder")] = "template",
    form: Format = "table",
) -> None:
    """Make a new facility from the template: a runnable case, with a question in every row to be filled.

    Example:  hubmodel new my-plant --title "Plant in Umeå"   ·   hubmodel check my-plant
    """
    if form not in FORMATS:
        raise UnknownName.of("format", form, FORMATS)
    case = new_case(folder, title, currency, start)
    open_ = len(questions(case))
    data = {"folder": folder, "title": case.title, "from": start, "rows": len(case.rows), "to_fill": open_}
    print_out(form, data, [["folder", "rows", "to fill"], [folder, str(len(case.rows)), str(open_)]])
    if form == "table":
        print(f"next: hubmodel check {folder}")


@app.command()
def upgrade(
    case: Annotated[str, typer.Argument(help="a case of an older version, a name or folder", metavar="DIR")],
    form: Format = "table",
) -> None:
    """Bring a case of an older version to the present one; lists the changes and keeps the old folder.

    Example:  hubmodel upgrade my-plant
    """
    if form not in FORMATS:
        raise UnknownName.of("format", form, FORMATS)
    done = upgrade_case(case)
    data = {"folder": str(done.folder), "from": done.version, "to": done.now, "changes": done.changes}
    data["kept"] = str(done.kept) if done.kept else None
    rows: list[list[Any]] = [[change] for change in done.changes]
    upgraded = f"version {done.version} is now {done.now}; the old folder is {done.kept}"
    already = f"is of version {done.now} already" + ("" if done.changes else "; nothing was changed")
    print_out(form, data, [*rows, [upgraded if done.kept else already]])
