"""Limits of inputs, the same in rows, --set, scenarios, Python and quotes."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import hubmodel as hm
from hubmodel import cli
from hubmodel.case.facility import AMOUNTS
from hubmodel.case.limits import bounds_of, notes_of
from hubmodel.case.reading import COLUMNS, case_names, data_folder
from hubmodel.case.scenario import apply_scenario, apply_toml, scenario_names
from hubmodel.cli import console
from hubmodel.errors import HubmodelError, InputError, UnknownName

CASE = hm.load("northx")
ROOT = Path(hm.__file__).parents[1]


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(data_folder() / "northx", tmp_path / "northx"))


def row_of(folder, file, key, **changed):
    """Change cells of the first row of a key, and blank its range if the value changes."""
    path = folder / f"{file}.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    at = next(at for at, line in enumerate(lines) if line.startswith(f"{key},"))
    cells = lines[at].split(",", 12)
    for name, value in {"low": "", "high": "", "spread": "", **changed}.items():
        cells[COLUMNS.index(name)] = value
    lines[at] = ",".join(cells)
    path.write_text("".join(lines), encoding="utf-8")
    return at + 1


def scenario(key, value):
    return {"set": {key: {"value": value, "reason": "to see what is refused"}}}


# ---- bounds belong to the key ----

BEYOND = {
    "a share above the whole": ("tax_rate", 2.06, "must be a share between 0 and 1, got 2.06"),
    "a rate that takes all": ("discount_rate", -1, "must be above -1, got -1; give a larger number"),
    "a move that takes all": ("exchange_rate_change", -2, "must be above -1, got -2; give a larger number"),
    "a divisor of nothing": ("hours_paid", 0, "must be above 0 hour/post/year, got 0 hour/post/year"),
    "a price level of nothing": ("consumer_price_index", 0, "must be above 0, got 0; give a larger number"),
    "more days than a year has": ("operating_days", 400, "must be 366 suite-day/year at most, got 400 suite-day/year"),
    "a factor below nothing": ("grant_factor", -0.5, "must not be negative, got -0.5 ratio"),
    "a flag of two": ("gmp", 2, "must be a share between 0 and 1, got 2"),
}


@pytest.mark.parametrize(("key", "value", "expected"), BEYOND.values(), ids=BEYOND)
def test_a_value_beyond_its_key_is_refused_at_every_door(key, value, expected):
    for go in (
        lambda: CASE.with_({key: value}),
        lambda: apply_toml(CASE, scenario(key, value), "mine.toml"),
        lambda: CASE.with_({key: str(value)}),
    ):
        with pytest.raises(HubmodelError, match=re.escape(key)) as refused:
            go()
        assert re.search(expected, str(refused.value)) or "is more than the whole" in str(refused.value)


@pytest.mark.parametrize(
    ("file", "key", "value", "unit", "expected"),
    [
        ("capital", "tax_rate", "206", "%", "tax_rate must be a share between 0 and 1, got 206 %; give 100 % at most"),
        ("finance", "deposit_share", "3.5", "ratio", "deposit_share must be a share between 0 and 1, got 3.5"),
        ("finance", "discount_rate", "-100", "%/year", "discount_rate must be above -100 %/year, got -100 %/year"),
        ("capacity", "operating_days", "1.2", "suite-day/day", "operating_days must be 1.0027.* suite-day/day at most"),
    ],
)
def test_no_other_unit_gets_round_a_bound(folder, file, key, value, unit, expected):
    line = row_of(folder, file, key, value=value, unit=unit)
    with pytest.raises(InputError, match=f"northx/{file}.csv line {line}: {expected}"):
        hm.load(folder)


@pytest.mark.parametrize("typed", ["206 %", "206%", "206 procent"])
def test_a_share_typed_in_per_cent_is_cured_by_its_bounds(typed):
    expected = "tax_rate must be a share between 0 and 1, got 206 %; give 100 % at most"
    for change in (lambda: CASE.with_({"tax_rate": typed}), lambda: apply_toml(CASE, scenario("tax_rate", typed), "")):
        with pytest.raises(InputError, match=expected):
            change()


def test_a_share_written_in_per_cent_is_as_good_as_any(folder):
    row_of(folder, "capital", "tax_rate", value="20.6", unit="%")
    assert hm.load(folder).inputs["tax_rate"][0, 0] == pytest.approx(CASE.inputs["tax_rate"][0, 0], rel=1e-15)


def test_bounds_are_told_in_the_unit_of_the_engine():
    # 1 January 2021 to 31 December 2040; a day of a leap year more than 365
    assert bounds_of(CASE, "tax_rate") == (0, 1)
    assert bounds_of(CASE, "decision_date") == (2021, 2041)
    assert bounds_of(CASE, "operating_days") == (0, 366)
    assert bounds_of(CASE, "innovation_hourly_rate") == (0, float("inf"))
    with pytest.raises(UnknownName, match="no input 'tax_rat'; did you mean 'tax_rate'"):
        bounds_of(CASE, "tax_rat")


def test_a_mark_up_may_be_more_than_the_whole():
    assert CASE.with_({"short_notice_premium": 1.5}).by_key["short_notice_premium"][0].value == 1.5


# ---- sums ----


def test_deposit_and_milestone_are_no_more_than_the_price():
    # 0.8 + 0.8 = 1.6 of the price
    with pytest.raises(InputError, match="deposit_share and milestone_share are more than the whole price together"):
        CASE.with_({"deposit_share": 0.8, "milestone_share": 0.8})
    assert CASE.with_({"deposit_share": 0.8, "milestone_share": 0.2}).by_key["deposit_share"][0].value == 0.8


def test_they_are_no_more_than_the_price_in_the_rows_either(folder):
    row_of(folder, "finance", "deposit_share", value="90", unit="%")  # and 0.2 at the milestone
    with pytest.raises(InputError, match=r"northx/finance.csv line \d+: deposit_share and milestone_share are more"):
        hm.load(folder)


def test_a_quote_and_its_case_are_no_more_than_the_price_together():
    # 0.9 of the quote and 0.2 of the case
    quote = hm.Quote("Pilot", "mRNA", "2027-01", "2027-07", batches=1, batches_per_month=1, deposit_share=0.9)
    with pytest.raises(InputError, match="the quote 'Pilot' does not hold: deposit_share and milestone_share are more"):
        hm.price_quote(hm.run(CASE, solved=False), quote)


# ---- no booleans as numbers ----


@pytest.mark.parametrize("value", [True, False])
def test_yes_and_no_are_no_numbers(value):
    with pytest.raises(InputError, match=f"commercial_margin must be a number, got {value}; write 1 for yes"):
        CASE.with_({"commercial_margin": value})
    with pytest.raises(InputError, match=f"mine.toml: commercial_margin must be a number, got {value}"):
        apply_toml(CASE, scenario("commercial_margin", value), "mine.toml")


# ---- unknown names ----

UNKNOWN = {
    "another table": ({"Set": {}}, "mine.toml: no key of a scenario 'Set'; did you mean 'set'"),
    "a table misspelt": ({"sett": {}}, "no key of a scenario 'sett'; did you mean 'set'"),
    "quotes": ({"quotes": []}, "no key of a scenario 'quotes'; did you mean 'quote'"),
    "a change at the top": ({"commercial_margin": 0.3}, "commercial_margin stands above the changes; write it below"),
    "from": (
        {"set": {"tax_rate": {"value": 0.2, "reason": "x", "from": "2030"}}},
        "mine.toml: tax_rate: no key of a change 'from'; known: reason, value",
    ),
    "a unit": (
        {"set": {"tax_rate": {"value": 20, "reason": "x", "unit": "%"}}},
        "tax_rate: no key of a change 'unit'",
    ),
}


@pytest.mark.parametrize(("content", "expected"), UNKNOWN.values(), ids=UNKNOWN)
def test_a_name_that_a_scenario_does_not_know_is_refused(content, expected):
    with pytest.raises(HubmodelError, match=re.escape(expected)):
        apply_toml(CASE, content, "mine.toml")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("[calendar]\n", "[calendar]\nfirst_month = 7\n", "[calendar]: no key of a case 'first_month'"),
        ("counterfactual =", "counterfactal =", "no key of a case 'counterfactal'; did you mean 'counterfactual'"),
        ("levers =", "levrs =", "no key of a case 'levrs'; did you mean 'levers'"),
        ("price_year = 2024", "price_year = true", "price_year must be a whole calendar year, got True"),
        ('"Stockholm" = {}', '" Stockholm" = {}', "' Stockholm' begins or ends with a blank; leave the blank out"),
        ('"hub grant" = {}', '"hub grant" = {}\n"Hub  Grant" = {}', "'hub grant' and 'Hub  Grant' differ in case or"),
        ('"bank loan" = {}', '"HUB GRANT" = {}', "'hub grant' and 'HUB GRANT' differ in case or blanks only"),
    ],
)
def test_a_name_that_a_case_does_not_know_is_refused(folder, old, new, expected):
    path = folder / "case.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(HubmodelError, match=re.escape(expected)):
        hm.load(folder)


def test_a_letter_is_found_however_it_is_typed(folder):
    composed, apart = "Plåtform", "Pla\u030atform"
    for path in (folder / "case.toml", *folder.glob("*.csv")):
        text = path.read_text(encoding="utf-8").replace('"mRNA"', f'"{apart}"').replace(",mRNA,", f",{apart},")
        path.write_text(text, encoding="utf-8")
    (folder / "handovers.csv").unlink(missing_ok=True)
    case = hm.load(folder)
    assert composed in case.lists["platform"]
    changed = [case.with_({f"enquiries_per_year[{name}]": 9}) for name in (composed, apart)]
    assert changed[0].inputs_hash == changed[1].inputs_hash != case.inputs_hash


# ---- one value for the whole calendar ----


@pytest.mark.parametrize(
    ("file", "key"),
    [
        ("capital", "component_life"),
        ("calendar", "planned_opening"),
        ("capital", "asset_cost"),
        ("finance", "discount_rate"),
        ("calendar", "price_inflation"),
        ("calendar", "decision_date"),
        ("funding", "aid_ceiling"),
        ("calendar", "wage_inflation"),
    ],
)
def test_what_has_one_value_takes_no_period(folder, file, key):
    line = row_of(folder, file, key, period="2029")
    expected = f"{file}.csv line {line}: {key} has one value for the whole calendar, got one for 2029; leave the period"
    with pytest.raises(InputError, match=expected):
        hm.load(folder)


def levels(case):
    model = case.model
    known = (key for key in case.by_key if key in model.limits and not model.limits[key].once)
    return [key for key in known if model.units[key] not in AMOUNTS and not any(r.period for r in case.by_key[key])]


def test_a_level_that_may_have_periods_is_the_same_when_its_rows_say_the_same_twice():
    # a level holds from its date on, so that the same value again from 2029 changes nothing
    from dataclasses import replace

    case = CASE.with_({"period": "year"})
    value = hm.evaluate(case)["net_present_value"]
    again = {key: [row.model_copy(update={"period": "2029"}) for row in case.by_key[key]] for key in levels(case)}
    rows = (*case.rows, *(row for rows in again.values() for row in rows))
    dated = replace(case, rows=rows, base=None)
    assert hm.run(dated, solved=False)["net_present_value"] == pytest.approx(value, rel=1e-9)


# ---- possible but unlikely values ----


@pytest.mark.parametrize("name", case_names())
def test_nothing_is_noted_of_a_case_as_it_is(name):
    assert notes_of(hm.load(name)) == ()


def test_only_scenarios_that_leave_a_range_on_purpose_are_noted():
    noted = [(name, chosen) for name in case_names() for chosen in scenario_names(hm.load(name))
             if notes_of(hm.load(name, chosen))]  # fmt: skip
    assert noted == [("ccrm-nordic", "half-demand"), ("northx", "no-progression")]


def test_a_value_outside_its_range_is_noted_with_the_range():
    plain = [note.replace("\u00a0", " ") for note in CASE.with_({"discount_rate": 1, "deposit_lead": "9 year"}).notes]
    # 9 years are 108 months
    assert plain == [
        "discount_rate is 100 %/year, outside its range 8 %/year to 14 %/year",
        "deposit_lead is 108 months, outside its range 3 months to 12 months",
    ]
    assert notes_of(apply_scenario(CASE, "no-progression"), "sv")[0].startswith("phase_progression är 0, utanför sitt")


# ---- the command line ----


def run(*arguments, out=subprocess.PIPE, **environment):
    given = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    command = [sys.executable, "-m", "hubmodel", *arguments]
    return subprocess.run(command, stdout=out, stderr=subprocess.PIPE, env=given, timeout=120)


def test_a_console_that_lacks_a_sign_gets_a_plainer_one():
    done = run("table", "capital", "--language", "sv", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, b"")
    done = run("run", PYTHONIOENCODING="cp1252")
    assert (done.returncode, done.stderr) == (0, b"")
    assert "The grant turns -27 into" in done.stdout.decode("cp1252").replace("\u00a0", " ")


@pytest.mark.parametrize(("sign", "plain"), [("\u2212", "-"), ("å", "a"), ("…", "..."), ("\u00a0", " "), ("∑", "?")])
def test_plainer_signs(sign, plain):
    assert console.plainer(UnicodeEncodeError("ascii", sign, 0, 1, "no such sign")) == (plain, 1)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_one_line():
    with Path("/dev/full").open("wb") as full:
        done = run("table", "capital", out=full)
    assert done.returncode == console.UNWRITTEN
    assert done.stderr.decode().startswith("the result cannot be written: ")
    assert done.stderr.count(b"\n") == 1


@pytest.fixture
def broken(monkeypatch, capsys):
    def go(error, *arguments):
        def fail(*_, **__):
            raise error

        monkeypatch.setattr(cli, "app", fail)
        monkeypatch.setattr("sys.argv", ["hubmodel", *arguments])
        with pytest.raises(SystemExit) as left:
            cli.main()
        return left.value.code, capsys.readouterr().err

    return go


def test_what_nobody_foresaw_is_one_line_with_a_status_of_its_own(broken, monkeypatch):
    code, shown = broken(ZeroDivisionError("float division\nby zero"))
    assert code == 70
    assert re.fullmatch(
        r"unforeseen error in \w+\.py line \d+: ZeroDivisionError: float division by zero; set .*\n", shown
    )
    monkeypatch.setenv("HUBMODEL_DEBUG", "1")
    assert "Traceback (most recent call last)" in broken(ZeroDivisionError("by zero"))[1]


def test_an_interrupt_and_a_missing_package_are_told(broken):
    assert broken(KeyboardInterrupt()) == (130, "interrupted\n")
    missing = ModuleNotFoundError("No module named 'voila'", name="voila.app")
    wanted = "this needs the package voila, which is not here; install hubmodel[dashboard]\n"
    assert broken(missing) == (2, wanted)
    assert broken(missing, "--language", "sv")[1].startswith("detta kräver paketet voila")


def test_a_figure_that_never_moves_has_one_bin_and_no_shares():
    drawn = hm.simulate(CASE, 64, figures=("total_investment",))
    edges, shares = drawn.histogram("total_investment")
    assert sum(shares) == 1
    assert edges[0] <= 111.4e6 <= edges[-1]  # MSEK invested, in every draw
    assert sum(hm.simulate(CASE, 1).histogram()[1]) == 1
    with pytest.raises(InputError, match="grant_total is the same in every draw, so no input moves it"):
        hm.sobol(CASE, "grant_total", draws=64)
