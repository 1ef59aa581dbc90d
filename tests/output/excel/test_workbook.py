"""The workbook as a file: its layout, filled formulas, texts that are no formulas, and compiled lines."""

import re
import subprocess
import sys
import types
from dataclasses import replace

import numpy as np
import office
import pytest
from openpyxl import load_workbook
from openpyxl.formula.translate import Translator
from openpyxl.utils import get_column_letter

import hubmodel as hm
from hubmodel.case.formulas import trace
from hubmodel.engine.graph import Model
from hubmodel.engine.trace import Expression
from hubmodel.engine.units import SEK, Membership, Years, unit
from hubmodel.engine.words import TINY, each, group, irr, maximum, minimum, nan, previous, sum_periods, total, where
from hubmodel.errors import InputError, TraceError
from hubmodel.output.excel.formulas import BEFORE, HERE, Block, Compiler, Layout, Lookup
from hubmodel.output.excel.validity import rule_of, verdict_of
from hubmodel.text.language import label

MEGABYTE = 1e6


@pytest.fixture(scope="module")
def result():
    return hm.run(hm.load("northx").with_({"period": "year"}), solved=False)


@pytest.fixture(scope="module")
def path(result, tmp_path_factory):
    path = tmp_path_factory.mktemp("workbook") / "northx.xlsx"
    hm.write_workbook(result, path)
    return path


@pytest.fixture(scope="module")
def book(path):
    return load_workbook(path)


# One line, compiled by hand.

SEK_, YEAR = unit("SEK"), unit("year")
BY = Membership("platform", "suite", (1, 0, 1), 2)
LAYOUT = Layout(
    {
        "price": Block("Pricing", 9, 3, True, "platform"),
        "index": Block("Calendar", 4, 1, True, None),
        "rate": Block("Drivers", 6, 1, False, None),
        "floor_price": Block("Pricing", 20, 2, True, "suite"),
        "flow": Block("Pricing", 30, 1, True, None),
    },
    {("Pricing", "rate"): Block("Pricing", 5, 1, False, None)},
    {("Pricing", id(BY)): Lookup("$E$8:$E$10", "$D", 7)},
    240,
)


def named(name, in_unit=SEK_):
    block = LAYOUT.blocks[name]
    return Expression("name", (name,), in_unit, block.list, block.varies)


def compiled(expression, list_name="platform", first=False):
    own = Block("Pricing", 40, 3, True, list_name)
    return Compiler(LAYOUT, own, 1, first).formula(expression).replace(HERE, "H").replace(BEFORE, "G")


@pytest.mark.parametrize(
    ("expression", "formula"),
    [
        # the row beside it without $, the hub's one row with $, another sheet by name, a constant brought in: column D
        (lambda: named("price") * named("index", unit("1")) - named("rate"), "=H11*Calendar!H$5-$D$6"),
        (lambda: named("price") - (named("price") - named("price")), "=H11-(H11-H11)"),
        (lambda: -(named("price") + 1.5 * named("price")), "=-(H11+1.5*H11)"),
        (lambda: minimum(0, maximum(named("price"), TINY)), "=MIN(0,MAX(H11,1E-09))"),
        (lambda: where(named("price") > 0, named("price"), nan), "=IF(H11>0,H11,NA())"),
        (lambda: previous(named("price"), 7 * named("rate")), "=G11"),
        (lambda: each(named("floor_price"), BY), "=INDEX(H$21:H$22,$D9)"),
        (lambda: total(named("price")), "=SUM(H$10:H$12)"),
        (lambda: (previous(named("price")) + named("price")) / 2, "=(G11+H11)/2"),
        (lambda: total(named("price") * named("rate")), "=SUMPRODUCT(H$10:H$12*$D$6)"),
        (lambda: sum_periods(named("price") * named("index", unit("1"))), "=SUMPRODUCT($F11:$IK11*Calendar!$F5:$IK5)"),
    ],
)
def test_an_expression_becomes_the_formula_that_an_accountant_would_write(expression, formula):
    assert compiled(expression()) == formula


def test_members_are_summed_into_their_parents_by_name():
    assert compiled(group(named("price"), BY), "suite") == "=SUMIF($E$8:$E$10,$B42,H$10:H$12)"
    product = group(named("price") * named("rate"), BY)
    assert compiled(product, "suite") == "=SUMPRODUCT(($E$8:$E$10=$B42)*(H$10:H$12*$D$6))"


def test_a_balance_begins_with_its_opening():
    corkscrew = previous(named("price"), 3 * named("rate")) + named("price")
    assert compiled(corkscrew, first=True) == "=3*$D$6+H11"
    assert compiled(previous(named("price")), first=True) == "=0"


def test_powers_keep_their_brackets():
    rate = Expression("name", ("rate",), unit("1/year"), None, False)
    length = Expression("name", ("index",), YEAR, None, True)
    assert compiled((1 + rate) ** (length - length)) == "=(1+$D$6)^(Calendar!H$5-Calendar!H$5)"


def test_the_rate_of_return_is_yearly_or_missing():
    found = compiled(irr(named("flow"), Expression("name", ("rate",), YEAR, None, False)), None)
    assert found.endswith("^(1/$D6)-1,NA())")
    assert "IRR($F31:$IK31,0)" in found


def test_a_mixture_of_lists_does_not_compile():
    with pytest.raises(TraceError, match="price has rows of platform, the line has rows of suite"):
        compiled(named("price"), "suite")


def test_a_word_without_a_formula_does_not_compile():
    with pytest.raises(TraceError, match="'median' has no formula in Excel"):
        compiled(Expression("median", (named("price"),), SEK_, "platform", True))


# The model as a whole.


def test_a_new_line_needs_nothing(result, tmp_path):
    case, record = with_line(result.case, doubled_revenue), {}
    hm.write_workbook(hm.run(case, solved=False), tmp_path / "new.xlsx", record=record)
    got = office.values(tmp_path / "new.xlsx")
    ((sheet, cell),) = [at for at, text in got.items() if text == "Doubled revenue" and at[0] == "Own"]
    # the revenue of 2030, twice
    assert record[sheet, f"O{cell[1:]}"] == 2 * result["revenue"][0, 9]


def doubled_revenue(revenue: SEK) -> SEK:
    """Twice the revenue."""
    return revenue + revenue


def too_long(revenue: SEK, period_length: Years) -> SEK:
    """A line too long for any cell."""
    out = revenue
    for _ in range(3000):
        out = out + revenue
    return out


def test_what_cannot_be_compiled_fails_with_the_name_of_the_line_and_leaves_no_file(result, tmp_path):
    case = with_line(result.case, too_long)
    with pytest.raises(TraceError, match=r"line 'too_long' \(own\): its formula is nested too deeply"):
        hm.write_workbook(hm.run(case, solved=False), tmp_path / "long.xlsx")
    assert list(tmp_path.iterdir()) == []


def with_line(case, line):
    """Return the case with one more line module of one line."""
    own = types.ModuleType("own")
    setattr(own, line.__name__, line)
    line.__module__ = "own"
    sys.modules["own"] = own
    base = replace(case, base=None, overrides=(), modules=(*case.modules, "own"))
    modules = [sys.modules[f"hubmodel.lines.{name}"] for name in case.modules]
    base.__dict__["model"] = Model(*modules, own)
    return base


def test_every_line_stands_on_a_sheet_with_its_meaning_and_unit(result, path):
    got, lines = office.values(path), trace(result.case).lines
    shown = {(sheet.removesuffix(" lines"), text) for (sheet, cell), text in got.items() if cell.startswith("A")}
    missing = [name for name in lines
               if (result.case.model.module[name].capitalize(), label(name)) not in shown]  # fmt: skip
    assert missing == []
    ((sheet, cell),) = [at for at, text in got.items() if text == "Operating cash flow" and at[0] == "Finance"]
    assert got[sheet, f"E{cell[1:]}"] == "Cash flow from operations, after tax."
    assert got[sheet, f"C{cell[1:]}"] == "MSEK"


def test_excel_fills_right(book, result):
    last = get_column_letter(5 + len(result.case.periods))
    for sheet in (*(name.capitalize() for name in result.case.modules), "Drivers", "Checks"):
        page = book[sheet]
        for row in range(1, page.max_row + 1):
            second, end = page[f"G{row}"].value, page[f"{last}{row}"].value
            if isinstance(second, str) and second.startswith("="):
                assert end == Translator(second, origin=f"G{row}").translate_formula(f"{last}{row}"), f"{sheet} {row}"


def test_no_formula_holds_a_commercial_number(book):
    # beside years, halves, thirds and what rounding leaves, numbers stand on Inputs
    allowed = {"0", "1", "2", "3", "12", "1E-09", "0.01", "0.000000001", "1E+300"}
    for sheet in ("Calendar", "Capacity", "Pricing", "Cost", "Capital", "Funding", "Finance", "Impact", "Figures"):
        for row in book[sheet].iter_rows(min_col=4, max_col=7):
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    bare = re.sub(r"\$?[A-Z]{1,3}\$?\d+|[A-Za-z ']+!", "", cell.value)
                    found = set(re.findall(r"(?<![\w.])\d[\d.]*(?:E[+-]\d+)?", bare))
                    assert found <= allowed, f"{sheet}!{cell.coordinate}: {cell.value}"


def test_sheets_stand_in_the_order_of_the_report(book, result):
    modules = [name.capitalize() for name in result.case.modules]
    front = ["Cover", "Inputs", "Key figures", "Checks", "By year", "Drivers"]
    assert book.sheetnames == [*front, *modules, "Checks lines", "Dated inputs", "Lists"]


def test_only_inputs_can_be_changed_and_are_marked_by_more_than_colour(book):
    page = book["Inputs"]
    assert page.protection.sheet
    open_cells = [cell for row in page.iter_rows() for cell in row if not cell.protection.locked]
    rows = [row[13].value for row in page.iter_rows(min_row=9) if row[13].value not in (None, "period")]
    assert len(open_cells) == len(rows)
    assert {cell.column_letter for cell in open_cells} == {"D"}
    assert {cell.border.left.style for cell in open_cells} == {"thin"}
    fixed = next(row for row in page.iter_rows(min_row=9) if row[13].value == "period")
    assert fixed[3].protection.locked
    assert str(fixed[12].value).startswith("Fixed in a workbook")


def test_every_input_cell_is_validated(book):
    page = book["Inputs"]
    validated = {cell for rule in page.data_validations.dataValidation for cell in str(rule.sqref).split()}
    unlocked = {cell.coordinate for row in page.iter_rows() for cell in row if not cell.protection.locked}
    assert {rule.allow_blank for rule in page.data_validations.dataValidation} == {False}
    assert unlocked <= {at for span in validated for (at,) in [[span]] if ":" not in at} | spread(validated)
    choice = next(rule for rule in page.data_validations.dataValidation if "decision" in str(rule.formula1))
    assert choice.formula1 == '"decision,completion,today"'


def spread(spans):
    """Return every cell of spans such as D10:D12, all in one column."""
    ends = [re.findall(r"\d+", span) for span in spans if ":" in span]
    return {f"D{row}" for first, last in ends for row in range(int(first), int(last) + 1)}


def test_a_scalar_input_has_a_name(book):
    page = book["Inputs"]
    place = book.defined_names["tax_rate"].attr_text
    assert page[place.partition("!")[2].replace("$", "")].value == pytest.approx(0.206)  # Sweden's rate since 2021


def test_money_is_shown_in_millions_while_cells_hold_kronor(book, result):
    page = book["Figures"]
    row = next(row for row in page.iter_rows(min_row=6) if row[0].value == "Revenue at maturity" and row[4].value)
    assert row[3].number_format.startswith("#,##0.0,,")
    page = book["Key figures"]
    row = next(row for row in page.iter_rows(min_row=4) if row[0].value == "Total investment")
    assert (row[2].value, row[3].value) == ("MSEK", "live")


def test_solved_figures_are_values_and_say_so(result, tmp_path):
    hm.write_workbook(hm.run(result.case), tmp_path / "solved.xlsx")
    rows = list(load_workbook(tmp_path / "solved.xlsx")["Key figures"].iter_rows(min_row=4))
    how = {row[0].value: (row[3].value, str(row[1].value).startswith("=")) for row in rows}
    assert how["Net present value"] == ("live", True)
    for name in ("Break-even commercial margin", "Smallest grant", "Internal rate of return roots"):
        assert how[name] == ("value, solved by Python for the inputs as exported", False)


def test_stored_results_are_there_for_previewers(path, result):
    page = load_workbook(path, data_only=True)["Key figures"]
    shown = {row[0].value: row[1].value for row in page.iter_rows(min_row=4)}
    assert shown["Total investment"] == 111.4e6
    assert shown["Net present value"] == pytest.approx(result["net_present_value"], rel=1e-14)


def test_the_checks_are_live_and_the_cover_says_so(path, book):
    got = office.values(path)
    assert got["Checks", "B6"] == "all identities hold"
    assert "COUNTIF" in book["Checks"]["B6"].value
    assert book["Cover"]["B11"].value == "=Checks!$B$6"


# Whether inputs hold.

BAD = {
    ("commercial_margin", "", ""): (None, "FAILS: blank"),
    ("tax_rate", "", ""): (35.0, "FAILS: above 1"),
    ("ramp_time", "", ""): (-1.0, "FAILS: below 0"),
    ("price_inflation", "", ""): ("35 %", "FAILS: not a number"),
    ("view", "", ""): ("next year", "FAILS: not one of the options"),
    ("decision_date", "", ""): (None, "FAILS: blank"),
    ("grant_treatment", "", ""): (None, "FAILS: blank"),
    ("suite_of_platform", "mRNA", ""): ("Matfors", "FAILS: not a member of the list"),
}
ALONE = [at for at in BAD if at[0] in ("commercial_margin", "tax_rate", "view", "decision_date")]
BEYOND = {
    ("ramp_time", "", ""): (9.0, "note: above the range"),
    ("commercial_margin", "", ""): (0.01, "note: below the range"),
}


def at_input(cells, key, member="", period=""):
    """Return the row of an input on its sheet."""
    rows = [cell[1:] for (sheet, cell), name in cells.items() if sheet == "Inputs" and cell[0] == "N" and name == key]
    (row,) = [at for at in rows if (cells.get(("Inputs", f"B{at}"), ""), cells.get(("Inputs", f"C{at}"), ""))
              == (member, period)]  # fmt: skip
    return row


@pytest.fixture(scope="module")
def judged(path):
    """Recalculate the workbook with invalid inputs, with a single invalid one, and with inputs outside their range."""
    cells, files = office.values(path), {}
    kinds = {"bad": BAD, "beyond": BEYOND} | {f"only {at[0]}": {at: BAD[at]} for at in ALONE}
    for name, kind in kinds.items():
        typed = {f"D{at_input(cells, *at)}": value for at, (value, _) in kind.items()}
        files[name] = office.edited(path, path.with_name(f"{name}.xlsx"), typed)
    done = office.all_recalculated(list(files.values()), path.parent)
    return {name: office.values(file) for name, file in zip(files, done, strict=True)}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "kind"), [("bad", BAD), ("beyond", BEYOND)])
def test_each_input_says_whether_it_holds_and_why_not(path, judged, name, kind):
    cells, before = judged[name], office.values(path)
    for at, (_, verdict) in kind.items():
        assert cells["Inputs", f"I{at_input(before, *at)}"] == verdict, at
    every = [value for (sheet, at), value in cells.items() if sheet == "Inputs" and re.fullmatch(r"I(9|\d\d+)", at)]
    assert len(every) - every.count("ok") == len(kind)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["bad", *(f"only {at[0]}" for at in ALONE)])
def test_the_cover_never_says_that_all_is_well_with_inputs_that_do_not_hold(judged, name):
    count = len(BAD) if name == "bad" else 1
    cells = judged[name]
    why = "FAIL: the column Holds of the sheet Inputs says why; no figure stands until they hold"
    cover = {cells["Cover", f"A{row}"]: cells["Cover", f"B{row}"] for row in range(11, 16)}
    assert cover["Inputs"] == f"{count} {why}"
    assert cover["Checks"].endswith(" FAIL")
    assert cover["Net present value, MSEK"] == "#N/A"
    live = [at for (sheet, at), how in cells.items() if sheet == "Key figures" and how == "live"]
    assert {cells["Key figures", f"B{at[1:]}"] for at in live} == {"#N/A"}


@pytest.mark.slow
def test_inputs_beyond_their_range_are_noted_and_all_else_stands(judged):
    cells = judged["beyond"]
    assert cells["Cover", "B11"] == "all identities hold"
    assert cells["Cover", "B12"] == "all inputs hold; outside their range: 2"
    assert isinstance(cells["Cover", "B14"], float)


def test_rows_are_judged_by_python_as_by_their_formula(result):
    # every cell of an export holds, or lies beyond its range as its scenario has it
    beyond = result.case.with_({"ramp_time": 9.0})
    verdicts = {row.key: verdict_of(rule_of(row, beyond), row) for row in beyond.rows}
    assert {key: verdict for key, verdict in verdicts.items() if verdict != "ok"} == {
        "ramp_time": "note: above the range"
    }


def test_stored_results_add_up_for_who_reads_the_file_without_excel(path, result):
    # a result is stored with the fifteen digits that Excel keeps
    got = office.values(path)
    (row,) = (at[1:] for (sheet, at), text in got.items() if (sheet, text) == ("Finance", "EBITDA") and at[0] == "A")
    stored = [got["Finance", f"{get_column_letter(6 + at)}{row}"] for at in range(len(result.case.periods))]
    np.testing.assert_allclose(stored, result["ebitda"][0], rtol=1e-14)


def test_every_check_is_live_but_those_of_documents_and_grades(path):
    cells = office.values(path, "Checks")
    notes = {cells["Checks", f"A{at[1:]}"]: text for (_, at), text in cells.items() if at[0] == "E" and int(at[1:]) > 6}
    values = {name for name, text in notes.items() if not str(text).startswith("live. ")}
    bands = {name for name in values if name.startswith("Plausible")}
    assert values - bands == {"Documented totals", "Inputs are graded"}
    assert len(notes) > 25


def test_nothing_merged_no_macro_no_link(path, book):
    assert [page.title for page in book if page.merged_cells.ranges] == []
    with office.zipfile.ZipFile(path) as parts:
        assert [name for name in parts.namelist() if "vba" in name or "externalLink" in name] == []


def test_panes_are_frozen_and_months_grouped_by_year(tmp_path):
    hm.write_workbook(hm.run(hm.load("northx").with_({"period": "quarter"}), solved=False), tmp_path / "q.xlsx")
    page = load_workbook(tmp_path / "q.xlsx")["Finance"]
    assert page.freeze_panes == "E6"
    assert page.column_dimensions["F"].outlineLevel == 1  # the first quarter folds away
    assert page.column_dimensions["I"].outlineLevel == 0  # the last stays
    assert page.print_area is not None


# Text, files, speed.


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(1)", "=cmd|' /C calc'!A0", "http://example.org", "12"])
def test_text_never_starts_a_formula(result, tmp_path, text):
    case = result.case
    rows = tuple(replace_note(row, text) if row.key == "tax_rate" else row for row in case.rows)
    title = replace(case, rows=rows, title=text, base=None, overrides=())
    hm.write_workbook(hm.run(title, solved=False), tmp_path / "text.xlsx")
    book = load_workbook(tmp_path / "text.xlsx")
    notes = [row[12] for row in book["Inputs"].iter_rows(min_row=9) if row[13].value == "tax_rate"]
    for cell in (book["Cover"]["A1"], *notes):
        assert (cell.value, cell.data_type) == (text, "s")
        assert cell.hyperlink is None


def replace_note(row, text):
    return row.model_copy(update={"note": text})


def test_a_workbook_is_written_whole_or_not_at_all(result, tmp_path, monkeypatch):
    (tmp_path / "old.xlsx").write_bytes(b"what was there")
    monkeypatch.setitem(hm.write_workbook.__globals__, "write_cover", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        hm.write_workbook(result, tmp_path / "old.xlsx")
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("old.xlsx", b"what was there")]


@pytest.mark.parametrize(("name", "message"), [("a.xls", "write a.xlsx"), ("none/a.xlsx", "choose another place")])
def test_a_bad_place_is_refused_in_one_line(result, tmp_path, name, message):
    with pytest.raises(InputError, match=message) as refused:
        hm.write_workbook(result, tmp_path / name)
    assert "\n" not in str(refused.value)


def test_importing_hubmodel_imports_no_spreadsheet_library():
    code = "import sys, hubmodel; print([one for one in ('xlsxwriter', 'openpyxl', 'tqdm') if one in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_by_month_it_is_small(tmp_path):
    count = hm.write_workbook(hm.run(hm.load("northx"), solved=False), tmp_path / "month.xlsx")
    assert count > 300_000
    assert (tmp_path / "month.xlsx").stat().st_size < 5 * MEGABYTE  # a stored result has fifteen digits


def test_the_years_add_up(result, path):
    got = office.values(path)
    ((sheet, cell), *_) = [at for at, text in got.items() if text == "Revenue" and at[0] == "By year"]
    _, series = result.series("revenue")
    found = [got[sheet, f"{get_column_letter(5 + at)}{cell[1:]}"] for at in range(len(series[""]))]
    np.testing.assert_allclose(found, series[""], rtol=1e-12)
