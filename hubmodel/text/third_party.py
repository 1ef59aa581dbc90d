"""Messages of libraries and of the operating system, with their parts, so that they can be translated.

They come as finished English sentences; those with parts are listed here as templates. A sentence that is not listed is
a message without parts.
"""

from __future__ import annotations

import re

from hubmodel.errors import Message

TEMPLATES = (
    "{problem} (at line {line}, column {column})",  # tomllib
    "{problem} (at end of document)",
    "{problem} (Possible options: {options})",  # click
    "No such option: {option}",
    "No such command {command!r}. Did you mean {near!r}?",
    "No such command {command!r}.",
    "Invalid value for {parameter!r}: {problem}",
    "Missing argument {argument!r}.",
    "Option {option!r} requires an argument.",
    "Got unexpected extra argument(s) ({arguments})",
)
_FIELD = re.compile(r"\\\{(\w+)(!r)?\\\}")  # of an escaped template


def _pattern(template: str) -> re.Pattern[str]:
    def group(field: re.Match[str]) -> str:
        return f"'(?P<{field[1]}>.*)'" if field[2] else f"(?P<{field[1]}>.*)"

    return re.compile(_FIELD.sub(group, re.escape(template)), re.DOTALL)


_PATTERNS = {template: _pattern(template) for template in TEMPLATES}


def third_party_message(sentence: str) -> Message:
    """Return the sentence of a library's error as a message.

    >>> third_party_message("No such option: --bogus").parts
    {'option': '--bogus'}
    """
    for template, pattern in _PATTERNS.items():
        match = pattern.fullmatch(sentence)
        if match:
            parts = {name: third_party_message(part) if name == "problem" else part
                     for name, part in match.groupdict().items()}  # fmt: skip
            message = Message(template, **parts)
            if message == sentence:
                return message
    return Message(sentence)
