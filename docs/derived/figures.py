"""The pages of key figures and of tables: which lines they show, and how each adds up."""

from collections.abc import Mapping

from derived.declared import Declared, linked
from derived.glossary import Term
from derived.markdown import fields, link, page, plain, section, swedish, table
from hubmodel.study.figures import COUNTED, LINE_FIGURES
from hubmodel.study.solve import solved_figures
from hubmodel.study.tables import TABLES, entries
from hubmodel.text.language import label
from hubmodel.text.numbers import format_value

FIGURES_LEAD = """What a board looks at, with the value in the base case of `northx`, seen from the decision. `hubmodel
run` prints them all. A figure may be without value; then the reason stands beside it."""
TABLES_LEAD = """What `hubmodel table NAME` and the notebooks show, in the order of the statement. Over a year a flow is
the sum of its periods, a stock that of the last, a level their mean. *Split* lines have a row for each member of the
list that they run over. Two tables more are no lists of lines: `capital`, which is Table 1 of the final report, and
`plausibility`, which sets figures beside the bands that facilities of this kind keep to."""


def pages(declared: Declared, terms: Mapping[str, Term]) -> dict[str, str]:
    """Return both pages, by path; `terms` says what figures are that are no lines."""
    groups = [
        section("Lines", [], table(("figure", "Swedish", "in northx", "has no value when"), _lines(declared))),
        section("Counted", [], "They need an order or a count over the periods, which no line has."),
        *(_counted(declared, name, terms[name]) for name in COUNTED),
        section("Solved", [], "They need further runs of the whole model."),
        *(_figure(declared, one.name, one.unit, terms[one.name], {}) for one in solved_figures(declared.study)),
    ]
    return {
        "key-figures.md": page("Key figures", FIGURES_LEAD, groups),
        "tables.md": page("Tables", TABLES_LEAD, [_table(declared, name) for name in TABLES]),
    }


def _lines(declared: Declared) -> list[list[str]]:
    rows = []
    for name, (unit, why) in LINE_FIGURES.items():
        of = declared.list_of(name)
        value = f"by {plain(of)}" if of else _value(declared, name, unit)
        rows.append([link(label(name), name), swedish(name), value, plain(why)])
    return rows


def _value(declared: Declared, name: str, unit: str) -> str:
    return plain(format_value(declared.study.key_figures[name].value, unit, digits=4))


def _counted(declared: Declared, name: str, term: Term) -> str:
    one = COUNTED[name]
    return _figure(declared, name, one.unit, term, {"Ingredients": linked(one.lines), "Has no value when": one.why})


def _figure(declared: Declared, name: str, unit: str, term: Term, more: Mapping[str, str]) -> str:
    told = {"Name": f"`{name}`", "Swedish": swedish(name), "Unit": plain(unit)}
    told |= {"In northx": _value(declared, name, unit), **more}
    return section(label(name), [name], plain(term.definition), fields(told), level=3)


def _table(declared: Declared, name: str) -> str:
    rows = [
        [link(label(line), line), swedish(line), plain(declared.model.shown_in[line]), how, "split" if split else ""]
        for line, how, split in entries(name, declared.case.model.ingredients)
    ]
    return section(name, [f"table-{name}"], table(("line", "Swedish", "unit", "over a year", ""), rows))
