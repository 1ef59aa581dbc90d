"""Console output: plainer characters where the encoding lacks one, and unforeseen errors in one line."""

from __future__ import annotations

import codecs
import io
import os
import sys
import traceback
import unicodedata

from hubmodel.errors import HubmodelError, Message

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
    """Replace characters that an encoding lacks by plainer ones; an error handler for codecs."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_plainer, error.object[error.start : error.end])), error.end


def _plainer(sign: str) -> str:
    bare = unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode()
    return PLAINER.get(sign, bare or "?")


def show_on_any_console() -> None:
    """Let standard output and standard error write any text, whatever their encoding."""
    codecs.register_error("hubmodel.plainer", plainer)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="hubmodel.plainer")


def end_quietly() -> None:
    """Discard the output that is not yet written, because its reader has gone or the disk is full."""
    sys.stdout = io.StringIO()  # the buffer of the old one is dropped silently as Python ends


def unforeseen(error: BaseException) -> HubmodelError:
    """Build the error to show for an unforeseen one; with HUBMODEL_DEBUG=1 its traceback is printed first."""
    if os.environ.get(DEBUG, "") not in ("", "0"):
        traceback.print_exception(error)
    place = traceback.extract_tb(error.__traceback__)[-1]
    return HubmodelError(
        "unforeseen error in {place}: {problem}; set HUBMODEL_DEBUG=1 to see how, and report it",
        place=Message("{file} line {line}", file=os.path.basename(place.filename), line=place.lineno),
        problem=" ".join(f"{type(error).__name__}: {error}".split()),
    )
