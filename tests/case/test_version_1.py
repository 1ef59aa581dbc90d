"""Files of version 0.1 in every command: refused with the cure before the upgrade, the same figures after it."""

import csv
import io
import json
import shutil
import zipfile
from pathlib import Path

import office
import pytest

import hubmodel as hm
from hubmodel import cli
from hubmodel.case.upgrade import upgrade
from hubmodel.cli.options import app
from hubmodel.lines import RENAMED
from hubmodel.output.bundle.archive import MANIFEST, pack, unpack
from hubmodel.study.figures import drawable

HERE = Path(__file__).parent / "version_1"
BUNDLE = HERE / "small-plant.zip"
CASE = "small-plant"
PRINTED = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (HERE / "printed").glob("*.json")}
RUNS = {"base-case": (), "fewer-projects": ("--scenario", "fewer-projects"), "offer": ("--scenario", "offer")}
OLD_NAMES = [name for name in RENAMED if name != "failed_batches_borne_by_hub"]  # which is a line of quotes
# Every command that reads a case, with arguments under which it is quick.
COMMANDS = {
    "bundle": (CASE, "--no-notebooks", "-o", "new.zip"),
    "check": (CASE,),
    "compare": (CASE, "fewer-projects", "--draws", "64"),
    "conventions": (CASE,),
    "dashboard": (CASE, "--no-open"),
    "discover": (CASE, "--draws", "512"),
    "excel": (CASE, "-o", "new.xlsx"),
    "explain": (CASE, "operating_cost_of_hub", "--at", "2030"),
    "import": (CASE, "small-plant.xlsx"),
    "new": ("copy", "--from", CASE),
    "portfolio": (CASE, "template"),
    "quote": (CASE, "--scenario", "offer"),
    "report": (CASE, "-o", "new.pdf"),
    "run": (CASE,),
    "simulate": (CASE, "--draws", "64"),
    "sobol": (CASE, "--draws", "64", "--inputs", "volume_factor"),
    "solve": (CASE, "net_present_value=0", "--by", "volume_factor"),
    "sources": (CASE,),
    "table": (CASE, "income"),
    "tornado": (CASE, "--figure", "surge_capacity_of_hub"),
}


@pytest.fixture
def command(capsys, monkeypatch):
    """Return a function that runs a command and returns its exit status and what it printed."""
    monkeypatch.setattr("hubmodel.dashboard.serve.serve", lambda *given: print("serves", given[0]))

    def call(*arguments):
        monkeypatch.setattr("sys.argv", ["hubmodel", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            cli.main()
        return left.value.code or 0, *capsys.readouterr()

    return call


@pytest.fixture
def json_of(command):
    """Return a function that runs a command and returns the JSON that it prints."""

    def call(*arguments):
        code, out, err = command(*arguments, "--format", "json")
        assert (code, err) == (0, "")
        return json.loads(out)

    return call


@pytest.fixture
def old(tmp_path, monkeypatch):
    """Make a copy of the files the working folder; return it."""
    shutil.copytree(HERE, tmp_path / "files")
    monkeypatch.chdir(tmp_path / "files")
    return tmp_path / "files"


@pytest.fixture
def upgraded(old, command):
    """Make a copy of the files the working folder, its case upgraded; return it."""
    assert command("upgrade", CASE)[0] == 0
    return old


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    """Load the upgraded case."""
    folder = tmp_path_factory.mktemp("version_1") / CASE
    shutil.copytree(HERE / CASE, folder)
    upgrade(folder)
    return hm.load(folder)


def near(value):
    """Return what equals a printed number to 1e-9 of itself; None, where a figure has no value, equals itself."""
    return value if value is None else pytest.approx(value, rel=1e-9)


def values_of(printed):
    """Return the value of each key figure that a run printed."""
    return {key: figure["value"] for key, figure in printed["key_figures"].items()}


def numbers(content, place=""):
    """Yield the numbers in JSON with their places."""
    if isinstance(content, dict | list):
        for key, part in content.items() if isinstance(content, dict) else enumerate(content):
            yield from numbers(part, f"{place}/{key}")
    elif isinstance(content, int | float):
        yield place, content


def test_every_command_is_tried():
    names = {entry.name or entry.callback.__name__ for entry in app.registered_commands}
    assert names == {*COMMANDS, "upgrade", "verify"}


class TestBeforeTheUpgrade:
    @pytest.mark.parametrize("name", COMMANDS)
    def test_a_command_refuses_in_one_line_with_the_cure(self, old, command, name):
        before = sorted(old.rglob("*"))
        line = (
            f"{CASE}/case.toml: schema_version 1 is older than 2, which this hubmodel reads; "
            f"run hubmodel upgrade {CASE}, which keeps the old folder too\n"
        )
        assert command(name, *COMMANDS[name]) == (2, "", line)
        assert sorted(old.rglob("*")) == before


class TestAfterTheUpgrade:
    @pytest.mark.parametrize("name", COMMANDS)
    def test_a_command_runs(self, upgraded, command, name):
        if name == "report":
            pytest.importorskip("typst")
        code, out, _ = command(name, *COMMANDS[name])
        assert (code, bool(out)) == (0, True)

    def test_what_changed_is_listed_and_the_old_folder_kept(self, old, command):
        code, out, _ = command("upgrade", CASE)
        renamed = "the line operating_cost_of_hub is now called total_operating_cost"
        assert (code, out.splitlines()) == (0, [
            "demand.csv: 16 rows of projects, from capacity.csv; their values are unchanged",
            *(f"{file}: {renamed}" for file in ("plausibility.csv", "actuals.csv", "case.toml")),
            f"version 1 is now 2; the old folder is {CASE}.version-1",
        ])  # fmt: skip
        for path in (HERE / CASE).rglob("*.*"):
            assert (old / f"{CASE}.version-1" / path.relative_to(HERE / CASE)).read_bytes() == path.read_bytes()

    @pytest.mark.parametrize("name", RUNS)
    def test_the_key_figures_are_those_that_0_1_printed(self, upgraded, json_of, name):
        before, now = PRINTED[name], json_of("run", CASE, *RUNS[name])
        assert values_of(now) == {key: near(value) for key, value in values_of(before).items()}
        assert now["conventions"].items() >= before["conventions"].items()
        assert now["notes"] == before["notes"]
        assert {check["name"]: check["ok"] for check in now["checks"]} == {
            check["name"].replace("operating_cost_of_hub", "total_operating_cost"): check["ok"]
            for check in before["checks"]
        }

    @pytest.mark.parametrize("name", RUNS)
    def test_the_odds_move_by_no_more_than_draws_may(self, upgraded, json_of, name):
        # the draws follow the order of the rows, and rows have moved: three standard errors of 2 048 plain draws
        before, now = (content["verdict"]["odds"] for content in (PRINTED[name], json_of("run", CASE, *RUNS[name])))
        share = before["share_below"]
        assert abs(now["share_below"] - share) < 3 * (share * (1 - share) / 2048) ** 0.5
        assert (now["draws"], now["seed"]) == (before["draws"], before["seed"])

    def test_the_quote_has_the_prices_that_0_1_printed(self, upgraded, json_of):
        before = {place.replace("_by_hub", "_by_facility"): value for place, value in numbers(PRINTED["quote"])}
        assert dict(numbers(json_of("quote", CASE, "--scenario", "offer"))) == pytest.approx(before, rel=1e-9)

    def test_a_scenario_file_of_0_1_applies(self, upgraded, json_of):
        outside = json_of("run", CASE, "--scenario", HERE / CASE / "scenarios" / "fewer-projects.toml", "--no-draws")
        before = PRINTED["fewer-projects"]["key_figures"]["net_present_value"]["value"]
        assert outside["key_figures"]["net_present_value"]["value"] == pytest.approx(before, rel=1e-9)


class TestWorkbook:
    def test_as_it_was_written_nothing_differs(self, upgraded, command, json_of):
        assert command("import", CASE, "small-plant.xlsx") == (0, "no differences\n", "")
        assert json_of("import", CASE, "small-plant.xlsx")["workbook_version"] == "0.1.0"

    def test_a_changed_input_is_read_wherever_its_row_stands_now(self, upgraded, json_of):
        names = {name: cell for (_, cell), name in office.values(Path("small-plant.xlsx"), "Inputs").items()
                 if cell[0] == "N"}  # fmt: skip
        # a row that has moved to demand.csv, and one that has not
        changed = {f"D{names['win_rate'][1:]}": 0.25, f"D{names['commercial_margin'][1:]}": 0.3}
        office.edited(Path("small-plant.xlsx"), Path("changed.xlsx"), changed)
        found = json_of("import", CASE, "changed.xlsx", "-o", "board.toml", "--reason", "the board's view")
        assert {row["name"]: (row["was"], row["now"]) for row in found["differences"]} == {
            "win_rate": (0.3, 0.25), "commercial_margin": (0.25, 0.3)
        }  # fmt: skip
        typed = json_of("run", CASE, "--no-draws", "--set", "win_rate=0.25", "--set", "commercial_margin=0.3")
        imported = json_of("run", CASE, "--no-draws", "--scenario", "board.toml")
        assert imported["key_figures"] == typed["key_figures"]


class TestOldNames:
    """Lines by their names of 0.1; no key figure and no input has another name now."""

    @pytest.mark.parametrize("name", OLD_NAMES)
    def test_explain(self, upgraded, json_of, name):
        by_old, by_new = (json_of("explain", CASE, line, "--depth", "1") for line in (name, RENAMED[name]))
        assert by_old == by_new
        assert by_old["explanation"]["name"] == RENAMED[name]

    def test_a_line_that_is_gone_is_refused_with_names_near_it(self, upgraded, command):
        code, out, err = command("explain", CASE, "training_revenue_of_hub")
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert err.startswith("no line or assumption 'training_revenue_of_hub'; did you mean 'training_revenue'")

    def test_tornado_and_solve(self, upgraded, json_of):
        by_old, by_new = (
            json_of("tornado", CASE, "--figure", line) for line in ("surge_capacity_of_hub", "total_surge_capacity")
        )
        assert by_old["inputs"] == by_new["inputs"]
        found = json_of("solve", CASE, "surge_capacity_of_hub=13000", "--by", "operating_days")
        assert found["figure"] == "total_surge_capacity"

    def test_every_figure_that_0_1_drew_is_drawn(self, case, upgraded, json_of):
        names = drawable(case, PRINTED["base-case"]["key_figures"])
        assert len(names) > 40
        found = json_of("simulate", CASE, "--draws", "16", "--figures", ",".join(names))
        assert list(found["figures"]) == list(names)

    def test_links_of_the_dashboard(self, case):
        pytest.importorskip("ipywidgets")
        from hubmodel.dashboard.app import Session
        from hubmodel.dashboard.state import Desk

        session = Session(Desk(case))
        for number, name in enumerate(OLD_NAMES, 1):
            session.ask.value = f"{number} follow {name}||2030"
            assert session.shell.drawer.trail[-1] == (RENAMED[name], "", "2030")
            assert "no line or assumption" not in session.shell.drawer.html.value
        session.ask.value = "99 open win_rate=0.25&version=0.1.0"
        assert {override.name: override.value for override in session.desk.case.overrides} == {"win_rate": 0.25}


class TestBundle:
    """A bundle of another version: its hashes and its totals are checked, nothing is computed again."""

    @pytest.fixture
    def changed(self, tmp_path):
        """Return a function that writes the bundle with some text of a file changed, resealed by default."""

        def write(file, before, after, seal=True):
            files = unpack(BUNDLE)
            assert before.encode() in files[file]
            files[file] = files[file].replace(before.encode(), after.encode(), 1)
            path = tmp_path / "changed.zip"
            if seal:
                path.write_bytes(pack({name: content for name, content in files.items() if name != MANIFEST}))
            else:
                with zipfile.ZipFile(path, "w") as out:
                    for name, content in files.items():
                        out.writestr(name, content)
            return path

        return write

    @staticmethod
    def cell(file, label, column):
        """Return a cell of the stored results as text."""
        rows = csv.DictReader(io.StringIO(unpack(BUNDLE)[file].decode(), newline=""))
        (row,) = [row for row in rows if next(iter(row.values())) == label]
        return row[column]

    def test_it_is_verified_and_says_which_version_wrote_it(self, command, monkeypatch):
        monkeypatch.setattr("hubmodel.output.bundle.verifying.run", lambda case: pytest.fail("computed again"))
        code, out, err = command("verify", BUNDLE)
        assert (code, err, out.count("\n")) == (0, "", 1)
        assert out.startswith("verified: 35 files, ")
        assert f"{CASE} · fewer-projects · 0.1.0 · 730d2ecbbcd7 · written by hubmodel 0.1.0 for cases of schema" in out

    def test_in_json(self, json_of):
        found = json_of("verify", BUNDLE)
        assert (found["verified"], found["computed_again"], found["files"]) == (True, False, 35)
        assert (found["model_version"], found["inputs_hash"]) == ("0.1.0", "730d2ecbbcd7")  # as hashed by 0.1
        # by year: 16 totals, 3 rows to date and 9 rows in two tables; 5 sums over the years; 15 identities
        assert found["figures"] == (16 + 3 + 9) * 10 + 5 + 15

    def test_a_changed_file_is_named(self, changed, command):
        code, out, _ = command("verify", changed("results/income.csv", "EBITDA", "EBITDAR", seal=False))
        assert code == 1
        assert out.startswith("results/income.csv: has SHA-256 ")

    @pytest.mark.parametrize(
        ("table", "label", "year", "totals"),
        [
            ("income", "Innovation revenue", "2030", {"Revenue"}),
            ("income", "Energy", "2030", {"Operating cost"}),
            ("income", "EBITDA", "2030", {"EBITDA", "EBIT", "EBITDA at site, Facility"}),
            ("cash-flow", "Tax paid", "2034", set()),  # no total of stored figures alone
            ("cash-flow", "Cash flow", "2031", {"Cash flow", "Cash"}),
            ("balance", "Debt", "2030", {"Liabilities"}),
            ("balance", "Equity", "2030", {"Equity", "Balance gap"}),
            ("funding", "Grant used", "2026", {"grant_used_total"}),
            ("sites", "Operating cost, Facility", "2030", {"Operating cost, Facility"}),
            ("funding", "Loss funding", "2028", {"Loss funding", "Loss funding to date", "owner_funding_of_losses"}),
        ],
    )
    def test_a_figure_that_no_longer_adds_up_is_named_though_sealed(self, changed, command, table, label, year, totals):
        file = f"results/{table}.csv"
        value = self.cell(file, label, year)
        row = next(line for line in unpack(BUNDLE)[file].decode().splitlines() if f"{label}," in line.replace('"', ""))
        path = changed(file, row, row.replace(value, repr(float(value) + 1000)))
        code, out, _ = command("verify", path, "--format", "json")
        found = json.loads(out)["differences"]
        assert {difference["name"] for difference in found} == totals
        assert code == bool(totals)

    def test_a_line_says_what_the_other_figures_give(self, changed, command):
        debt = self.cell("results/funding.csv", "Debt drawn", "2026")
        path = changed("results/funding.csv", f"Debt drawn,SEK,0.0,{debt}", "Debt drawn,SEK,0.0,6000000.0")
        code, out, _ = command("verify", path)
        line, verdict = out.splitlines()
        assert (code, line) == (
            1, "results/funding.csv: Debt drawn 2026: 6000000.0 in the bundle, 5000000.0 by its other figures"
        )  # fmt: skip
        assert verdict.startswith("not verified: 35 files are as they were, 1 of ")

    def test_an_outcome_that_its_numbers_do_not_give(self, changed, command):
        path = changed("results/checks.json", '"ok": true', '"ok": false')
        code, out, _ = command("verify", path)
        assert (code, out.splitlines()[0]) == (
            1, "results/checks.json: documented_totals ok: fails in the bundle, holds by its other figures"
        )  # fmt: skip

    def test_results_of_another_run(self, changed, command):
        path = changed("results/checks.json", "730d2ecbbcd7", "000000000000")
        code, out, _ = command("verify", path)
        assert (code, out.splitlines()[0]) == (
            1, "results/checks.json: inputs_hash: 000000000000 in the bundle, 730d2ecbbcd7 by its other figures"
        )  # fmt: skip

    def test_a_dictionary_that_is_none(self, changed, command):
        path = changed("dictionary.csv", "name,kind", "title,sort")
        assert command("verify", path)[2] == (
            "dictionary.csv: is not laid out as a data dictionary; get the bundle anew\n"
        )
