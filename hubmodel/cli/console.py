"""The console: what it cannot show is written in plainer signs, and what goes wrong unforeseen is one line."""

from __future__ import annotations

import codecs
import io
import os
import sys
import traceback
import unicodedata

from hubmodel.errors import HubmodelError

UNFORESEEN, INTERRUPTED, UNWRITTEN = 70, 130, 74  # exit status; 70 and 74 as in sysexits.h
DEBUG = "HUBMODEL_DEBUG"  # set to 1, it shows where an unforeseen error came from
PLAINER = {"−": "-", "–": "-", "—": "-", "…": "...", "·": "*", "•": "*", "“": "'", "”": "'", "’": "'", "‘": "'",
           "≤": "<=", "≥": ">=", "→": "->", "×": "x", "\u00a0": " ", "\u202f": " "}  # fmt: skip
EXTRAS = {
    **dict.fromkeys(("matplotlib", "typst"), "report"),
    **dict.fromkeys(("voila", "ipywidgets", "ipecharts", "ipykernel", "jupyter_server", "jupyter_client", "IPython",
                     "tornado", "traitlets"), "dashboard"),
}  # fmt: skip


def plainer(error: UnicodeError) -> tuple[str, int]:
    """Return plainer signs for those that an encoding lacks, and where to go on: a handler of codecs."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_plainer, error.object[error.start : error.end])), error.end


def _plainer(sign: str) -> str:
    bare = unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode()
    return PLAINER.get(sign, bare or "?")


def show_on_any_console() -> None:
    """Let standard output and error write every text, whatever their encoding."""
    codecs.register_error("hubmodel.plainer", plainer)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="hubmodel.plainer")


def end_quietly() -> None:
    """Send what is still to be written nowhere: its reader has gone, or its place is full."""
    sys.stdout = io.StringIO()  # what stands in the old one is dropped without a word as Python ends


def unforeseen(error: BaseException) -> HubmodelError:
    """Return what to say of an error that nobody foresaw; with HUBMODEL_DEBUG=1 it comes after its traceback."""
    if os.environ.get(DEBUG, "") not in ("", "0"):
        traceback.print_exception(error)
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{os.path.basename(place.filename)} line {place.lineno}"
    what = " ".join(f"{type(error).__name__}: {error}".split())
    return HubmodelError(f"unforeseen error in {where}: {what}; set HUBMODEL_DEBUG=1 to see how, and report it")
