"""Import of workbooks: a round trip changes nothing, differences are shown, misfits are refused with their cell."""

import io
import json
import os
import subprocess
import sys
import time
import zipfile

import office
import pytest
from hypothesis import given
from hypothesis import strategies as st

import hubmodel as hm
from hubmodel.case.scenario import apply_scenario, scenario_names
from hubmodel.errors import InputError
from hubmodel.output.excel import opening
from hubmodel.output.excel.reading import read_workbook

NORTHX = hm.load("northx")


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """Write the base case as a workbook."""
    path = tmp_path_factory.mktemp("import") / "northx.xlsx"
    hm.write_workbook(hm.evaluate(NORTHX), path)
    return path


def cell_of(path, key, row="", period=""):
    """Return the input cell of a row."""
    got = office.values(path, "Inputs")
    rows = [cell[1:] for (sheet, cell), name in got.items() if sheet == "Inputs" and cell[0] == "N" and name == key]
    (found,) = [at for at in rows
                if (got.get(("Inputs", f"B{at}"), ""), got.get(("Inputs", f"C{at}"), "")) == (row, period)]  # fmt: skip
    return f"D{found}"


def with_cell(path, to, value, key, row="", period=""):
    """Write the workbook with another value in one input cell; return its path and that cell."""
    cell = cell_of(path, key, row, period)
    return office.edited(path, to, {cell: value}), cell


def test_out_and_in_is_no_difference(path):
    found = read_workbook(path)
    assert found.differences == ()
    assert found.case.inputs_hash == NORTHX.inputs_hash
    assert found.version == hm.__version__


@pytest.mark.parametrize("name", scenario_names(NORTHX))
def test_every_scenario_comes_back_as_it_went_out(name, tmp_path):
    case = hm.load("northx", name).with_({"period": "year"})
    hm.write_workbook(hm.evaluate(case), tmp_path / "scenario.xlsx")
    found = read_workbook(tmp_path / "scenario.xlsx", "as it was")
    assert found.case.inputs_hash == case.inputs_hash
    assert {override.reason for override in found.case.overrides} == {"as it was"}


def test_a_row_for_a_member_that_a_scenario_adds_comes_back(tmp_path):
    case = NORTHX.with_({"period": "year", "operating_days[Stockholm BSL-3 suite]": 300})
    hm.write_workbook(hm.evaluate(case), tmp_path / "member.xlsx")
    assert read_workbook(tmp_path / "member.xlsx").case.inputs_hash == case.inputs_hash


def test_what_every_member_shares_reaches_those_without_a_row_of_their_own(path, tmp_path):
    # availability stands once, for each suite; gmp for each suite and again for the development area
    changed, _ = with_cell(path, tmp_path / "a.xlsx", 0.85, "availability", "each suite")
    assert [override.name for override in read_workbook(changed).case.overrides] == ["availability"]
    changed, _ = with_cell(path, tmp_path / "b.xlsx", 0.0, "gmp", "each suite")
    names = [override.name for override in read_workbook(changed).case.overrides]
    assert names == [f"gmp[{suite}]" for suite in NORTHX.lists["suite"] if suite != "Matfors development area"]


@pytest.mark.parametrize(
    ("typed", "key", "row", "value"),
    [
        (0.4, "commercial_margin", "", 0.4),
        ("35 %", "commercial_margin", "", 0.35),  # people's numbers, as everywhere else
        ("completion", "view", "", "completion"),
        (45292, "decision_date", "", "2024-01-01"),  # Excel's number of that day
        (7.0, "opening_delay", "Matfors", 7.0),
    ],
)
def test_a_changed_cell_becomes_a_change_of_the_scenario(path, tmp_path, typed, key, row, value):
    changed, cell = with_cell(path, tmp_path / "changed.xlsx", typed, key, row)
    found = read_workbook(changed, "the board's view", beyond_range=True)
    ((difference,), (override,)) = found.differences, found.case.overrides
    assert (difference.cell, difference.name) == (f"Inputs!{cell}", f"{key}[{row}]" if row else key)
    assert (override.name, override.value, override.reason) == (difference.name, value, "the board's view")


@pytest.mark.parametrize(
    ("typed", "key", "row", "period", "message"),
    [
        (1.4, "commercial_margin", "", "", "commercial_margin must be a share between 0 and 1, got 1.4"),
        (-1.0, "ramp_time", "", "", "must not be negative, got -1 year"),
        (9.0, "ramp_time", "", "", "ramp_time must lie between 1 and 2 year, got 9; .*--beyond-range"),
        ("soon", "decision_date", "", "", "decision_date: 'soon' is not a date"),
        (18264, "decision_date", "", "", "decision_date: 1950-01-01 lies outside the calendar 2021 to 2040; change"),
        ("1,250", "ramp_time", "", "", "may be 1250 or 1.250"),
        ("next year", "view", "", "", "view must be one of decision, completion, today, got 'next year'"),
        ("#N/A", "ramp_time", "", "", "'#N/A' is not a number"),
        ("Stockholm BSL-3 suite", "suite_of_platform", "mRNA", "", "'mRNA' belongs to 'Stockholm BSL-3 suite', .*toml"),
        (
            20.0,
            "grant_paid",
            "hub grant",
            "2022",
            r"grant_paid\[hub grant\] has 2 dated values, a scenario one for all",
        ),
    ],
)
def test_what_does_not_fit_is_refused_with_the_cell(path, tmp_path, typed, key, row, period, message):
    changed, cell = with_cell(path, tmp_path / "bad.xlsx", typed, key, row, period)
    with pytest.raises(InputError, match=rf"^bad.xlsx: Inputs!{cell}: .*{message}") as refused:
        read_workbook(changed)
    assert "\n" not in str(refused.value)


def test_all_bad_cells_are_told_at_once_each_with_its_address(path, tmp_path):
    typed = {
        ("commercial_margin", "", ""): 35.0,
        ("tax_rate", "", ""): None,
        ("decision_date", "", ""): 1.0,  # a day of 1899
        ("view", "", ""): "next year",
        ("suite_of_platform", "mRNA", ""): "Stockholm BSL-3 suite",
        ("grant_paid", "hub grant", "2022"): "soon",
    }
    cells = {cell_of(path, *at): value for at, value in typed.items()}
    with pytest.raises(InputError) as refused:
        read_workbook(office.edited(path, tmp_path / "bad.xlsx", cells))
    lines = str(refused.value).split("\n")
    assert len(lines) == len(typed)
    assert {line.split(": ")[1] for line in lines} == {f"Inputs!{cell}" for cell in cells}
    assert all(line.startswith("bad.xlsx: Inputs!D") for line in lines)


def test_a_workbook_of_before_the_column_holds_comes_back(path, tmp_path):
    import openpyxl

    book = openpyxl.load_workbook(path)
    book["Inputs"].delete_cols(9)
    book.save(tmp_path / "before.xlsx")
    changed = office.edited(tmp_path / "before.xlsx", tmp_path / "typed.xlsx", {cell_of(path, "tax_rate"): 0.25})
    ((difference,), version) = (found := read_workbook(changed)).differences, found.version
    assert (difference.name, difference.now, version) == ("tax_rate", 0.25, hm.__version__)


@pytest.mark.parametrize(
    ("column", "typed", "message"),
    [
        ("E", "hour", "tax_rate is in 'hour', in this model in 'share'"),
        ("N", "tacks_rate", "lacks tax_rate; export the case again"),
        ("N", "ramp_time", "ramp_time stands in Inputs!D.*, too; delete one row"),
    ],
)
def test_what_no_longer_fits_the_model_is_refused(path, tmp_path, column, typed, message):
    at = column + cell_of(path, "tax_rate")[1:]
    changed = office.edited(path, tmp_path / "old.xlsx", {at: typed})
    with pytest.raises(InputError, match=message):
        read_workbook(changed)


def test_a_case_that_is_not_here_is_refused(path, tmp_path):
    changed = office.edited(path, tmp_path / "other.xlsx", {"D2": "northy"})
    with pytest.raises(InputError, match=r"Inputs!D2 names the case: no case 'northy'; did you mean 'northx'"):
        read_workbook(changed)


def test_every_other_sheet_is_ignored(path, tmp_path):
    changed = office.edited(path, tmp_path / "other.xlsx", {"D7": "no number"}, sheet="Drivers")
    assert read_workbook(changed).differences == ()


def test_an_upload_is_read_from_memory(path):
    assert read_workbook(path.read_bytes()).differences == ()


# What may come from anywhere.


def parts(path, change):
    """Return the content of a workbook after a change to its parts, a dictionary of names and content."""
    with zipfile.ZipFile(path) as book:
        content = {name: book.read(name) for name in book.namelist()}
    change(content)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in content.items():
            book.writestr(name, data)
    return out.getvalue()


def bomb(content):
    content["xl/worksheets/sheet2.xml"] = b"<worksheet>" + b" " * 100_000_000


def million_rows(content):
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>%d</v></c></row>' % (at, at, at * 7919) for at in range(1, 1_000_001))
    content["xl/worksheets/sheet2.xml"] = office_sheet(rows)


def one_row_far_down(content):
    content["xl/worksheets/sheet2.xml"] = office_sheet(b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>')


def office_sheet(rows):
    head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return head + rows + b"</sheetData></worksheet>"


def external_links(content):
    content["xl/externalLinks/externalLink1.xml"] = b"<externalLink/>"


def entities(content):
    many = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    content["xl/sharedStrings.xml"] = many + content["xl/sharedStrings.xml"]


def no_inputs(content):
    content["xl/workbook.xml"] = content["xl/workbook.xml"].replace(b'"Inputs"', b'"Input data"')


def broken(content):
    content["xl/worksheets/sheet2.xml"] = content["xl/worksheets/sheet2.xml"][:5000]


def no_workbook(content):
    del content["xl/workbook.xml"]


HOSTILE = {
    bomb: "unpacks to far more than a model needs",
    million_rows: "has sheets without end",
    one_row_far_down: "more than 20000 rows",
    external_links: "links to other workbooks",
    entities: "declares a document type",
    no_inputs: "has no sheet 'Inputs'",
    broken: "cannot be read as a workbook",
    no_workbook: "is not an Excel workbook",
}


@pytest.mark.parametrize("change", HOSTILE, ids=lambda change: change.__name__)
def test_a_hostile_workbook_is_refused_in_one_line_and_at_once(path, tmp_path, change):
    (tmp_path / "bad.xlsx").write_bytes(parts(path, change))
    began = time.perf_counter()
    with pytest.raises(InputError, match=HOSTILE[change]) as refused:
        read_workbook(tmp_path / "bad.xlsx")
    assert time.perf_counter() - began < 10
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is not an Excel workbook"),
        (b"key,row,value\n", "is not an Excel workbook"),
        (b"PK\x03\x04 and then nothing", "is damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "is protected by a password, or an old .xls"),
    ],
)
def test_what_is_no_workbook_is_refused(tmp_path, content, message):
    (tmp_path / "bad.xlsx").write_bytes(content)
    with pytest.raises(InputError, match=f"^bad.xlsx: {message}"):
        read_workbook(tmp_path / "bad.xlsx")


def test_a_file_that_is_not_there_or_too_large_is_refused(tmp_path, monkeypatch):
    with pytest.raises(InputError, match=r"none.xlsx: there is no such file"):
        read_workbook(tmp_path / "none.xlsx")
    monkeypatch.setattr(opening, "LARGEST_FILE", 3)
    with pytest.raises(InputError, match="no export of this model has more than 50"):
        read_workbook(b"PK\x03\x04")


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_in_one_line(content):
    for damaged in (content, b"PK\x03\x04" + content):
        with pytest.raises(InputError) as refused:
            read_workbook(damaged)
        assert "\n" not in str(refused.value)


# On the command line.


def command(*arguments, cwd):
    environment = {**os.environ, "NO_COLOR": "1"}
    done = subprocess.run([sys.executable, "-m", "hubmodel.cli", *map(str, arguments)], cwd=cwd, env=environment,
                          capture_output=True, text=True, stdin=subprocess.DEVNULL)  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def test_out_and_back_on_the_command_line(tmp_path):
    status, out, error = command(
        "excel", "northx", "--set", "period=year", "-o", "n.xlsx", "--format", "json", cwd=tmp_path
    )
    assert (status, error) == (0, "")
    facts = json.loads(out)
    assert list(facts) == ["case", "scenario", "model_version", "inputs_hash", "file", "formula_cells", "bytes"]
    assert facts["bytes"] == (tmp_path / "n.xlsx").stat().st_size
    with_cell(tmp_path / "n.xlsx", tmp_path / "m.xlsx", 0.3, "commercial_margin")
    status, out, error = command(
        "import", "m.xlsx", "-o", "board.toml", "--reason", "a try", "--format", "json", cwd=tmp_path
    )
    assert (status, error) == (0, "")
    names = ["case", "scenario", "model_version", "inputs_hash", "workbook_version", "differences", "file"]
    assert list(json.loads(out)) == names
    case = apply_scenario(NORTHX, str(tmp_path / "board.toml"))
    assert {override.name: (override.value, override.reason) for override in case.overrides} == {
        "period": ("year", "a try"),
        "commercial_margin": (0.3, "a try"),
    }


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["excel", "northx"], "-o is missing; name the workbook to write, such as -o northx.xlsx"),
        (["import", "none.xlsx"], "none.xlsx: there is no such file; give the path of a workbook"),
        (["import", "none.xlsx", "-o", "x.xlsx"], "-o x.xlsx: a scenario's name ends with .toml"),
    ],
)
def test_wrong_use_is_one_line_and_status_2(tmp_path, arguments, message):
    status, out, error = command(*arguments, cwd=tmp_path)
    assert (status, out, error.count("\n")) == (2, "", 1)
    assert error.startswith(message)


def test_a_scenario_needs_a_reason(path, tmp_path):
    changed, _ = with_cell(path, tmp_path / "changed.xlsx", 0.3, "commercial_margin")
    status, _, error = command("import", changed, "-o", "board.toml", cwd=tmp_path)
    assert status == 2
    assert error.startswith("--reason is missing")
    assert not (tmp_path / "board.toml").exists()
