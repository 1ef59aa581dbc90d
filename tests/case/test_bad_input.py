"""Bad input: a copy of the case is broken in one place at a time, and each error is one clear line."""

import re
import shutil
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from messages import english_words, left_in_english

import hubmodel as hm
from hubmodel import cli
from hubmodel.case import documents, reading
from hubmodel.case.reading import data_folder
from hubmodel.case.validation import problems_of
from hubmodel.errors import HubmodelError, InputError, UnknownName
from hubmodel.text.language import translate

NORTHX = data_folder() / "northx"


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(NORTHX, tmp_path / "data" / "northx"))


@pytest.fixture
def command(capsys, monkeypatch):
    """Run a command; return its exit status, output and errors."""

    def call(*arguments):
        monkeypatch.setattr("sys.argv", ["hubmodel", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            cli.main()
        return left.value.code, *capsys.readouterr()

    return call


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def cells(path, row_key, member="", /, **changed):
    """Change some cells of the first row of a key."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    at = next(at for at, line in enumerate(lines) if line.startswith(f"{row_key},{member}"))
    values = lines[at].split(",", 12)
    for name, value in changed.items():
        values[reading.COLUMNS.index(name)] = value
    lines[at] = ",".join(values)
    path.write_text("".join(lines), encoding="utf-8")
    return at + 1  # the number of the line


# file, key, row, changed cells, and the error of the loader after "FILE line N: "
ROWS = {
    "a share of 35": (
        "pricing",
        "commercial_margin",
        "",
        {"value": "35"},
        "commercial_margin must be a share between 0 and 1, got 35; write 35 % as 0.35",
    ),
    "a negative share": (
        "pricing",
        "commercial_margin",
        "",
        {"value": "-0.2"},
        "commercial_margin must be a share between 0 and 1, got -0.2",
    ),
    "a range of a share beyond 1": (
        "pricing",
        "commercial_margin",
        "",
        {"high": "35"},
        "commercial_margin must be a share between 0 and 1, got 35",
    ),
    "a negative price": (
        "pricing",
        "innovation_hourly_rate",
        "",
        {"value": "-1500"},
        "innovation_hourly_rate must not be negative, got -1500 SEK/hour; give a positive number",
    ),
    "low above value": (
        "pricing",
        "innovation_hourly_rate",
        "",
        {"low": "1600"},
        "innovation_hourly_rate must lie in its range, got 1600 <= 1500 <= 2000; mend value or range",
    ),
    "high below value": (
        "pricing",
        "innovation_hourly_rate",
        "",
        {"high": "1400"},
        "innovation_hourly_rate must lie in its range, got 1100 <= 1500 <= 1400",
    ),
    "half a range": (
        "pricing",
        "innovation_hourly_rate",
        "",
        {"low": ""},
        "innovation_hourly_rate has one end of a range; give both low and high, or neither",
    ),
    "a unit nobody knows": (
        "pricing",
        "innovation_hourly_rate",
        "",
        {"unit": "EUR/hour"},
        "innovation_hourly_rate: unit 'EUR/hour': 'EUR' is not known; use SEK",
    ),
    "a unit that does not convert": (
        "pricing",
        "innovation_hourly_rate",
        "",
        {"unit": "SEK/batch"},
        "innovation_hourly_rate must be in SEK/hour, got 'SEK/batch', which does not convert; change the unit",
    ),
    "no unit": (
        "pricing",
        "innovation_hourly_rate",
        "",
        {"unit": ""},
        "innovation_hourly_rate has no unit; write one, '1' for a plain number",
    ),
    "nan": (
        "pricing",
        "innovation_hourly_rate",
        "",
        {"value": "nan"},
        "innovation_hourly_rate must be a finite number, got nan; leave out what is not known",
    ),
    "infinity": (
        "pricing",
        "innovation_hourly_rate",
        "",
        {"value": "inf"},
        "innovation_hourly_rate must be a finite number, got inf",
    ),
    "an infinite range": (
        "pricing",
        "innovation_hourly_rate",
        "",
        {"high": "inf"},
        "innovation_hourly_rate must be a finite number, got inf",
    ),
    "nan as an end": (
        "pricing",
        "innovation_hourly_rate",
        "",
        {"low": "nan"},
        "innovation_hourly_rate must be a finite number, got nan",
    ),
    "a decimal comma": (
        "pricing",
        "innovation_hourly_rate",
        "",
        {"value": '"1500,5"'},
        "innovation_hourly_rate must be a number with a decimal point, got '1500,5'",
    ),
    "a text for a number": (
        "pricing",
        "innovation_hourly_rate",
        "",
        {"value": "much"},
        "innovation_hourly_rate must be a number with a decimal point, got 'much'",
    ),
    "no value": (
        "pricing",
        "innovation_hourly_rate",
        "",
        {"value": ""},
        "innovation_hourly_rate must be a number with a decimal point, got ''",
    ),
    "a text as an end": (
        "pricing",
        "innovation_hourly_rate",
        "",
        {"low": "little"},
        "innovation_hourly_rate low must be a number with a decimal point, got 'little'",
    ),
    "a grade that does not exist": (
        "pricing",
        "innovation_hourly_rate",
        "",
        {"grade": "guess"},
        "innovation_hourly_rate grade must be one of documented, published, estimate, assumption, got 'guess'",
    ),
    "a distribution that does not exist": (
        "pricing",
        "innovation_hourly_rate",
        "",
        {"spread": "gauss"},
        "innovation_hourly_rate spread must be one of triangular, .*, discrete, none, got 'gauss'",
    ),
    "a fact without source": (
        "pricing",
        "innovation_hourly_rate",
        "",
        {"grade": "published"},
        "innovation_hourly_rate is graded published without a source; name it, or grade it assumption",
    ),
    "an assumption without reason": (
        "pricing",
        "innovation_hourly_rate",
        "",
        {"note": "\n"},
        "innovation_hourly_rate is an assumption without a note; say why this value",
    ),
    "a source that is not listed": (
        "capital",
        "asset_cost",
        "",
        {"source": "vinnova-2023-final-reprt"},
        "asset_cost: no source 'vinnova-2023-final-reprt'; did you mean 'vinnova-2023-final-report'",
    ),
    "prices of another year": (
        "pricing",
        "innovation_hourly_rate",
        "",
        {"price_year": "2019"},
        "innovation_hourly_rate is in prices of 2019; restate it in prices of 2024",
    ),
    "a day that does not exist": (
        "calendar",
        "decision_date",
        "",
        {"value": "2021-02-30"},
        "decision_date: '2021-02-30' is no day of the calendar",
    ),
    "a date written otherwise": (
        "calendar",
        "decision_date",
        "",
        {"value": "1/10 2021"},
        "decision_date: '1/10 2021' is not a date; write year-month-day, for example 2023-03-31",
    ),
    "a month of thirteen": (
        "funding",
        "grant_paid",
        "",
        {"period": "2021-13"},
        "grant_paid period must be blank, 2027 or 2027-03, got '2021-13'",
    ),
    "a date outside the calendar": (
        "funding",
        "grant_paid",
        "",
        {"period": "2050"},
        "grant_paid: 2050 lies outside the calendar 2021 to 2040; change it",
    ),
    "a key nobody takes": (
        "pricing",
        "innovation_hourly_rate",
        "",
        {"key": "inovation_hourly_rate"},
        "no line that takes 'inovation_hourly_rate'; did you mean 'innovation_hourly_rate'",
    ),
    "a member nobody knows": (
        "capital",
        "asset_cost",
        "Stockholm",
        {"row": "Stokholm unit"},
        "asset_cost, taken by the line '\\w+': no member 'Stokholm unit'; did you mean 'Stockholm unit'",
    ),
    "a list nobody knows": (
        "capacity",
        "operating_days",
        "",
        {"row": "each suit"},
        "operating_days, taken by the line '\\w+': no list 'suit'; did you mean 'suite' or 'site'",
    ),
    "two lists in one key": (
        "capital",
        "asset_cost",
        "Stockholm",
        {"row": "Stockholm"},
        "the rows of asset_cost lie in .*site.*; keep to one list",
    ),
    "the hub and a member": (
        "capital",
        "asset_cost",
        "Stockholm",
        {"row": ""},
        "the rows of asset_cost lie in .*; keep to one list",
    ),
    "an option that does not exist": (
        "calendar",
        "view",
        "",
        {"value": "tomorrow"},
        "view must be one of decision, completion, today, got 'tomorrow'",
    ),
    "a period that does not exist": (
        "calendar",
        "period",
        "",
        {"value": "week"},
        "period must be one of month, quarter, year, got 'week'",
    ),
}


@pytest.mark.parametrize(("file", "key", "row", "changed", "expected"), ROWS.values(), ids=ROWS)
def test_a_bad_row_is_one_line_with_its_place(folder, file, key, row, changed, expected):
    place = cells(folder / f"{file}.csv", key, row, **changed)
    with pytest.raises(HubmodelError) as error:
        hm.load(folder)
    lines = str(error.value).splitlines()
    assert any(re.search(f"data/northx/{file}.csv line [0-9]+: {expected}", line) for line in lines), lines
    assert left_in_english(error.value.message) == []
    if "key" not in changed and "lie in" not in expected:
        assert f"line {place}:" in lines[0]
        assert len(lines) == 1


def test_a_member_missing(folder):
    path = folder / "capital.csv"
    kept = [line for line in path.read_text().splitlines() if not line.startswith("asset_cost,Stockholm")]
    path.write_text("\n".join(kept), encoding="utf-8")
    with pytest.raises(InputError, match=r"asset_cost has no row for Stockholm unit; add one, or a row 'each asset'$"):
        hm.load(folder)


def test_a_member_twice(folder):
    path = folder / "capital.csv"
    text = path.read_text()
    again = next(line for line in text.splitlines() if line.startswith("asset_cost,Stockholm"))
    path.write_text(text + again + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"asset_cost has Stockholm unit twice; keep one$"):
        hm.load(folder)


def test_a_period_twice(folder):
    path = folder / "calendar.csv"
    text = path.read_text()
    again = next(line for line in text.splitlines() if line.startswith("consumer_price_index,,2023"))
    path.write_text(text + again + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"consumer_price_index has the facility twice in 2023; keep one$"):
        hm.load(folder)


def test_a_level_without_a_beginning(folder):
    path = folder / "calendar.csv"
    kept = [line for line in path.read_text().splitlines() if not line.startswith("consumer_price_index,,2021")]
    path.write_text("\n".join(kept), encoding="utf-8")
    with pytest.raises(InputError, match="consumer_price_index has no value before 2022; add a row without a period"):
        hm.load(folder)


def test_an_input_that_is_lacking_is_named_with_its_unit(folder):
    path = folder / "finance.csv"
    kept = [line for line in path.read_text().splitlines() if not line.startswith("discount_rate,")]
    path.write_text("\n".join(kept), encoding="utf-8")
    with pytest.raises(InputError, match=r"^northx/[a-z]*.csv: lacks 'discount_rate' \[1/year\]; add a row for it$"):
        hm.load(folder)


def test_a_choice_that_is_lacking(folder):
    path = folder / "funding.csv"
    kept = [line for line in path.read_text().splitlines() if not line.startswith("grant_schedule,")]
    path.write_text("\n".join(kept), encoding="utf-8")
    with pytest.raises(InputError, match="the choice 'grant_schedule' has no row; add one with unit 'choice'"):
        hm.load(folder)


def test_all_bad_rows_are_reported_at_once(folder):
    cells(folder / "pricing.csv", "commercial_margin", value="35")
    cells(folder / "pricing.csv", "innovation_hourly_rate", value="-1500")
    cells(folder / "cost.csv", "pension_share", value="much")
    cells(folder / "calendar.csv", "decision_date", value="someday")
    with pytest.raises(InputError) as error:
        hm.load(folder)
    lines = str(error.value).splitlines()
    assert len(lines) == 4
    for key in ("decision_date", "pension_share", "commercial_margin", "innovation_hourly_rate"):
        assert sum(f": {key}" in line for line in lines) == 1


def test_all_that_is_wrong_between_rows_and_lists_is_reported_at_once(folder):
    cells(folder / "pricing.csv", "innovation_hourly_rate", unit="SEK/batch")
    cells(folder / "funding.csv", "grant_paid", period="2050")
    cells(folder / "capital.csv", "asset_cost", "Stockholm", row="Stokholm unit")
    with pytest.raises(InputError) as error:
        hm.load(folder)
    assert len(str(error.value).splitlines()) == 3


HEADER = ",".join(reading.COLUMNS)
FILES = {
    "semicolons": (lambda raw: raw.replace(b",", b";"), "is separated by semicolons; save it with commas"),
    "a byte-order mark": (lambda raw: b"\xef\xbb\xbf" + raw, "begins with a byte-order mark; save it as CSV in UTF-8"),
    "Latin-1": (
        lambda raw: raw + "pay,,,1,SEK,,,,,,,assumption,lön\n".encode("latin-1"),
        "is not UTF-8 text; save it as",
    ),
    "UTF-16": (lambda raw: raw.decode().encode("utf-16"), "is not UTF-8 text; save it as CSV in UTF-8"),
    "an extra column": (
        lambda raw: raw.replace(b",note", b",note,remark", 1),
        "has the extra column remark; its first line must be key,",
    ),
    "a column twice": (
        lambda raw: raw.replace(b",note", b",note,note", 1),
        "has the extra column note; its first line must be key,",
    ),
    "a missing column": (
        lambda raw: raw.replace(b",grade,", b",", 1),
        "lacks the column grade; its first line must be key,row,period",
    ),
    "another header": (
        lambda raw: raw.replace(b",grade,", b",quality,", 1),
        "lacks the column grade and has the extra column quality",
    ),
    "no header": (lambda raw: raw.split(b"\n", 1)[1], "lacks the column key, row, period"),
    "empty": (lambda raw: b"", "is empty; its first line must be key,row,period"),
    "blank lines only": (lambda raw: b"\n\n", "is empty; its first line must be key,row,period"),
    "binary": (lambda raw: bytes(range(256)), "is not UTF-8 text"),
    "binary that is UTF-8": (lambda raw: b"\0\1\2" * 50, "is not text; save it as CSV in UTF-8"),
    "half a row": (lambda raw: raw[: raw.rindex(b",assumption")], "has .* cells, not 13; quote cells with commas"),
    "half a quoted cell": (lambda raw: raw[: raw.rindex(b'"')], "line [0-9]+: unexpected end of data; mend the quotes"),
    "a stray quote": (
        lambda raw: raw.replace(b'range: judgement"', b'range: "judgement"', 1),
        "line [0-9]+: .*mend the quo",
    ),
    "a row with a comma too many": (
        lambda raw: raw.replace(b"pension_share,,,", b"pension_share,,,,", 1),
        r"line [0-9]+: has 14 cells, not 13; quote",
    ),
}


@pytest.mark.parametrize(("spoil", "expected"), FILES.values(), ids=FILES)
def test_a_spoilt_file_is_one_line(folder, spoil, expected):
    path = folder / "cost.csv"
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(InputError, match=rf"^data/northx/cost\.csv.*{expected}") as error:
        hm.load(folder)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["documented", "contradictions", "plausibility", "actuals"])
def test_the_other_tables_of_a_case_are_read_as_strictly(folder, name):
    path = folder / f"{name}.csv"
    path.write_bytes(path.read_bytes().replace(b",", b";"))
    read = {
        "documented": documents.documented,
        "contradictions": documents.contradictions,
        "plausibility": documents.plausibility,
        "actuals": documents.actuals,
    }[name]
    with pytest.raises(InputError, match=rf"data/northx/{name}\.csv: is separated by semicolons"):
        read(folder)


def test_an_unreadable_file(folder):
    (folder / "cost.csv").unlink()
    (folder / "cost.csv").mkdir()
    with pytest.raises(InputError, match=r"data/northx/cost\.csv: cannot be read: Is a directory; check the file"):
        hm.load(folder)


def test_a_file_that_may_not_be_read(folder, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(InputError, match=r"northx/case\.toml: cannot be read: Permission denied; check the file"):
        hm.load(folder)


def test_a_file_that_is_gone_names_what_is_lacking(folder):
    (folder / "impact.csv").unlink()
    with pytest.raises(InputError) as error:
        hm.load(folder)
    lines = str(error.value).splitlines()
    assert all(re.fullmatch(r"northx/\w+\.csv: lacks '\w+' \[.+\]; add a row for it", line) for line in lines)
    assert sum("'deadweight'" in line for line in lines) == 1


FRAMES = {
    "a syntax error": (
        'currency = "SEK"',
        'currency = "SEK',
        r"not valid TOML: .*\(at line 5, column \d+\); mend that",
    ),
    "half-written": (
        '\n[documented]\ntotal_investment = "D004"',
        "\n[documen",
        r"not valid TOML: .*\(at line \d+, column \d+\)",
    ),
    "no title": ('title = "Innovation hub', 'titel = "Innovation hub', "lacks 'title'; add it"),
    "no calendar": ("[calendar]", "[kalender]", "lacks 'calendar'; add it"),
    "no first year": ("first = 2021", "frist = 2021", "lacks 'first'; add it"),
    "a year as a text": (
        "first = 2021",
        'first = "2021"',
        "first must be a whole calendar year, got '2021'; write for example 2025",
    ),
    "an end before the beginning": (
        "last = 2040",
        "last = 2020",
        "the calendar runs from 2021 to 2020; put first before",
    ),
    "a member as a text": (
        '"Matfors mRNA suite" = { site = "Matfors" }',
        '"Matfors mRNA suite" = "Matfors"',
        "is not laid out as a case",
    ),
    "a membership that points nowhere": (
        '"mRNA" = { suite = "Matfors mRNA suite"',
        '"mRNA" = { suite = "Matfors RNA suite"',
        "suite of 'mRNA' points to 'Matfors RNA suite', which is no member; mend it",
    ),
    "a role without list": (
        '"Stockholm unit" = { site = "Stockholm" }',
        '"Stockholm unit" = { town = "Stockholm" }',
        "the members of asset name different parents; give each the same roles",
    ),
    "a list of roles without list": (
        '[lists.grant]\n"hub grant" = {}',
        '[lists.grant]\n"hub grant" = { giver = "state" }',
        "the role 'giver' ends with no list; known lists: site, suite",
    ),
    "a member without parent": (
        '"Stockholm unit" = { site = "Stockholm" }',
        '"Stockholm unit" = {}',
        "name different parents; give each the same",
    ),
    "a name in two lists": (
        '"bank loan" = {}',
        '"hub grant" = {}',
        "'hub grant' is in grant and in loan; member names must be unique",
    ),
    "a member twice in its list": (
        '"Stockholm" = {}',
        '"Matfors" = {}',
        r"not valid TOML: .*\(at line \d+, column \d+\)",
    ),
    "a name that Excel takes for a pattern": (
        '"bank loan" = {}',
        '"bank*" = {}',
        "'bank\\*' must not begin with < > = or",
    ),
    "a module that does not exist": ('"figures"]', '"figurs"]', "no line module 'figurs'; did you mean 'figures'"),
    "a lever that does not exist": (
        '"grant_factor"]',
        '"grant_facter"]',
        "no input for the lever 'grant_facter'; did you mean 'grant_factor'",
    ),
    "a counterfactual that does not exist": (
        'counterfactual = "no hub"',
        'counterfactual = "none"',
        "counterfactual 'none' is no scenario; name one, or 'no hu",
    ),
    "a version that is not known yet": (
        "schema_version = 2",
        "schema_version = 3",
        r"northx/case\.toml: schema_version 3 is newer than 2, which this hubmodel reads; update hubmodel",
    ),
    "a version of old": (
        "schema_version = 2\n",
        "",
        r"schema_version 0 is older than 2, which this hubmodel reads; run hubmodel upgrade .*northx",
    ),
    "a version that is none": (
        "schema_version = 2",
        'schema_version = "one"',
        "schema_version must be a whole number, got 'one'; write 2",
    ),
    "another currency": (
        'currency = "SEK"',
        'currency = "EUR"',
        r"northx/case\.toml: currency must be SEK, got 'EUR'; convert the amounts, every label says SEK",
    ),
    "a currency that is none": (
        'currency = "SEK"',
        'currency = "kronor"',
        "currency must be a code of three capital letters, got 'kronor'; write SEK",
    ),
    "a list that lines need as a child": (
        '[lists.course]\n"one-day seminar" = { site = "Matfors" }\n"hands-on course" = { site = "Matfors" }\n',
        "",
        r"northx/case\.toml: lacks the list 'course', which the line 'courses_held' needs; add \[lists\.course\]",
    ),
    "a list that lines need as a parent": (
        "[lists.suite]",
        "[lists.room]",
        r"northx/case\.toml: lacks the list 'suite', which the line '\w+' needs; add \[lists\.suite\]",
    ),
    "a list that the loader crosses with years": (
        "[lists.depreciation_year]",
        "[lists.depreciation_years]",
        "lacks the list 'depreciation_year', which the line 'table_written_off' needs",
    ),
    "a parent that lines need": (
        '"Matfors" }\n"hands-on course" = { site = "Matfors" }',
        '"Matfors", suite = "Matfors mRNA suite" }\n"hands-on course" = { suite = "Matfors mRNA suite" }',
        "the members of course name different parents",
    ),
}


@pytest.mark.parametrize(("old", "new", "expected"), FRAMES.values(), ids=FRAMES)
def test_a_wrong_frame_is_one_line(folder, old, new, expected):
    edit(folder / "case.toml", old, new)
    with pytest.raises(HubmodelError, match=expected) as error:
        hm.load(folder)
    assert "\n" not in str(error.value)


def test_a_list_whose_rows_are_left_names_row_and_line(folder):
    edit(folder / "case.toml", '[lists.loan]\n"bank loan" = {}\n', "")
    with pytest.raises(InputError) as error:
        hm.load(folder)
    lines = str(error.value).splitlines()
    assert len(lines) == 5  # amount, date, rate, term, annuity
    assert "funding.csv line" in lines[0]
    assert "no member 'bank loan'" in lines[0]
    assert ", taken by the line 'loan_drawn': " in lines[0]


def test_a_row_of_each_member_of_no_list(folder):
    edit(folder / "cost.csv", "existing_assets_charge,each site", "existing_assets_charge,each place")
    with pytest.raises(InputError, match=", taken by the line 'opportunity_cost': no list 'place'"):
        hm.load(folder)


def test_members_that_name_no_parent(folder):
    for member in ("one-day seminar", "hands-on course"):
        edit(folder / "case.toml", f'"{member}" = {{ site = "Matfors" }}', f'"{member}" = {{}}')
    with pytest.raises(InputError, match="members of course name no site, which the line 'courses_held' needs; add it"):
        hm.load(folder)


def test_a_frame_that_is_not_utf_8(folder):
    path = folder / "case.toml"
    path.write_bytes(path.read_bytes().replace(b"Innovation hub for", "Innovationsnav för".encode("latin-1")))
    with pytest.raises(InputError, match=r"northx/case\.toml: not valid TOML: 'utf-8' codec can't decode"):
        hm.load(folder)


AFTERWARDS = {
    "a band without number": (
        "plausibility.csv",
        "SEK,120,280",
        "SEK,some,280",
        "plausibility.csv line 2: low must be a number, got 'some'",
    ),
    "a band of no line": (
        "plausibility.csv",
        "revenue_at_maturity,",
        "revenue_at_maturty,",
        "did you mean 'revenue_at_maturity'",
    ),
    "a total of no fact": (
        "case.toml",
        'grant_total = "D006"',
        'grant_total = "D999"',
        "grant_total = 'D999' must name a fact",
    ),
    "a fact without number": (
        "documented.csv",
        "D004,111.4,",
        "D004,most,",
        "total_investment = 'D004' must name a fact of documented.csv",
    ),
    "a total of no line": (
        "case.toml",
        'grant_total = "D006"',
        'grant_totl = "D006"',
        "no line or assumption 'grant_totl'; did you mean 'grant_total'",
    ),
    "an outturn without number": (
        "actuals.csv",
        "line,period,value,unit,source,note",
        "line,period,value,unit,source,note\nrevenue,2024,?,MSEK,,",
        "actuals.csv line 2: value must be a number, got '\\?'",
    ),
    "an outturn of no period": (
        "actuals.csv",
        "line,period,value,unit,source,note",
        "line,period,value,unit,source,note\nrevenue,2054,9,MSEK,,",
        "actuals.csv: revenue '2054' must be one of 2021 to 2040",
    ),
    "an outturn of no line": (
        "actuals.csv",
        "line,period,value,unit,source,note",
        "line,period,value,unit,source,note\nrevenu,2024,9,MSEK,,",
        "no line or assumption 'revenu'; did you mean 'revenue'",
    ),
}


@pytest.mark.parametrize(("file", "old", "new", "expected"), AFTERWARDS.values(), ids=AFTERWARDS)
def test_what_is_only_read_when_run_is_one_line_too(folder, command, file, old, new, expected):
    edit(folder / file, old, new)
    code, out, err = command("run", folder)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert re.search(expected, err)


# Errors of the command line, mostly before a case is loaded.
WORDS = {
    "an unknown case": (["run", "nortx"], "no case 'nortx'; did you mean 'northx'?"),
    "a folder that is no case": (["run", "/tmp"], "no case '/tmp'; known: ccrm-nordic, northx, template"),
    "an unknown scenario": (
        ["run", "--scenario", "without-grnt"],
        "no scenario 'without-grnt'; did you mean 'without-gra",
    ),
    "a scenario file that is not there": (
        ["run", "--scenario", "my.toml"],
        "my.toml: there is no such file; give the path",
    ),
    "an unknown key": (
        ["run", "--set", "comercial_margin=0.3"],
        "no input 'comercial_margin'; did you mean 'commercial_ma",
    ),
    "an unknown row": (
        ["run", "--set", "enquiries_per_year[mNRA]=9"],
        "no row of enquiries_per_year 'mNRA'; did you mean 'mRNA'?",
    ),
    "an unknown option": (["run", "--set", "view=tody"], "no option of view 'tody'; did you mean 'today'?"),
    "no value": (["run", "--set", "commercial_margin"], "--set 'commercial_margin' must be key=value, such as"),
    "a share of 35": (
        ["run", "--set", "commercial_margin=35"],
        "commercial_margin: '35' is more than the whole; write 35 %",
    ),
    "a negative price": (
        ["run", "--set", "innovation_hourly_rate=-5"],
        "innovation_hourly_rate must not be negative, got -5 SEK/hour; give",
    ),
    "a number in two ways": (
        ["run", "--set", "innovation_hourly_rate=1,250"],
        "innovation_hourly_rate: '1,250' may be 1250 or 1.250; write",
    ),
    "nan": (
        ["run", "--set", "commercial_margin=nan"],
        "commercial_margin: 'nan' is not a number; write for example 35 %",
    ),
    "infinity": (["run", "--set", "volume_factor=inf"], "volume_factor: 'inf' is not a number; write for example"),
    "a date outside the calendar": (
        ["run", "--set", "decision_date=2050-01-01"],
        "decision_date: 2050-01-01 lies outside the calendar 2021 to 2040",
    ),
    "a date outside any calendar": (
        ["run", "--set", "decision_date=2023-02-30"],
        "decision_date: '2023-02-30' is no day",
    ),
    "an unknown table": (["table", "incme"], "no table 'incme'; did you mean 'income'?"),
    "an unknown line": (["explain", "revenu"], "no line or assumption 'revenu'; did you mean 'revenue'"),
    "an unknown member": (
        ["explain", "asset_cost", "--at", "Stokholm unit"],
        "no row of asset_cost 'Stokholm unit'; did you mean 'Stockholm",
    ),
    "an unknown period": (["explain", "revenue", "--at", "2050-01"], "no period '2050-01'; did you mean"),
    "a finer table than the run": (
        ["table", "income", "--set", "period=year", "--by", "month"],
        "by must be year in a run by year, got 'month'",
    ),
    "an unknown format": (["run", "--format", "xml"], "no format 'xml'; known: csv, json, table"),
    "an unknown language": (["run", "--language", "fr"], "no language 'fr'; known: en, sv"),
    "an unknown option of the command": (["run", "--bogus"], "No such option: --bogus"),
    "an unknown command": (["frobnicate"], "No such command 'frobnicate'"),
    "a word too many": (["table", "northx", "income", "balance"], "words after the case must be 1, got 2; see --help"),
    "a word too few": (["table"], "words after the case must be 1, got 0; see --help"),
    "a depth that is no number": (["explain", "revenue", "--depth", "deep"], "Invalid value for '--depth': "),
    "nothing to solve by": (["solve", "net_present_value=0"], "--by is missing; name the input to change"),
    "an unknown figure": (
        ["solve", "net_presnt_value=0", "--by", "commercial_margin"],
        "no figure to solve for 'net_presnt_value'; did you",
    ),
    "an unknown page": (["dashboard", "--page", "overvew", "--no-open"], "no page 'overvew'; did you mean 'overview'?"),
    "no folder of texts": (["sources", "--verify", "nowhere"], "nowhere: is no folder; name the one that holds the"),
}


@pytest.mark.parametrize(("arguments", "expected"), WORDS.values(), ids=WORDS)
def test_wrong_use_is_one_line_and_status_2(command, tmp_path, monkeypatch, arguments, expected):
    monkeypatch.chdir(tmp_path)
    code, out, err = command(*arguments)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert expected in err
    if "--language" not in arguments and arguments[0] != "dashboard":
        assert english_words(command(*arguments, "--language", "sv")[2]) == []
    assert list(tmp_path.iterdir()) == []  # nothing is left behind


@pytest.mark.parametrize("asked", [("--language", "sv"), ("--language=sv",)])
def test_wrong_use_is_answered_in_the_language_asked_for(command, asked):
    assert command("run", *asked, "--scenario", "witout-grant")[::2] == (
        2,
        "scenario 'witout-grant' finns inte; menade du 'without-grant'?\n",
    )
    assert command("run", "--bogus", *asked)[::2] == (2, "Flaggan finns inte: --bogus\n")
    assert command("table", *asked)[::2] == (2, "antalet ord efter fallet måste vara 1, inte 0; se --help\n")


def test_wrong_use_without_a_known_language_is_answered_in_english(command):
    assert command("run", "--language", "fr")[::2] == (2, "no language 'fr'; known: en, sv\n")
    assert command("run", "--scenario", "x.toml", "--language")[2] == "Option '--language' requires an argument.\n"


def test_bad_rows_on_the_command_line_are_a_line_each(folder, command):
    cells(folder / "pricing.csv", "commercial_margin", value="35")
    cells(folder / "cost.csv", "pension_share", value="much")
    code, out, err = command("run", folder)
    assert (code, out, len(err.splitlines())) == (2, "", 2)
    assert "Traceback" not in err


SCENARIOS = {
    "a syntax error": ('title = "x\n', r"mine\.toml: not valid TOML: .*\(at line 1, column 11\); mend that place"),
    "half-written": (
        'title = "x"\n[set]\n"tax_rate" = { value = 0.2,',
        r"not valid TOML: .*\(at end of document\); mend that place",
    ),
    "no reason": (
        "[set]\ntax_rate = { value = 0.2 }",
        r'mine\.toml: tax_rate needs \{ value = …, reason = "…" \}; say',
    ),
    "no value": ('[set]\ntax_rate = { reason = "law" }', r"mine\.toml: tax_rate needs \{ value = …, reason"),
    "a bare value": ("[set]\ntax_rate = 0.2", r"mine\.toml: tax_rate needs \{ value = …, reason"),
    "no table": ("set = 3", r"mine\.toml: set must be a table of changes, got 3; write \[set\] above them"),
    "an unknown key": (
        '[set]\ntax_rat = { value = 0.2, reason = "law" }',
        r"mine\.toml: no input 'tax_rat'; did you mean 'tax_rate'",
    ),
    "an unknown row": (
        '[set]\n"asset_cost[Stokholm unit]" = { value = 1, reason = "x" }',
        "did you mean 'Stockholm unit'",
    ),
    "a share of 35": (
        '[set]\ntax_rate = { value = 35, reason = "x" }',
        r"mine\.toml: tax_rate must be a share between 0 and 1, got 35",
    ),
    "a number in two ways": (
        '[set]\nvolume_factor = { value = "1,250", reason = "x" }',
        r"mine\.toml: volume_factor: '1,250' may be 1250",
    ),
    "nan": (
        '[set]\nvolume_factor = { value = nan, reason = "x" }',
        r"mine\.toml: volume_factor must be a finite number",
    ),
    "infinity": (
        '[set]\nvolume_factor = { value = -inf, reason = "x" }',
        r"mine\.toml: volume_factor must be a finite",
    ),
    "a list": (
        '[set]\nvolume_factor = { value = [1, 2], reason = "x" }',
        r"mine\.toml: volume_factor value.*got \[1, 2\]",
    ),
    "an unknown option": (
        '[set]\nview = { value = "tody", reason = "x" }',
        r"mine\.toml: no option of view 'tody'; did you",
    ),
    "empty binary": ("\0\0", r"mine\.toml: not valid TOML"),
}


@pytest.mark.parametrize(("text", "expected"), SCENARIOS.values(), ids=SCENARIOS)
def test_a_bad_scenario_is_one_line(tmp_path, command, text, expected):
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    code, out, err = command("run", "--scenario", path)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert re.search(expected, err)


def test_a_scenario_that_is_a_folder(tmp_path):
    (tmp_path / "mine.toml").mkdir()
    with pytest.raises(InputError, match=r"mine\.toml: cannot be read: Is a directory; check the file"):
        hm.load("northx", str(tmp_path / "mine.toml"))


def test_an_unknown_case_in_python():
    with pytest.raises(UnknownName, match="no case 'nortx'; did you mean 'northx'"):
        hm.load("nortx")


def test_nothing_is_half_written(tmp_path, monkeypatch):
    path = tmp_path / "mine.toml"
    path.write_text('title = "as it was"\n', encoding="utf-8")

    def full(self, _):
        self.write_text('title = "ha', encoding="utf-8")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(InputError, match=r"mine\.toml: cannot be written: No space left"):
        hm.write_scenario(hm.load("northx").with_({"tax_rate": 0.3}), path)
    assert tomllib.loads(path.read_text(encoding="utf-8")) == {"title": "as it was"}
    assert [file.name for file in tmp_path.iterdir()] == ["mine.toml"]


@pytest.fixture
def without_capital(folder):
    edit(folder / "case.toml", '"capital", ', "")
    return folder


def test_a_module_that_is_not_loaded_is_named_once(without_capital):
    with pytest.raises(InputError, match=r"of lines/capital\.py; add 'capital' to modules") as error:
        hm.load(without_capital)
    assert str(error.value).count("to modules") == 1
    assert "tax_rate" not in str(error.value)  # its row stands in capital.csv, which is read again with the module


def test_an_input_of_a_module_that_is_not_loaded_names_the_module(without_capital):
    with (without_capital / "cost.csv").open("a", encoding="utf-8") as file:
        file.write("component_life,each component,,10,year,,,,,,,assumption,a guess\n")
    expected = (
        r"cost\.csv line \d+: no line of the case takes 'component_life', but lines/capital\.py does; add 'capital'"
    )
    with pytest.raises(InputError, match=expected):
        hm.load(without_capital)


def test_a_lever_of_a_module_that_is_not_loaded_names_the_module():
    case = replace(hm.load("northx"), modules=("calendar",), levers=("deadweight",), rows=())
    cure = "no line of the case takes 'deadweight', but lines/impact.py does; add 'impact' to modules"
    assert f"northx/case.toml: {cure}" in list(problems_of(case, ()))


def test_a_row_in_a_file_that_is_not_read_names_the_module(folder):
    edit(folder / "case.toml", ', "impact", "figures"', "")
    rows = (folder / "cost.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    moved = [row for row in rows if row.startswith("fixed_posts,")]
    (folder / "cost.csv").write_text("".join(row for row in rows if row not in moved), encoding="utf-8")
    with (folder / "impact.csv").open("a", encoding="utf-8") as file:
        file.writelines(moved)
    expected = r"needs 'fixed_posts', whose rows stand in impact\.csv; add 'impact' to modules"
    with pytest.raises(InputError, match=expected):
        hm.load(folder)


@pytest.mark.parametrize("content", ['[lists.room]\n"cold room" = {}\n', "[lists.room]\n"])
def test_a_list_that_nothing_uses_is_refused(folder, content):
    edit(folder / "case.toml", "[lists.loan]", content + "[lists.loan]")
    expected = r"northx/case\.toml: no row, role or line uses the list 'room'; drop it, or mend its name"
    with pytest.raises(InputError, match=expected) as error:
        hm.load(folder)
    assert "\n" not in str(error.value)


def test_a_list_that_only_a_role_uses_is_kept(folder):
    edit(folder / "case.toml", "[lists.loan]", '[lists.owner]\n"state" = {}\n[lists.loan]')
    edit(folder / "case.toml", '[lists.grant]\n"hub grant" = {}', '[lists.grant]\n"hub grant" = { owner = "state" }')
    assert hm.load(folder).lists["owner"] == ("state",)


def test_a_thousand_bad_rows_are_read_in_both_languages(folder):
    path = folder / "cost.csv"
    path.write_text(path.read_text(encoding="utf-8") + "x,,,1,SEK,,,,,,,guess,\n" * 1000, encoding="utf-8")
    with pytest.raises(InputError) as error:
        hm.load(folder)
    assert str(error.value).count("\n") == translate(error.value.message, "sv").count("\n") == 999
