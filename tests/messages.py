"""Templates of all messages of hubmodel, read from its source.

A message is made by Message, by an error or by UnknownName.of, from a literal template and named parts.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import hubmodel
from hubmodel import errors
from hubmodel.errors import Message
from hubmodel.text.language import translate

PACKAGE = Path(hubmodel.__file__).parent
# Messages that only programmers meet, who read English and the code.
EXEMPT = {
    "dashboard/fragments.py": "pieces of HTML, which show messages and make none",
    "engine/compiled": "about lines that cannot be compiled",
    "lines": "line items raise nothing",
    "engine/blocks.py": "about how lines are written",
    "engine/formula.py": "about how lines are written",
    "engine/graph.py": "about how lines are defined",
    "engine/stepping.py": "about how lines are written",
    "engine/returns.py": "functions for arrays, called by code only",
    "engine/trace.py": "about how lines are written",
    "engine/words.py": "about how lines are written",
    "output/excel/formulas.py": "about how lines are written",
    "output/excel/lines.py": "about how lines are written",
}
# The place of the template among the arguments of what makes a message.
ERRORS = [name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)]
MAKERS = {
    **dict.fromkeys([*ERRORS, "Message", "cls", "type(error)", "UnknownName.of"], 0),
    "Message.joined": 1,
    "refuse_unknown": 1,
}
COMPOSED = ast.JoinedStr | ast.BinOp  # f-strings, and literals added or filled


def is_exempt(path: Path) -> bool:
    """True if the messages of a module are for programmers."""
    inside = path.relative_to(PACKAGE)
    return any(inside.is_relative_to(exempt) for exempt in EXEMPT)


def calls_in(tree: ast.AST) -> list[ast.Call]:
    """Return the calls that make a message."""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return [call for call in calls if len(call.args) > MAKERS.get(ast.unparse(call.func), len(call.args))]


def template_of(call: ast.Call) -> ast.expr:
    """Return the argument with the template."""
    return call.args[MAKERS[ast.unparse(call.func)]]


def is_composed(node: ast.expr) -> bool:
    """True if a text is put together where a template is wanted: an f-string, a sum, a call of format or join."""
    if isinstance(node, ast.IfExp):
        return is_composed(node.body) or is_composed(node.orelse)
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Constant)
    return isinstance(node, COMPOSED)


def literals(node: ast.expr) -> list[str]:
    """Return the literal templates of a first argument."""
    if isinstance(node, ast.IfExp):
        return literals(node.body) + literals(node.orelse)
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def fields(template: str) -> list[tuple[str, str, str]]:
    """Return the named fields of a template, each with its format and conversion, in alphabetical order."""
    found = [(name, form or "", how or "") for _, name, form, how in Formatter().parse(template) if name is not None]
    return sorted(found)


def has_text(template: str) -> bool:
    """True if a template says something beside its parts."""
    return any(re.search("[A-Za-z]{2}", literal) for literal, *_ in Formatter().parse(template))


MODULES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}
CALLS = {path: calls_in(tree) for path, tree in MODULES.items() if not is_exempt(path)}
WRITTEN = {template for calls in CALLS.values() for call in calls for template in literals(template_of(call))}
TEMPLATES = sorted(filter(has_text, WRITTEN))
QUOTED = re.compile(r"""'(?:[^'\\]|\\.)*'|"[^"]*"|”[^”]*”""")
ENGLISH = re.compile(r"\b(the|of|and|or|is|has|no|not|must|got|give|write|mend|line|did|known|lacks|with|outside)\b")


def english_words(text: str) -> list[str]:
    """Return the English words of a Swedish text, except in quotes."""
    return ENGLISH.findall(QUOTED.sub("", text))


def left_in_english(message: Message) -> list[str]:
    """Return the English words that a message keeps in Swedish, except in quotes."""
    return english_words(translate(message, "sv"))
