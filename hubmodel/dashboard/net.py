"""One net under everything that runs for a visitor: what nobody foresaw becomes one line on the page.

Callbacks of widgets and work beside the page go through it: `watched`, `pressed`, `background` and `soon` of `state`.
The browser is told the kind of error only; its text and traceback, which may name files of the server, go to the log.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec

import ipywidgets as widgets
from traitlets.log import get_logger

from hubmodel.errors import HubmodelError, Message

Tell = Callable[[Message], None]
Given = ParamSpec("Given")


class Net:
    """Where the page of this process is told what failed: each visitor has a process, and so a page."""

    def __init__(self) -> None:
        self.tell: Tell = lambda message: None


NET = Net()


def record(error: Exception) -> None:
    """Write an error that nobody foresaw to the server's log, which no browser sees."""
    get_logger().error("an error that nobody foresaw", exc_info=error)


def line_for(error: Exception) -> Message:
    """Return what the visitor may read of an error: all of one that we raise, of any other its kind; log the rest."""
    if isinstance(error, HubmodelError):
        return error.message
    record(error)
    kind = type(error).__name__
    return Message("an error that nobody foresaw ({kind}); undo the last change, or reload", kind=kind)


@contextmanager
def caught(tell: Tell | None = None) -> Iterator[None]:
    """Turn whatever fails inside into one line, told to the page or to who is given."""
    try:
        yield
    except Exception as error:
        (tell or NET.tell)(line_for(error))


def guarded(action: Callable[Given, object]) -> Callable[Given, None]:
    """Return an action that tells the page where it fails, instead of raising."""

    @wraps(action)
    def inside(*args: Given.args, **kwargs: Given.kwargs) -> None:
        with caught():
            action(*args, **kwargs)

    return inside


async def netted(work: Coroutine[None, None, None], tell: Tell | None = None) -> None:
    """Do work beside the page, and tell the page, or who is given, where it fails."""
    with caught(tell):
        await work


def watched(widget: widgets.Widget, action: Callable[[dict[str, Any]], object]) -> None:
    """Call an action with each change of a widget's value."""
    widget.observe(guarded(action), "value")


def pressed(made: widgets.Button, action: Callable[[], object]) -> None:
    """Call an action whenever a button is pressed."""
    made.on_click(guarded(lambda _: action()))
