"""The net that catches unforeseen errors of whatever runs for a visitor, each as one line on the page.

Callbacks of widgets and work in the background go through it: `watched`, `pressed`, and `background` and `soon` of
`state`. The browser gets the kind of error only; text and traceback, which may name files of the server, are logged.
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
    """The function that shows a failure on the page of this process; each visitor has a process of its own."""

    def __init__(self) -> None:
        self.tell: Tell = lambda message: None


NET = Net()


def record(error: Exception) -> None:
    """Write an unforeseen error to the server's log, which no browser sees."""
    get_logger().error("an error that nobody foresaw", exc_info=error)


def line_for(error: Exception) -> Message:
    """Return the message that the visitor gets of an error; of one that is not ours only its kind, and log the rest."""
    if isinstance(error, HubmodelError):
        return error.message
    record(error)
    kind = type(error).__name__
    return Message("an error that nobody foresaw ({kind}); undo the last change, or reload", kind=kind)


@contextmanager
def caught(tell: Tell | None = None) -> Iterator[None]:
    """Turn any error inside into one line, passed to the page or to the given function."""
    try:
        yield
    except Exception as error:
        (tell or NET.tell)(line_for(error))


def guarded(action: Callable[Given, object]) -> Callable[Given, None]:
    """Return an action that shows its error on the page instead of raising it."""

    @wraps(action)
    def inside(*args: Given.args, **kwargs: Given.kwargs) -> None:
        with caught():
            action(*args, **kwargs)

    return inside


async def netted(work: Coroutine[None, None, None], tell: Tell | None = None) -> None:
    """Await work in the background, and pass its error to the page or to the given function."""
    with caught(tell):
        await work


def watched(widget: widgets.Widget, action: Callable[[dict[str, Any]], object]) -> None:
    """Call an action with each change of a widget's value."""
    widget.observe(guarded(action), "value")


def pressed(made: widgets.Button, action: Callable[[], object]) -> None:
    """Call an action whenever a button is pressed."""
    made.on_click(guarded(lambda _: action()))
