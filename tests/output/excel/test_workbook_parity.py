"""The workbook against Python: LibreOffice recalculates every cell, before and after inputs change inside it."""

import calendar
import datetime
import math
from dataclasses import replace

import numpy as np
import office
import pytest
from test_hand_worked_hub import write_case

import hubmodel as hm
from hubmodel.engine.units import Membership
from hubmodel.output.excel.inputs import as_date
from hubmodel.text.language import label

# Relative to the value, or to a millionth of the largest amount that its line is made of. If a line is only the residue
# of larger amounts (a balance gap), the difference is relative to those amounts.
TOLERANCE, FLOOR = 1e-9, 1e-6
AS_EXPORTED = {("Checks", "B6")}  # also counts checks by Python, which stay as exported
CASES = {
    "base": hm.load("northx"),
    "scenario": hm.load("northx", "equipment-delay"),
    "quarter": hm.load("northx").with_({"period": "quarter", "view": "completion"}),
    "year": hm.load("northx", "pandemic-surge-2029").with_({"period": "year", "grant_treatment": "deferred"}),
    "cluster": hm.load("ccrm-nordic").with_({"period": "year"}),
    "template": hm.load("template").with_({"period": "year"}),  # lists without members
}
SAMPLE = ("base", "quarter", "year")  # every period, view and schedule; make full changes the others, too
CHANGED = [pytest.param(name, marks=() if name in SAMPLE else pytest.mark.full) for name in CASES]
KEPT = {"period", "depreciation_share", "tax_depreciation_begins", "spending_timing"}  # tied to others by rules
MOVES = {
    ("platform", "mRNA", "suite"): "Matfors microbial suite",
    ("platform", "viral vectors", "development_suite"): "Stockholm BSL-3 suite",
    ("suite", "Stockholm mammalian and viral suite", "site"): "Matfors",
    ("asset", "Matfors not yet invoiced", "site"): "Stockholm",
    ("platform", "AAV vectors", "suite"): "allogeneic cell suite",
}


def floors(result):
    """Return the smallest amount to which a difference in each line is relative, by the line's label."""
    model, values = result.case.model, {**result.case.inputs, **result.values}
    own = {
        name: float(np.max(np.abs(value), initial=0.0, where=np.isfinite(value)))
        for name, value in values.items()
        if not isinstance(value, Membership)
    }
    kin = {
        name: [part for part in model.ingredients[name] if part in own and model.units[part] == model.units[name]]
        for name in model.lines
    }
    made_of = {name: max(own[name], *(own[part] for part in kin.get(name, ())), 0.0) for name in own}
    return {label(name): size if own[name] < FLOOR * size else FLOOR * size for name, size in made_of.items()}


def errors(record, got, result):
    """Return the difference of each formula cell from Python, with its place, worst first."""
    floor_of, out = floors(result), []
    money = float(np.max(np.abs(result["assets_in_balance"])))
    for (sheet, cell), value in record.items():
        found = got.get((sheet, cell), "")
        if isinstance(value, str) or not math.isfinite(value):
            same = str(found) == value if isinstance(value, str) else str(found).startswith("#")
            out.append((0.0 if same else math.inf, sheet, cell, value, found))
            continue
        if isinstance(found, str):
            out.append((math.inf, sheet, cell, value, found))
            continue
        row = cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        floor = floor_of.get(str(got.get((sheet, f"A{row}"))), 0.0)
        if sheet == "Checks" and abs(value) < FLOOR * money:  # the residue of the balance sheet's amounts
            floor = money
        out.append((abs(found - value) / max(abs(value), floor, 1e-300), sheet, cell, value, found))
    return sorted(out, key=lambda row: -row[0])


@pytest.fixture(scope="module", params=CASES)
def written(request, tmp_path_factory):
    """Return a case, its workbook without stored results, and the exact value behind every formula."""
    folder, record = tmp_path_factory.mktemp(request.param), {}
    result = hm.run(CASES[request.param], solved=False)
    path = folder / "case.xlsx"
    count = hm.write_workbook(result, path, cached=False, record=record)
    assert count == len(record)
    return request.param, result, path, record


@pytest.mark.slow
def test_every_formula_cell_recalculates_to_python(written):
    name, result, path, record = written
    found = errors(record, office.values(office.recalculated(path, path.parent)), result)
    print(f"{name}: {len(found)} cells, worst {found[0]}")
    assert found[0][0] < TOLERANCE, found[:5]


@pytest.mark.slow
@pytest.mark.parametrize("written", CHANGED, indirect=True)
def test_changing_a_third_of_the_inputs_inside_the_workbook_gives_what_python_gives(written):
    name, result, path, _ = written
    case, cells = changed(result.case, office.values(path))
    edited = office.edited(path, path.with_name("changed.xlsx"), cells)
    got = office.values(office.recalculated(edited, path.parent))
    record: dict = {}
    expected = hm.run(case, solved=False)
    hm.write_workbook(expected, path.with_name("expected.xlsx"), cached=False, record=record)
    left = {at: value for at, value in record.items() if at[0] not in ("Inputs", "Cover") and at not in AS_EXPORTED}
    found = errors(left, got, expected)
    print(f"{name}: {len(cells)} inputs changed, worst {found[0]}")
    assert len(cells) > len(case.rows) / 3
    assert [value for at, value in got.items() if at[0] == "Inputs"].count("changed") == len(cells)
    assert found[0][0] < TOLERANCE, found[:5]


def changed(case, cells):
    """Return the case with every third input changed and members moved, and the cells that a person would edit."""
    at = {}
    for (sheet, cell), name in cells.items():
        if sheet == "Inputs" and cell.startswith("N"):
            key = (name, cells.get((sheet, f"B{cell[1:]}"), ""), cells.get((sheet, f"C{cell[1:]}"), ""))
            at[key] = f"D{cell[1:]}"
    edits, rows = {}, list(case.rows)
    for place in (at for at, row in enumerate(rows) if row.key not in KEPT and (at % 3 == 0 or at % 30 == 1)):
        row = rows[place]
        value, typed = another(case, row)
        if value != row.value:
            rows[place], edits[at[row.key, row.row, row.period]] = row.model_copy(update={"value": value}), typed
    parents = {
        name: {member: dict(links) for member, links in links_of.items()} for name, links_of in case.parents.items()
    }
    for (child, member, role), parent in MOVES.items():
        if member in case.members:
            parents[child][member][role] = parent
            edits[at[f"{role}_of_{child}", member, ""]] = parent
    return replace(case, rows=tuple(rows), parents=parents, base=None, overrides=()), edits


def another(case, row):
    """Return another value for a row, as a number of the model and as typed into a cell."""
    if row.unit == "choice":
        options = case.choices[row.key]
        other = options[(options.index(row.value) + 1) % len(options)]
        return other, other
    if row.unit == "date":
        day = as_date(row.value).replace(day=1) + datetime.timedelta(days=40)
        share = (day.day - 1) / calendar.monthrange(day.year, day.month)[1]
        return day.year + (day.month - 1 + share) / 12, (day - datetime.date(1899, 12, 30)).days
    if row.unit == "flag":
        return 1.0 - row.value, 1.0 - row.value
    if row.unit == "share":
        return 0.2 + 0.6 * row.value, 0.2 + 0.6 * row.value
    if row.unit == "count":
        return row.value + 1, row.value + 1
    return (row.value or 0.1) * 1.07, (row.value or 0.1) * 1.07


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of the other engine
def test_a_second_engine_agrees_on_the_hand_worked_hub(tmp_path):
    formulas = pytest.importorskip("formulas")
    folder, record = tmp_path / "hand", {}
    folder.mkdir()
    write_case(folder)
    result = hm.run(hm.load(folder), solved=False)
    hm.write_workbook(result, tmp_path / "hand.xlsx", record=record)
    solution = formulas.ExcelModel().loads(str(tmp_path / "hand.xlsx")).finish().calculate()
    got = {}
    for name, found in solution.items():
        if (value := getattr(found, "value", None)) is not None and value.shape == (1, 1):
            got[str(name).upper()] = value[0, 0]
    seen = {(sheet, cell): plain(got.get(f"'[HAND.XLSX]{sheet.upper()}'!{cell}")) for sheet, cell in record}
    labels = {at: text for at, text in office.values(tmp_path / "hand.xlsx").items() if at[1].startswith("A")}
    found = errors(record, {**labels, **seen}, result)
    print(f"formulas: {len(found)} cells, worst {found[0]}")
    assert found[0][0] < TOLERANCE, found[:5]


def plain(value):
    """Return the other engine's value of a cell, as a number or text."""
    try:
        return value if isinstance(value, str) else float(value)
    except (TypeError, ValueError):
        return "" if str(value) == "empty" else str(value)
