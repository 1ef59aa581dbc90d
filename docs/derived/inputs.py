"""The page of each file of inputs: every input with unit, list, users, and each row with range, source and grade."""

from collections import defaultdict
from pathlib import PurePath

from derived.declared import Declared, linked, over
from derived.markdown import contents, fields, link, page, plain, section, swedish
from hubmodel.case.facility import AMOUNTS
from hubmodel.case.quote_terms import UNITS
from hubmodel.case.rows import Row
from hubmodel.engine.units import parse
from hubmodel.study.explain import source_of
from hubmodel.text.language import label
from hubmodel.text.numbers import format_value

LEAD = """Every number that the model takes in, and what it is in the reference case, `northx`. The grades, from the
strongest: *documented* (stands in a source document), *published* (paper, register, official page), *estimate*
(industry or secondary), *assumption* (nobody published it; the note says why this value). `hubmodel sources` ranks
inputs by what they move."""
STRUCTURE = "structure"
ABOUT = {
    STRUCTURE: "What `case.toml` says and no row does: the calendar, and who belongs to whom.",
    "quote": "What a quote is priced from beside the hub: its terms, which a `[[quote]]` table gives "
    "([JSON shapes](../json.md) lists them), and what follows from them.",
}
UNUSED = "No shipped case has rows for these: a case that names the line module gives them."


def pages(declared: Declared) -> dict[str, str]:
    """Return the pages of inputs, by path."""
    groups = _grouped(declared)
    names = [one for one in (*declared.modules, STRUCTURE) if one in groups]
    return {
        "all-inputs.md": contents("Inputs", LEAD, [f"{name}-inputs" for name in names]),
        **{f"{name}-inputs.md": _file(declared, name, groups[name]) for name in names},
    }


def _grouped(declared: Declared) -> dict[str, list[str]]:
    """Return the inputs by the file that their rows stand in; without rows, by the module that uses them first."""
    case, model = declared.case, declared.model
    groups: dict[str, list[str]] = defaultdict(list)
    for key, rows in case.by_key.items():
        groups[PurePath(rows[0].where.partition(" line ")[0]).stem].append(key)
    given = {*case.by_key, *_options(declared)}
    for name in sorted(model.inputs - given):
        in_case = name in case.inputs
        groups[STRUCTURE if in_case else model.module[model.users[name][0]]].append(name)
    return groups


def _options(declared: Declared) -> dict[str, str]:
    """Return the input that each option of a choice is to the lines, with its choice."""
    choices = declared.case.choices
    return {f"{key}_{option}": key for key, options in choices.items() for option in options}


def _file(declared: Declared, name: str, keys: list[str]) -> str:
    in_case = name in declared.case.modules
    lead = f"Rows of `data/northx/{name}.csv`." if in_case else ABOUT.get(name, UNUSED)
    return page(f"{label(name)}: inputs", lead, [_input(declared, key) for key in keys])


def _input(declared: Declared, key: str) -> str:
    case, model = declared.case, declared.model
    rows = case.by_key.get(key, ())
    options = [one for one, of in _options(declared).items() if of == key and one in model.inputs]
    used = options or [key]
    told = {
        "Name": f"`{key}`",
        "Swedish": swedish(key),
        "Unit": plain(_unit(declared, key)),
        "Says": _belonging(declared, key),
        "Options": ", ".join(f"`{one}`" for one in case.choices.get(key, ())),
        "Runs over": over(case.list_of(key)) if rows else "",
        "Used by": linked(declared.users(used)),
    }
    return section(label(key), [key, *options], fields(told), "\n".join(_row(declared, row) for row in rows))


def _unit(declared: Declared, key: str) -> str:
    rows, model = declared.case.by_key.get(key), declared.model
    if rows:
        return rows[0].unit
    return "membership" if key in model.memberships else UNITS.get(key, model.shown_in[key])


def _belonging(declared: Declared, key: str) -> str:
    """Return what a membership says, blank for any other input."""
    by = declared.case.memberships.get(key)
    return f"which {plain(by.parent)} each {plain(by.list)} belongs to" if by else ""


def _row(declared: Declared, row: Row) -> str:
    value = _value(row)
    place = ", ".join(part for part in (row.row, _when(row)) if part)
    priced = f", prices of {row.price_year}" if row.price_year else ""
    spread = f" ({row.spread})" if row.spread else ""
    origin = " · " + link("source", f"source-{row.source}") if row.source else ""
    head = f"{plain(place)}: " if place else ""
    first, *more = map(plain, source_of(row, declared.case).lines())
    return "\\\n  ".join([f"- {head}**{plain(value)}**{priced}", f"{first}{spread}{origin}", *more])


def _when(row: Row) -> str:
    """Return when a row holds: an amount falls in its period, all else holds from then on."""
    if not row.period:
        return ""
    return f"{'in' if parse(row.unit)[1] in AMOUNTS else 'from'} {row.period}"


def _value(row: Row) -> str:
    """Return a value as it is written in the file, a date as one."""
    if isinstance(row.value, str):
        return row.value
    return format_value(row.value, "date") if row.unit == "date" else f"{row.value:.15g} {row.unit}"
