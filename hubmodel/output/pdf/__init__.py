"""Pages on paper: a result as one accessible A4 page, set with Typst."""

from __future__ import annotations

from pathlib import Path

from hubmodel.case.files import write_whole
from hubmodel.errors import InputError
from hubmodel.output.pdf.board import board
from hubmodel.output.pdf.typeset import typeset, wanted
from hubmodel.study.run import Result
from hubmodel.uncertainty.draws import has_ranges
from hubmodel.uncertainty.simulate import Simulation
from hubmodel.uncertainty.verdict import draw

__all__ = ["pdf", "write_report"]


def pdf(study: Result, simulation: Simulation | None = None, language: str = "en") -> bytes:
    """Set a result as one page for the board.

    Parameters
    ----------
    study
        result of `hubmodel.run`.
    simulation
        net present values of draws of the same case; without them the page gives no odds.
    language
        ``en`` or ``sv``.

    Returns
    -------
    A PDF of one A4 page, tagged (PDF/UA-1); the same bytes for the same inputs.

    Raises
    ------
    InputError
        for draws of other inputs, if Typst or Matplotlib is missing, or for a character that no font has.
    """
    wanted("matplotlib", "typst")
    drawn = simulation.case.inputs_hash if simulation else study.case.inputs_hash
    if drawn != study.case.inputs_hash:
        raise InputError(
            "the draws are of inputs {drawn}, the result of {shown}; draw that case",
            drawn=drawn,
            shown=study.case.inputs_hash,
        )
    data, files = board(study, simulation, language)
    return typeset("board", data, files)


def write_report(study: Result, path: str | Path, *, language: str = "en") -> Simulation | None:
    """Write a result as one page for the board, with odds from draws made for it.

    Parameters
    ----------
    study
        result of `hubmodel.run`.
    path
        file to write, FILE.pdf; never left half-written.
    language
        ``en`` or ``sv``.

    Returns
    -------
    The draws; None for a case in which no input has a range.

    Raises
    ------
    InputError
        for another suffix, a place that cannot be written, or as in `pdf`.
    """
    path = Path(path)
    if path.suffix.lower() != ".pdf":
        raise InputError("{name}: a report's name ends with .pdf; write {stem}.pdf", name=path.name, stem=path.stem)
    if not path.parent.is_dir():  # refuse before anything is drawn
        raise InputError(
            "{file}: cannot be written: there is no folder {folder}; choose another place",
            file=path,
            folder=path.parent,
        )
    wanted("matplotlib", "typst")
    simulation = draw(study.case, progress=True) if has_ranges(study.case) else None
    write_whole(path, pdf(study, simulation, language))
    return simulation
