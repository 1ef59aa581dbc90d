"""The commands: CASE comes first and may be left out; exit status 0 done, 1 an identity failed, 2 wrong use."""

from __future__ import annotations

import sys
from typing import Any, NoReturn

import typer

import hubmodel.cli.bundle  # for their commands
import hubmodel.cli.compare
import hubmodel.cli.facility
import hubmodel.cli.portfolio
import hubmodel.cli.quote
import hubmodel.cli.risk  # noqa: F401
from hubmodel.cli.app import app
from hubmodel.errors import HubmodelError
from hubmodel.language import said

__all__ = ["app", "main"]
WRONG_USE: Any = typer.BadParameter.__base__  # click's own error of usage


def main() -> NoReturn:
    """Run the command line; an error is one line on standard error and exit status 2."""
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except HubmodelError as error:
        _refuse(str(error))
    except WRONG_USE as error:
        _refuse(error.format_message())


def _refuse(message: str) -> NoReturn:
    print(said(message, _language(sys.argv[1:])), file=sys.stderr)
    sys.exit(2)


def _language(words: list[str]) -> str:
    """Return the language asked for, whatever else is wrong with the words; English if none is."""
    for word, following in zip(words, [*words[1:], ""], strict=True):
        name, sign, value = word.partition("=")
        if name == "--language":
            return value if sign else following
    return "en"
