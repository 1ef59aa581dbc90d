"""Every message that hubmodel may say to a person, read from its source: errors, checks, why a figure has no value.

A message is an f-string; its template has {1}, {2} … in place of its parts, {1!r} where one is quoted as it was typed.
What a part may hold is followed, through variables, parameters, helper functions and constants, to other messages.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import hubmodel
from hubmodel import errors
from hubmodel.text.language import said

PACKAGE = Path(hubmodel.__file__).parent
# What only a programmer can meet, who reads English and the code.
EXEMPT = {
    "dashboard/fragments.py": "pieces of HTML, which show messages and make none",
    "engine/compiled": "about lines that cannot be compiled",
    "lines": "line items raise nothing",
    "engine/graph.py": "about how lines are defined",
    "engine/returns.py": "functions for arrays, called by code only",
    "engine/trace.py": "about how lines are written",
    "engine/words.py": "about how lines are written",
    "output/excel/formulas.py": "about how lines are written",
    "output/excel/lines.py": "about how lines are written",
}
# What says something to a person, and at which place among its arguments.
SAID = {name: 0 for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, Exception)}
SAID |= {"cls": 0, "type(error)": 0, "UnknownName.of": 0, "ValueError": 0}
SAID |= {"Check": 5, "KeyFigure": 4, "Counted": 1, "Verified": 2, "Beside": 5, "Problem": 1}
NAMES = {"purchase", "northx", "en"}  # of data: the same in every language
WORD, PART = re.compile("[A-Za-z]{2}"), re.compile(r"\{\d+(?:!r)?\}")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def exempt(path: Path) -> bool:
    """Whether a module's messages are for programmers."""
    inside = path.relative_to(PACKAGE)
    return any(inside.is_relative_to(one) for one in EXEMPT)


def called(node: ast.Call) -> str:
    """Name of what is called."""
    whole = ast.unparse(node.func)
    return whole if whole in SAID else whole.rpartition(".")[2]


def template(node: ast.AST, number: int = 0) -> str:
    """Write a text with numbered parts, counted on from a number; blank for what is no text."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    out = ""
    for one in getattr(node, "values", ()) if isinstance(node, ast.JoinedStr) else ():
        if isinstance(one, ast.FormattedValue):
            number += 1
            out += f"{{{number}!r}}" if one.conversion == ord("r") else f"{{{number}}}"
        else:
            out += one.value
    return out


def bound(node: ast.AST) -> list[tuple[ast.AST, ast.AST]]:
    """Give the targets and values of what binds names, or adds to what a name stands for."""
    if isinstance(node, ast.Assign):
        return [(target, node.value) for target in node.targets]
    if isinstance(node, ast.NamedExpr | ast.AnnAssign) and node.value:
        return [(node.target, node.value)]
    if isinstance(node, ast.For | ast.comprehension):
        return [(node.target, node.iter)]
    if isinstance(node, ast.Call) and called(node) == "append" and isinstance(node.func, ast.Attribute):
        return [(node.func.value, node.args[0])]
    return []


class Reader:
    """Finds the templates in the modules of the package."""

    def __init__(self) -> None:
        self.templates: set[str] = set()
        self.calls: defaultdict[str, list[ast.Call]] = defaultdict(list)
        self.results: defaultdict[str, list[ast.AST]] = defaultdict(list)
        self.bindings: defaultdict[tuple[object, str], list[ast.AST]] = defaultdict(list)
        self._seen: set[tuple[ast.AST, bool]] = set()
        for path in sorted(PACKAGE.rglob("*.py")):
            if not exempt(path):
                self._index(ast.parse(path.read_text(encoding="utf-8")))
        for name, place in SAID.items():
            for call in self.calls[name]:
                for one in call.args[place : place + 1]:
                    self._start(one, name == "ValueError")

    def _index(self, tree: ast.Module) -> None:
        """Tell every node in which function and module it stands; note calls, results and bindings by name."""
        found = list(ast.walk(tree))  # from the outside in: the innermost function is told last
        for one in found:
            one.home, one.inside = tree, None
        for function in (one for one in found if isinstance(one, Function)):
            for one in ast.walk(function):
                one.inside = function
        for one in found:
            if isinstance(one, ast.Call):
                self.calls[called(one)].append(one)
            elif isinstance(one, ast.Return | ast.Yield | ast.YieldFrom) and one.value and one.inside:
                self.results[one.inside.name].append(one.value)
            for target, value in bound(one):
                for part in (part for part in ast.walk(target) if isinstance(part, ast.Name)):
                    self.bindings[one.inside or tree, part.id].append(value)

    def _start(self, node: ast.AST, rule: bool) -> None:
        """Read a message; the rule that a row breaks is said after the row's name."""
        if rule:
            self.templates.add(f"{{1}} {template(node, 1)}")
        else:
            self._read(node, whole=True)

    def _read(self, node: ast.AST, whole: bool = False) -> None:
        """Keep a text and what it may be made of; a single word is a text if it is all that is said, else a name."""
        if (node, whole) in self._seen:
            return
        self._seen.add((node, whole))
        said = template(node)
        if WORD.search(PART.sub("", said)) and (whole or " " in said) and said not in NAMES:
            self.templates.add(said)
        for one in self._behind(node):
            self._read(one, isinstance(node, ast.IfExp | ast.BoolOp))

    def _behind(self, node: ast.AST) -> Iterator[ast.AST]:
        """Give what an expression's text may come from."""
        if isinstance(node, ast.JoinedStr):
            yield from (one.value for one in node.values if isinstance(one, ast.FormattedValue) and one.conversion < 0)
        elif isinstance(node, ast.IfExp):
            yield from (node.body, node.orelse)
        elif isinstance(node, ast.BoolOp):
            yield from node.values
        elif isinstance(node, ast.List | ast.Tuple):
            yield from node.elts
        elif isinstance(node, ast.ListComp | ast.GeneratorExp):
            yield node.elt
        elif isinstance(node, ast.NamedExpr | ast.Starred | ast.Subscript):
            yield node.value
        elif isinstance(node, ast.BinOp):
            yield from (node.left, node.right)
        elif isinstance(node, ast.Name):
            yield from self._values(node)
        elif isinstance(node, ast.Call):
            yield from self._results(node)

    def _values(self, name: ast.Name) -> Iterator[ast.AST]:
        """Give what a name may stand for: what is bound to it, what callers give for it, or a constant."""
        function = name.inside
        names = [one.arg for one in function.args.args] if function else []
        yield from self.bindings.get((function, name.id), ())
        if name.id in names:
            place = names.index(name.id) - (names[0] in ("self", "cls"))
            for one in self.calls[function.name]:
                yield from one.args[place : place + 1]
        elif (function, name.id) not in self.bindings:
            yield from self.bindings.get((name.home, name.id), ())

    def _results(self, call: ast.Call) -> Iterator[ast.AST]:
        """Give what a call's text may come from: the arguments of what only joins or sorts, or our own results."""
        name = called(call)
        if name == "join" and WORD.search(call.func.value.value):
            part = "!r" * ast.unparse(call.args[0]).startswith("map(repr, ")
            self.templates.add(f"{{1{part}}}{call.func.value.value}{{2{part}}}")
        if name in ("join", "list", "tuple", "str", "filter", "sorted"):
            yield from call.args
        elif name != "format_value":  # a number and its unit
            yield from self.results[name]


TEMPLATES = sorted(Reader().templates)
QUOTED = re.compile(r"""'(?:[^'\\]|\\.)*'|"[^"]*"|”[^”]*”""")
ENGLISH = re.compile(r"\b(the|of|and|or|is|has|no|not|must|got|give|write|mend|line|did|known|lacks|with|outside)\b")


def left_in_english(message: str) -> list[str]:
    """English words that a message keeps in Swedish, but for what it quotes."""
    return ENGLISH.findall(QUOTED.sub("", said(message, "sv")))
