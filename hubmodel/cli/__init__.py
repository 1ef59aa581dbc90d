"""Command line of hubmodel: CASE comes first and may be left out.

Exit status: 0 done, 1 an identity failed, 2 wrong use, 70 unforeseen error, 74 the result cannot be written,
130 interrupted.
"""

from __future__ import annotations

import errno
import sys
from typing import Any, NoReturn

import typer

import hubmodel.cli.bundle  # for their commands
import hubmodel.cli.compare
import hubmodel.cli.facility
import hubmodel.cli.files
import hubmodel.cli.portfolio
import hubmodel.cli.quote
import hubmodel.cli.results
import hubmodel.cli.risk
import hubmodel.cli.solving
import hubmodel.cli.sources  # noqa: F401
from hubmodel.cli import console
from hubmodel.cli.options import app
from hubmodel.errors import HubmodelError, InputError
from hubmodel.text.language import translate
from hubmodel.text.third_party import third_party_message

__all__ = ["app", "main"]
WRONG_USE: Any = typer.BadParameter.__base__  # click's own error of usage


def main() -> NoReturn:
    """Run the command line; an error is one line on standard error, never a traceback."""
    console.show_on_any_console()
    try:
        status = app(standalone_mode=False) or 0
        sys.stdout.flush()
    except HubmodelError as error:
        _end(error, 2)
    except WRONG_USE as error:
        _end(InputError(third_party_message(error.format_message())), 2)
    except (KeyboardInterrupt, typer.Abort):
        _end(InputError("interrupted"), console.INTERRUPTED)
    except OSError as error:
        _unwritten(error)
    except ModuleNotFoundError as error:
        _end(*_missing(error))
    except Exception as error:
        _end(console.unforeseen(error), console.UNFORESEEN)
    sys.exit(status)


def _missing(error: ModuleNotFoundError) -> tuple[HubmodelError, int]:
    name = str(error.name).partition(".")[0]
    if name not in console.EXTRAS:
        return console.unforeseen(error), console.UNFORESEEN
    return InputError(
        "this needs the package {package}, which is not here; install hubmodel[{extra}]",
        package=name, extra=console.EXTRAS[name],
    ), 2  # fmt: skip


def _unwritten(error: OSError) -> NoReturn:
    if error.errno not in (errno.EPIPE, errno.ENOSPC):
        _end(console.unforeseen(error), console.UNFORESEEN)
    console.end_quietly()
    if error.errno == errno.EPIPE:
        sys.exit(1)
    full = InputError(
        "the result cannot be written: {problem}; make room or choose another place",
        problem=third_party_message(error.strerror or str(error)),
    )
    _end(full, console.UNWRITTEN)


def _end(error: HubmodelError, status: int) -> NoReturn:
    print(translate(error.message, _language(sys.argv[1:])), file=sys.stderr)
    sys.exit(status)


def _language(arguments: list[str]) -> str:
    """Return the language asked for, even if the other arguments are wrong; English if none is given."""
    for argument, following in zip(arguments, [*arguments[1:], ""], strict=False):
        name, sign, value = argument.partition("=")
        if name == "--language":
            return value if sign else following
    return "en"
