"""Writes MyST Markdown: text that says what it says, links to anchors, sections and tables."""

import re
from collections.abc import Iterable, Mapping, Sequence

from hubmodel.text.language import catalogue, label

_MEANS_SOMETHING = re.compile(r"([\\`*_\[\]<>{}#|$~&])")


def plain(text: str) -> str:
    """Return a text in which no character means anything but itself."""
    return _MEANS_SOMETHING.sub(r"\\\1", text)


def prose(text: str) -> str:
    """Return a text in which only what stands between backticks means anything: code."""
    return "`".join(part if at % 2 else plain(part) for at, part in enumerate(text.split("`")))


def link(text: str, anchor: str) -> str:
    """Return a link to an anchor on any page."""
    return f"[{plain(text)}](#{anchor})"


def section(title: str, anchors: Iterable[str], *parts: str, level: int = 2) -> str:
    """Return a heading that links can lead to, and what stands below it; blank parts are left out."""
    head = [*(f"({one})=" for one in anchors), f"{'#' * level} {plain(title)}"]
    return "\n".join(head) + "\n\n" + "\n\n".join(part for part in parts if part) + "\n"


def fields(told: Mapping[str, str]) -> str:
    """Return a list of names and what each is; blank ones are left out."""
    return "\n".join(f":{name}: {value}" for name, value in told.items() if value)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of cells that are Markdown already."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def swedish(name: str) -> str:
    """Return the Swedish label of a line, input or figure; blank where it has none."""
    own = label(name, "sv")
    return f'<span lang="sv">{plain(own)}</span>' if label(name) in catalogue("sv") else ""


def page(title: str, lead: str, sections: Iterable[str], anchors: Iterable[str] = ()) -> str:
    """Return a page: its title, what it holds, its sections."""
    return section(title, anchors, lead, *sections, level=1)


def contents(title: str, lead: str, names: Iterable[str]) -> str:
    """Return a page that leads to other pages of its folder."""
    listed = "\n".join(names)
    return page(title, lead, [f"```{{toctree}}\n:maxdepth: 1\n\n{listed}\n```"])
