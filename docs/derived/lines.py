"""The page of each line module: every line with formula, unit, list, ingredients, users and where it is shown."""

import importlib
import inspect

from derived.declared import Declared, linked, over
from derived.markdown import contents, fields, link, page, plain, prose, section, swedish
from hubmodel.study.figures import LINE_FIGURES
from hubmodel.text.language import label

LEAD = """Every line of the model, in the order of the report; checks come last. A line is a function of
`hubmodel/lines`: its parameters are its ingredients, and its docstring says what it is. The formulas here are read from
those functions; `hubmodel explain LINE` prints them with numbers, too."""


def pages(declared: Declared) -> dict[str, str]:
    """Return the pages of lines, by path."""
    return {
        "all-lines.md": contents("Lines", LEAD, [f"{module}-lines" for module in declared.modules]),
        **{f"{module}-lines.md": _module(declared, module) for module in declared.modules},
    }


def _module(declared: Declared, module: str) -> str:
    doc = inspect.getdoc(importlib.import_module(f"hubmodel.lines.{module}")) or ""
    own = [name for name, of in declared.model.module.items() if of == module]
    return page(label(module), prose(doc), [_line(declared, name) for name in own])


def _line(declared: Declared, name: str) -> str:
    model = declared.model
    told = {
        "Name": f"`{name}`",
        "Swedish": swedish(name),
        "Unit": plain(model.shown_in[name]),
        "Runs over": over(declared.list_of(name)),
        "Ingredients": linked(model.ingredients[name]),
        "Used by": linked(model.users[name]),
        "Shown in": ", ".join(_shown(declared, name)),
    }
    doc = prose(inspect.getdoc(model.lines[name]) or "")
    formula = f"{{.formula}}\n= {declared.explainer.words(name)}"
    return section(label(name), [name], doc, formula, fields(told))


def _shown(declared: Declared, name: str) -> list[str]:
    tables = [link(f"table {one}", f"table-{one}") for one in declared.tables_of.get(name, ())]
    return [*tables, *(["[key figures](key-figures.md)"] if name in LINE_FIGURES else [])]
