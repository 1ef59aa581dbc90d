"""Every shipped case through every command, every notebook and the page: nothing of the first case is wired in."""

import asyncio
import json
import os
from pathlib import Path

import numpy as np
import pytest

import hubmodel as hm
from hubmodel import cli
from hubmodel.case.reading import case_names
from hubmodel.case.scenario import scenario_names
from hubmodel.study import tables
from hubmodel.study.conventions import conflicts
from hubmodel.study.result import evaluate
from tests.conftest import in_a_thread

CASES = {name: hm.load(name) for name in case_names()}
NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
every_case = pytest.mark.parametrize("name", CASES)
RISK = (["tornado"], ["simulate", "--draws", "64"], ["sobol", "--draws", "64"], ["discover", "--draws", "512"])
RUN_HERE = {"run", "table", "explain", "check", "compare", "solve", "sources", "conventions", "excel", "import", "new",
            "portfolio", "report", "quote", "upgrade", "bundle", "verify",
            *(words[0] for words in RISK)}  # fmt: skip


@pytest.fixture
def command(capsys, monkeypatch, tmp_path):
    """What a command prints as JSON; it must neither be refused nor fail."""
    monkeypatch.chdir(tmp_path)

    def call(*words):
        monkeypatch.setattr("sys.argv", ["hubmodel", *words, "--format", "json"])
        with pytest.raises(SystemExit) as left:
            cli.main()
        out, err = capsys.readouterr()
        unexpected = [line for line in err.splitlines() if not line.startswith("note: ")]  # outside of a range
        assert (left.value.code or 0, unexpected) == (0, [])
        return json.loads(out, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))

    return call


def test_all_three_are_shipped():
    assert set(CASES) == {"northx", "ccrm-nordic", "template"}


def test_every_command_is_run_here_but_the_one_that_serves_until_it_is_stopped():
    commands = {one.name or one.callback.__name__ for one in cli.app.registered_commands if one.callback}
    assert commands - {"dashboard"} == RUN_HERE, "add the new command to TestCommands and to RUN_HERE"


def test_a_key_runs_over_the_same_list_in_every_case():
    of = {key: {name: case.list_of(key) for name, case in CASES.items()} for key in CASES["northx"].by_key}
    assert {key: lists for key, lists in of.items() if len(set(lists.values())) > 1} == {}


@every_case
class TestCommands:
    def test_run(self, name, command):
        found = command("run", name)
        assert found["case"] == name
        assert found["key_figures"]["total_investment"]["value"] == CASES[name].inputs["asset_cost"].sum()

    @pytest.mark.parametrize("table", [*tables.TABLES, "capital", "plausibility"])
    def test_table(self, name, table, command):
        none = table == "plausibility" and name == "template"  # nobody has bands for a facility that is not described
        assert bool(command("table", name, table)["rows"]) != none

    def test_explain_a_figure_and_an_input_of_each_list(self, name, command):
        case = CASES[name]
        assert command("explain", name, "net_present_value", "--depth", "6")["explanation"]["ingredients"]
        first = {case.list_of(key): key for key in reversed(case.by_key) if key not in case.choices}
        for of, key in first.items():
            if of is None or case.lists[of]:
                assert command("explain", name, key)["explanation"]["sources"], key

    def test_check(self, name, command):
        found = command("check", name)
        assert [one["name"] for one in found["checks"] if not one["ok"]] == []
        assert bool(found["to_fill"]) == (name == "template")

    def test_compare_with_each_scenario(self, name, command):
        for scenario in scenario_names(CASES[name]):
            found = command("compare", name, scenario)["bridge"]
            assert sum(step["contribution"] for step in found["steps"]) == pytest.approx(found["end"] - found["start"])

    def test_solve_finds_the_margin_that_gave_a_value(self, name, command):
        value = evaluate(CASES[name].with_({"commercial_margin": 0.2}))["net_present_value"]
        found = command("solve", name, f"net_present_value={value!r}", "--by", "commercial_margin")
        assert found["value"] == pytest.approx(0.2, abs=1e-6)

    def test_sources(self, name, command):
        assert len(command("sources", name)["inputs"]) == len(CASES[name].rows)

    def test_conventions(self, name, command):
        found = command("conventions", name)["reported"]
        assert [one["preset"] for one in found] == ["own", *hm.presets()]

    def test_portfolio_with_each_of_the_others(self, name, command):
        for other in CASES.keys() - {name}:
            found = command("portfolio", name, other)
            investment = [CASES[one].inputs["asset_cost"].sum() for one in (name, other)]
            assert found["figures"]["total_investment"]["together"] == pytest.approx(sum(investment))

    def test_report(self, name, command, tmp_path):
        pytest.importorskip("typst")
        assert command("report", name, "--scenario", "without-grant", "-o", "board.pdf")["draws"] == 2048
        assert (tmp_path / "board.pdf").read_bytes().startswith(b"%PDF")

    def test_quote(self, name, command, tmp_path):
        first = CASES[name].lists["platform"][0]
        terms = (f"platform={first}", "signed=2029-01", "start=2029-01", "batches=1", "batches_per_month=1")
        found = command("quote", name, *(word for term in terms for word in ("--terms", term)), "-o", "offer.xlsx")
        assert all(found["lines"]["price"][track] > 0 for track in ("innovation", "commercial"))
        assert (tmp_path / "offer.xlsx").read_bytes().startswith(b"PK")

    def test_a_workbook_and_back(self, name, command, tmp_path):
        case = CASES[name].with_({"period": "year"})
        assert command("excel", name, "--set", "period=year", "-o", "case.xlsx")["formula_cells"] > 10_000
        (only,) = command("import", "case.xlsx")["differences"]
        assert (only["name"], only["now"]) == ("period", "year")
        changed = case.with_({"commercial_margin": 0.3, "volume_factor": 0.9}, "a try")
        hm.write_workbook(hm.run(changed, solved=False), tmp_path / "changed.xlsx")
        found = command("import", name, "changed.xlsx", "-o", "back.toml", "--reason", "the workbook has it")
        assert {one["name"]: one["now"] for one in found["differences"]} == {
            "period": "year", "commercial_margin": 0.3, "volume_factor": 0.9,
        }  # fmt: skip
        assert hm.load(name, "back.toml").inputs_hash == changed.inputs_hash

    @pytest.mark.parametrize("words", RISK, ids=" ".join)
    def test_how_sure(self, name, words, command):
        assert command(words[0], name, *words[1:])["case"] == name

    def test_a_bundle_of_a_scenario_verifies(self, name, command):
        made = command("bundle", name, "--scenario", "without-grant", "-o", "kept.zip", "--no-notebooks")
        found = command("verify", "kept.zip")
        assert (found["verified"], found["scenario"], found["files"]) == (True, "without-grant", made["files"])

    def test_upgrade_leaves_a_case_of_today_alone(self, name, command):
        found = command("upgrade", name)
        assert (found["from"], found["changes"], found["kept"]) == (found["to"], [], None)

    def test_a_new_case_from_it(self, name, command):
        assert command("new", "mine", "--from", name)["rows"] == len(CASES[name].rows)
        assert hm.load("mine").inputs_hash == CASES[name].inputs_hash


@every_case
@pytest.mark.parametrize("period", ["month", "quarter", "year"])
def test_every_scenario_ties(name, period):
    for scenario in (None, *scenario_names(CASES[name])):
        checked = hm.run(hm.load(name, scenario).with_({"period": period}), solved=False)
        assert [one.name for one in checked.checks if not one.ok] == [], scenario
        assert np.isfinite(checked["net_present_value"])


@every_case
def test_every_option_of_every_choice_ties(name):
    case = CASES[name]
    for key, options in case.choices.items():
        for option in [one for one in options if not conflicts(case.with_({key: one}))]:
            checked = hm.run(case.with_({key: option}), solved=False)
            assert [one.name for one in checked.checks if not one.ok] == [], (key, option)


@every_case
def test_the_dashboard_is_built(name, monkeypatch):
    pytest.importorskip("ipecharts")
    from hubmodel.dashboard.app import app

    async def build():
        return app()

    monkeypatch.setenv("HUBMODEL_CASE", name)
    frame, *_ = in_a_thread(lambda: asyncio.run(build())).children  # a card of failure has none
    assert CASES[name].title in written(frame)


@every_case
def test_every_page_of_the_dashboard_shows_what_it_is_for(name, monkeypatch):
    pytest.importorskip("ipecharts")
    from hubmodel.dashboard.pages import PAGES
    from hubmodel.dashboard.shell import Shell
    from hubmodel.dashboard.state import Desk

    def show(page):
        shell.open(page)
        shell.show_solved()
        shell.show_bands()
        return written(shell.body)

    shell = in_a_thread(lambda: Shell(Desk(CASES[name].with_({"period": "year"})), PAGES))
    said = {page: in_a_thread(lambda page=page: show(page)) for page in PAGES}
    assert [page for page, text in said.items() if "could not be shown" in text or "Traceback" in text] == []
    assert ("Table 1 as reported" in said["overview"]) == (name == "northx")


def written(widget):
    """Every text below a widget."""
    inside = getattr(widget, "children", ())
    return str(getattr(widget, "value", "")) + "".join(written(one) for one in inside)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in CASES if name != "northx"])  # that one with its outputs, by nbval
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_notebook_runs_on_it(name, path):
    nbformat = pytest.importorskip("nbformat")
    client = pytest.importorskip("nbclient")
    book = nbformat.read(path, 4)
    (parameters,) = (cell for cell in book.cells if "parameters" in cell.metadata.get("tags", []))
    assert parameters.source.count('name = "northx"') == 1
    parameters.source = parameters.source.replace('name = "northx"', f"name = {name!r}")
    os.environ.setdefault("JUPYTER_PLATFORM_DIRS", "1")
    client.NotebookClient(book, timeout=120, resources={"metadata": {"path": path.parent}}).execute()
    (loaded,) = (cell for cell in book.cells if "frames.master_check(result)" in cell.source)
    assert loaded.outputs[0]["text"].startswith(CASES[name].title)
