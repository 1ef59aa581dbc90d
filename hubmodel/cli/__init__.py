"""The commands: CASE comes first and may be left out; exit status 0 done, 1 an identity failed, 2 wrong use."""

from __future__ import annotations

import sys
from typing import Any, NoReturn

import typer

import hubmodel.cli.facility
import hubmodel.cli.risk  # noqa: F401  their commands
from hubmodel.cli.app import app
from hubmodel.errors import HubmodelError

__all__ = ["app", "main"]
WRONG_USE: Any = typer.BadParameter.__base__  # click's own error of usage


def main() -> NoReturn:
    """Run the command line; an error is one line on standard error and exit status 2."""
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except HubmodelError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except WRONG_USE as error:
        print(error.format_message(), file=sys.stderr)
        sys.exit(2)
