"""Commands: their output as table, JSON and CSV, and their exit status."""

import csv
import functools
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import hubmodel as hm
from hubmodel import cli
from hubmodel.case.documents import contradictions, documented, source_titles
from hubmodel.case.reading import data_folder
from hubmodel.output import pdf as report
from hubmodel.study import tables
from hubmodel.text.numbers import NBSP

ROOT = Path(hm.__file__).parent.parent
PROVENANCE = ["case", "scenario", "model_version", "inputs_hash"]


@pytest.fixture
def command(capsys, monkeypatch):
    """Run a command; return its exit status, output and errors."""

    def call(*arguments):
        monkeypatch.setattr("sys.argv", ["hubmodel", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            cli.main()
        out, err = capsys.readouterr()
        return left.value.code or 0, out.replace(NBSP, " "), err

    return call


@pytest.fixture
def json_of(command):
    def call(*arguments):
        code, out, err = command(*arguments, "--format", "json")
        assert (code, err) == (0, "")
        return json.loads(out, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))

    return call


@pytest.fixture
def rows_of(command):
    def call(*arguments):
        code, out, err = command(*arguments, "--format", "csv")
        assert (code, err) == (0, "")
        return list(csv.reader(io.StringIO(out)))

    return call


@pytest.fixture(scope="module")
def study():
    return hm.run(hm.load("northx"))


class TestRun:
    def test_json_has_the_shape_of_the_interface(self, json_of, study):
        found = json_of("run")
        assert list(found) == [*PROVENANCE, "view", "verdict", "conventions", "key_figures", "checks", "notes"]
        assert [found[name] for name in PROVENANCE] == ["northx", "base case", hm.__version__, study.case.inputs_hash]
        assert found["view"] == "decision"
        for figure in found["key_figures"].values():
            assert list(figure) == ["value", "unit", "label"] + ["why"] * (figure["value"] is None)
        for check in found["checks"]:
            assert list(check) == ["name", "level", "ok", "difference", "tolerance", "message"]
        assert {check["level"] for check in found["checks"]} == {"identity", "warning"}
        assert all(check["ok"] is True for check in found["checks"])

    def test_json_is_full_precision(self, json_of, study):
        figures = json_of("run")["key_figures"]
        assert {name: figure["value"] for name, figure in figures.items()} == {
            name: figure.value for name, figure in study.key_figures.items()
        }
        assert all(
            figures[name]["why"] == figure.why for name, figure in study.key_figures.items() if figure.value is None
        )

    def test_json_has_the_verdict_as_numbers_and_as_lines(self, json_of, study):
        expected = hm.verdict(study).parts()
        expected["lines"] = [line.replace(NBSP, " ") for line in expected["lines"]]
        assert json_of("run")["verdict"] == expected
        assert expected["odds"]["draws"] == 2048

    def test_without_draws_it_says_so_and_draws_nothing(self, command, json_of, monkeypatch):
        monkeypatch.setattr(sys.modules["hubmodel.uncertainty.verdict"], "draw", lambda case: pytest.fail("drew"))
        second = command("run", "--no-draws")[1].split("\n")[1]
        assert second == "How sure this is cannot be said: nothing was drawn."
        found = json_of("run", "--no-draws", "--language", "sv")["verdict"]
        assert (found["odds"], found["why_no_odds"]) == (None, "inga dragningar gjordes")
        assert found["lines"][1] == "Hur säkert detta är går inte att säga: inga dragningar gjordes."

    def test_csv_is_a_line_for_each_figure(self, rows_of, study, monkeypatch):
        monkeypatch.setattr(sys.modules["hubmodel.uncertainty.verdict"], "draw", lambda case: pytest.fail("drew"))
        header, *rows = rows_of("run")
        assert header == ["name", "value", "unit", "label"]
        assert [row[0] for row in rows] == list(study.key_figures)
        assert float(dict(row[:2] for row in rows)["total_investment"]) == 111.4e6

    def test_table_begins_with_the_answer_and_ends_with_the_checks(self, command, study):
        code, out, err = command("run")
        assert (code, err) == (0, "")
        lines = [line.replace(NBSP, " ") for line in hm.verdict(study).lines()]
        assert out.split("\n")[:5] == [*lines, "", study.basis()]
        assert "Total investment" in out
        assert "111.4 MSEK" in out
        assert "checks: all identities hold" in out
        assert out.rstrip().endswith(study.case.inputs_hash)

    def test_in_swedish_only_labels_change(self, json_of, command):
        english, swedish = (json_of("run", "--language", language)["key_figures"] for language in ("en", "sv"))
        assert {n: figure["value"] for n, figure in english.items()} == {
            n: figure["value"] for n, figure in swedish.items()
        }
        assert sum(english[name]["label"] != swedish[name]["label"] for name in english) > len(english) / 2
        assert "111,4 mnkr" in command("run", "--language", "sv")[1]

    @pytest.mark.parametrize("case", [["northx"], [data_folder() / "northx"]])
    def test_the_case_may_be_named_or_a_folder(self, json_of, study, case):
        assert json_of("run", *case)["inputs_hash"] == study.case.inputs_hash

    def test_a_scenario(self, json_of):
        found = json_of("run", "--scenario", "without-grant")
        assert (found["scenario"], found["key_figures"]["grant_total"]["value"]) == ("without-grant", 0)

    def test_a_scenario_of_ones_own(self, json_of, study, tmp_path):
        case = study.case.with_({"commercial_margin": 0.3}, "to see")
        hm.write_scenario(case, tmp_path / "own.toml")
        found = json_of("run", "--scenario", tmp_path / "own.toml")
        assert (found["scenario"], found["inputs_hash"]) == ("own", case.inputs_hash)


SET = {
    "commercial_margin=35 %": {"commercial_margin": 0.35},
    "commercial_margin=0,35": {"commercial_margin": 0.35},
    "shared_services_charge=9 mnkr": {"shared_services_charge": 9},  # its rows are in MSEK/year
    "innovation_hourly_rate=1 250 SEK/h": {"innovation_hourly_rate": 1250},
    "enquiries_per_year[mRNA]=9": {"enquiries_per_year[mRNA]": 9},
    "view=today": {"view": "today"},
    "view=completion": {"view": "completion"},
    "period=quarter": {"period": "quarter"},
    "period=year": {"period": "year"},
    " commercial_margin = 0.35 ": {"commercial_margin": 0.35},
}


@pytest.mark.parametrize(("typed", "changes"), SET.items(), ids=SET)
def test_set_is_what_python_does(json_of, study, typed, changes):
    found, wanted = json_of("run", "--set", typed), hm.run(study.case.with_(changes))
    assert found["inputs_hash"] == wanted.case.inputs_hash
    assert found["key_figures"]["net_present_value"]["value"] == wanted["net_present_value"]
    assert found["scenario"] == "own changes"
    assert found["view"] == wanted.view


def test_a_value_outside_its_range_is_noted(json_of, command):
    noted = "commercial_margin is 40 %, outside its range 17 % to 32 %"
    (found,) = json_of("check", "--set", "commercial_margin=0.4")["notes"]
    assert found.replace("\u00a0", " ") == noted
    err = command("check", "--set", "commercial_margin=0.4")[2]
    assert err.replace("\u00a0", " ") == f"note: {noted}\n"


def test_set_may_be_repeated_and_comes_on_top_of_a_scenario(json_of, study):
    found = json_of("check", "--scenario", "without-grant", "--set", "commercial_margin=0.3", "--set", "tax_rate=25 %")
    wanted = study.case.with_({"grant_factor": 0, "commercial_margin": 0.3, "tax_rate": 0.25})
    assert (found["scenario"], found["inputs_hash"]) == ("without-grant", wanted.inputs_hash)


class TestCheck:
    def test_one_line_each(self, rows_of, study):
        header, *rows = rows_of("check")
        assert header == ["name", "level", "ok", "difference", "tolerance", "message"]
        assert [row[0] for row in rows] == [check.name for check in study.checks]
        assert {row[2] for row in rows} == {"ok"}

    def test_json(self, json_of, study):
        found = json_of("check")
        assert list(found) == [*PROVENANCE, "checks", "to_fill", "notes"]
        assert [check["name"] for check in found["checks"]] == [check.name for check in study.checks]

    def test_table(self, command):
        assert "balance_sheet" in command("check")[1]


class TestTable:
    @pytest.mark.parametrize("name", [*tables.TABLES, "capital"])
    def test_json_is_the_table(self, json_of, study, name):
        found, frame = json_of("table", name), study.table(name)
        assert list(found) == [*PROVENANCE, "table", "unit", "columns", "rows"]
        assert (found["table"], found["unit"], found["columns"]) == (name, "SEK", list(frame.columns))
        assert list(found["rows"]) == list(frame.index)
        for label, values in found["rows"].items():
            wanted = [None if value != value else value for value in frame.loc[label].tolist()]
            assert values == wanted

    def test_csv_is_full_precision_and_table_in_millions(self, rows_of, command, study):
        (_, *years), *rows = rows_of("table", "income")
        assert years == [str(year) for year in range(2021, 2041)]
        revenue = next(row for row in rows if row[0] == "Revenue")
        assert [float(cell) for cell in revenue[1:]] == study.table("income").loc["Revenue"].tolist()
        lines = command("table", "income")[1].splitlines()
        (shown,) = (line for line in lines if line.startswith("Revenue "))
        assert lines[0] == "MSEK"
        assert shown.split()[-1] == f"{float(revenue[-1]) / 1e6:.1f}"

    @pytest.mark.parametrize(("by", "count"), [("month", 240), ("quarter", 80), ("year", 20)])
    def test_by(self, json_of, by, count):
        assert len(json_of("table", "northx", "balance", "--by", by)["columns"]) == count

    def test_table_1_by_hand(self, command):
        out = command("table", "capital")[1]
        total = next(line for line in out.splitlines() if line.startswith("Total outturn"))
        assert total.split()[-3:] == ["111.4", "107.3", "50.0"]  # 69.3 + 4.1 + 38.0, 69.3 + 38.0, 14 + 36


class TestExplain:
    def test_json_is_the_tree(self, json_of, study):
        found = json_of("explain", "commercial_price_per_batch", "--at", "mRNA,2027-03", "--depth", "2")
        assert list(found) == [*PROVENANCE, "explanation"]
        wanted = study.explain("commercial_price_per_batch", "mRNA", "2027-03", 2).as_dict()
        assert found["explanation"] == json.loads(json.dumps(wanted, ensure_ascii=False).replace(NBSP, " "))

    @pytest.mark.parametrize("at", ["mRNA,2027-03", "2027-03, mRNA", " mRNA , 2027-03 "])
    def test_row_and_period_in_either_order(self, json_of, at):
        found = json_of("explain", "commercial_price_per_batch", "--at", at, "--depth", "0")["explanation"]
        assert (found["row"], found["period"]) == ("mRNA", "2027-03")

    def test_a_period_alone(self, json_of):
        found = json_of("explain", "revenue", "--at", "2030-06", "--depth", "0")["explanation"]
        assert (found["row"], found["period"]) == ("", "2030-06")

    def test_text_ends_at_the_document(self, command):
        out = command("explain", "northx", "total_investment")[1]
        assert "= (69.30 MSEK + 4.10 MSEK + 38.00 MSEK)" in out
        assert "documented · Vinnova" in out
        assert "“Matfors 69,3”" in out

    def test_csv_is_a_line_each(self, rows_of, command):
        lines = [row[0] for row in rows_of("explain", "aid_intensity")]
        assert [line.replace(NBSP, " ") for line in lines] == command("explain", "aid_intensity")[1].splitlines()


class TestCompare:
    def test_json_adds_up(self, json_of, study):
        found = json_of("compare", "without-grant")
        names = "case model_version scenarios inputs_hashes inputs key_figures bridge spread"
        assert list(found) == names.split()
        assert found["spread"] is None
        assert found["scenarios"] == ["base case", "without-grant"]
        assert found["inputs"] == {"grant_factor": [1.0, 0.0]}
        assert found["key_figures"]["grant_total"] == [50e6, 0.0]
        bridge = found["bridge"]
        assert bridge["start"] == study["net_present_value"]
        moved = sum(step["contribution"] for step in bridge["steps"])
        assert bridge["start"] + moved == pytest.approx(bridge["end"], abs=1e-4)
        assert bridge["end"] == pytest.approx(found["key_figures"]["net_present_value"][1], rel=1e-12)

    def test_only_what_differs(self, json_of):
        found = json_of("compare", "without-grant")
        assert [name for name, values in found["key_figures"].items() if len(set(values)) == 1] == []
        assert "total_investment" not in found["key_figures"]

    def test_from_the_first_to_the_last_of_several(self, json_of):
        found = json_of("compare", "northx", "low-utilisation", "without-grant", "high-utilisation")
        assert found["scenarios"] == ["low-utilisation", "without-grant", "high-utilisation"]
        (step,) = found["bridge"]["steps"]
        assert step["key"] == "volume_factor"

    def test_with_a_change_in_both(self, json_of):
        found = json_of("compare", "without-grant", "--set", "commercial_margin=0.3")
        assert list(found["inputs"]) == ["grant_factor"]

    def test_table_and_csv(self, command, rows_of):
        out = command("compare", "without-grant")[1]
        assert "without-grant" in out.splitlines()[0]
        assert any(line.startswith("bridge: Grant factor") for line in out.splitlines())
        header, *rows = rows_of("compare", "without-grant")
        assert header == ["", "base case", "without-grant"]
        assert ["grant_factor", "1.0", "0.0"] in rows


class TestSolve:
    def test_json(self, json_of, study):
        found = json_of("solve", "net_present_value=0", "--by", "commercial_margin")
        assert list(found) == [*PROVENANCE, "figure", "target", "by", "value", "unit", "was", "solutions"]
        again = hm.run(study.case.with_({"commercial_margin": found["value"]}), solved=False)
        assert again["net_present_value"] == pytest.approx(0, abs=1.0)
        assert (found["was"], found["unit"]) == (study["commercial_margin"], "share")

    def test_a_goal_as_people_write_it(self, json_of):
        found = json_of("solve", "northx", "net_present_value=1 mnkr", "--by", "commercial_margin")
        assert found["target"] == 1e6

    def test_table_and_csv(self, command, rows_of):
        header, row = rows_of("solve", "net_present_value=0", "--by", "innovation_hourly_rate")
        assert (header, row[0], row[2]) == (["by", "value", "unit", "was"], "innovation_hourly_rate", "SEK/hour")
        assert "innovation_hourly_rate" in command("solve", "net_present_value=0", "--by", "innovation_hourly_rate")[1]

    def test_no_solution_says_why(self, command):
        code, out, err = command("solve", "net_present_value=1e12", "--by", "commercial_margin")
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert err.startswith("no commercial_margin between ")
        assert "change another input too, or widen the range of the row" in err


class TestSources:
    def test_every_row_is_there_the_most_influential_first(self, json_of, study):
        found = json_of("sources")
        assert list(found) == [*PROVENANCE, "inputs"]
        assert len(found["inputs"]) == len(study.case.rows)
        header = ["input", "period", "value", "low", "high", "unit", "grade", "source", "locator", "influence"]
        assert {tuple(row) for row in found["inputs"]} == {tuple(header)}
        moves = [row["influence"] for row in found["inputs"]]
        assert moves == sorted(moves, reverse=True)

    def test_csv_and_table_have_the_same_rows(self, rows_of, command, study):
        header, *rows = rows_of("sources")
        assert (header[0], len(rows)) == ("input", len(study.case.rows))
        assert len(command("sources")[1].splitlines()) == len(rows) + 1

    @pytest.fixture
    def texts(self, tmp_path):
        folder = data_folder() / "northx"
        facts = [*documented(folder).values(), *contradictions(folder)]
        for name in {fact["document"] for fact in facts}:
            passages = [source_titles()[name]["phrase"], *(fact["quote"] for fact in facts if fact["document"] == name)]
            (tmp_path / f"{name}.txt").write_text("\n…\n".join(passages), encoding="utf-8")
        return tmp_path, len(facts)

    def test_verify(self, json_of, command, texts):
        folder, count = texts
        found = json_of("sources", "--verify", folder)
        assert list(found) == ["case", "documents", "quotes", "missing"]
        assert (found["quotes"], found["missing"]) == (count, [])
        counted = f"{count} of {count} quotes stand in {len(found['documents'])} documents"
        assert command("sources", "northx", "--verify", folder) == (0, f"{counted}\n", "")

    def test_a_quote_that_does_not_verify_is_status_1(self, command, texts):
        folder, _ = texts
        path = folder / "vinnova-2023-final-report.txt"
        path.write_text(path.read_text(encoding="utf-8").replace("Matfors 4,1*", "Matfors 4,2*"), encoding="utf-8")
        code, out, err = command("sources", "--verify", folder)
        assert (code, err) == (1, "")
        assert out.splitlines()[0] == "D002: “Matfors 4,1*” does not stand in vinnova-2023-final-report"
        out = command("sources", "--verify", folder, "--language", "sv")[1]
        assert out.splitlines()[0] == "D002: ”Matfors 4,1*” finns inte i vinnova-2023-final-report"
        code, out, _ = command("sources", "--verify", folder, "--format", "json")
        assert (code, json.loads(out)["missing"][0][0]) == (1, "D002")


EXAMPLE = ["run", "table", "explain", "compare", "solve", "excel", "report", "quote"]


class TestExitStatus:
    @pytest.fixture
    def broken(self, tmp_path):
        """Return a case whose rows do not add up to the documented total."""
        folder = Path(shutil.copytree(data_folder() / "northx", tmp_path / "northx"))
        path = folder / "documented.csv"
        text = path.read_text(encoding="utf-8")
        assert text.count("D004,111.4,") == 1
        path.write_text(text.replace("D004,111.4,", "D004,112.4,"), encoding="utf-8")
        return folder

    @pytest.mark.parametrize("word", ["run", "check"])
    @pytest.mark.parametrize("form", ["table", "json", "csv"])
    def test_an_identity_that_fails_is_status_1(self, command, broken, word, form):
        code, out, err = command(word, broken, "--format", form)
        assert (code, err) == (1, "")
        if form == "json":
            (bad,) = (check for check in json.loads(out)["checks"] if not check["ok"])
            assert (bad["name"], bad["level"]) == ("documented_totals", "identity")
            assert bad["difference"] == pytest.approx(1e6)  # 112.4 - 111.4 MSEK
            assert "mend the rows" in bad["message"]
        elif word == "check" or form == "table":
            assert "FAIL" in out

    @pytest.mark.parametrize("word", ["run", "check"])
    @pytest.mark.parametrize("form", ["table", "json"])
    def test_it_says_so_in_swedish(self, command, broken, word, form):
        out = command(word, broken, "--format", form, "--language", "sv")[1]
        assert "raderna ger inte det som dokumenten anger för total_investment; rätta raderna" in out
        assert "mend the rows" not in out

    def test_a_table_of_it_is_still_shown(self, command, broken):
        assert command("table", broken, "capital")[0] == 0

    @pytest.mark.parametrize("word", [*EXAMPLE, "check", "sources", "dashboard"])
    def test_every_command_has_help(self, command, word):
        code, out, err = command(word, "--help")
        assert (code, err) == (0, "")
        assert f"{word} [OPTIONS] [[CASE]" in " ".join(out.split())

    @pytest.mark.parametrize("word", EXAMPLE)
    def test_help_has_an_example(self, command, word):
        assert f"hubmodel {word}" in " ".join(command(word, "--help")[1].partition("Example")[2].split())


class TestReport:
    """One page as a PDF; its content is tested in tests/output/pdf."""

    @pytest.fixture(autouse=True)
    def few_draws(self, monkeypatch):
        monkeypatch.setattr(report, "draw", functools.partial(hm.simulate, draws=64))

    def test_a_scenario_in_swedish(self, json_of, tmp_path):
        asked = ("report", "--scenario", "without-grant", "--language", "sv", "-o", tmp_path / "board.pdf")
        found = json_of(*asked)
        assert list(found) == [*PROVENANCE, "file", "language", "draws", "bytes"]
        assert (found["scenario"], found["language"], found["draws"]) == ("without-grant", "sv", 64)
        page = (tmp_path / "board.pdf").read_bytes()
        assert found["bytes"] == len(page)
        assert b"/Lang(sv)" in page
        assert found["inputs_hash"].encode() in page

    def test_a_change_on_top_is_another_page(self, rows_of, tmp_path, study):
        header, row = rows_of("report", "--set", "commercial_margin=0.3", "-o", tmp_path / "board.pdf")
        assert header == ["file", "language", "draws", "kB"]
        assert row[:3] == [str(tmp_path / "board.pdf"), "en", "64"]
        assert study.case.inputs_hash.encode() not in (tmp_path / "board.pdf").read_bytes()

    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            ((), "-o is missing; name the page to write, such as -o board.pdf\n"),
            (("-o", "board.docx"), "board.docx: a report's name ends with .pdf; write board.pdf\n"),
            (("-o", "no/board.pdf"), "no/board.pdf: cannot be written: there is no folder no; choose another place\n"),
        ],
    )
    def test_what_is_refused(self, command, arguments, expected, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        assert command("report", *arguments) == (2, "", expected)
        assert list(tmp_path.iterdir()) == []


class TestQuote:
    OFFER = """
        [set]
        commercial_margin = { value = 0.3, reason = "a strong year" }
        [[quote]]
        name = "Plasmid"
        reason = "an enquiry"
        platform = "plasmid DNA"
        signed = "2027-01"
        start = "2027-07"
        batches = 3
        batches_per_month = 0.5
        [[quote]]
        name = "Message"
        reason = "another enquiry"
        platform = "mRNA"
        signed = "2027-01"
        start = "2027-07"
        batches = 1
        batches_per_month = 1
    """
    TERMS = ("platform=mRNA", "signed=2027-01", "start=2027-07", "batches=1", "batches_per_month=1")

    @pytest.fixture
    def offer(self, tmp_path):
        path = tmp_path / "offer.toml"
        path.write_text(self.OFFER, encoding="utf-8")
        return path

    def test_a_quote_of_a_file_is_priced_under_the_files_changes(self, json_of, offer):
        found = json_of("quote", offer, "--quote", "Plasmid")
        assert (found["scenario"], found["name"], found["file"]) == ("offer", "Plasmid", None)
        case = hm.load("northx").with_({"commercial_margin": 0.3})
        quote = hm.Quote("Plasmid", "plasmid DNA", "2027-01", "2027-07", batches=3, batches_per_month=0.5)
        expected = hm.price_quote(hm.run(case, solved=False), quote)
        assert found["lines"]["price"]["commercial"] == expected["price", "commercial"]
        assert (found["inputs_hash"], found["quote_hash"]) == (case.inputs_hash, quote.hash)

    def test_terms_change_a_quote_for_a_look(self, json_of, offer):
        whole, less = (json_of("quote", offer, "--quote", "Plasmid", "--terms", f"discount={n} %") for n in (0, 10))
        assert less["lines"]["price"]["innovation"] == pytest.approx(0.9 * whole["lines"]["price"]["innovation"])

    def test_terms_alone_make_a_quote(self, json_of, offer):
        arguments = [word for term in self.TERMS for word in ("--terms", term)]
        alone, kept = json_of("quote", *arguments), json_of("quote", offer, "--quote", "Message")
        assert alone["terms"] == kept["terms"]
        assert alone["lines"]["full_cost"] == kept["lines"]["full_cost"]  # the file's margin moves prices only

    def test_the_table_has_both_tracks_side_by_side(self, command, offer):
        code, out, err = command("quote", offer, "--quote", "Plasmid", "--language", "sv")
        assert (code, err) == (0, "")
        first, *lines = out.splitlines()
        assert first.split() == ["Plasmid", "innovation", "kommersiellt"]
        (price,) = (line for line in lines if line.startswith("  Listpris "))
        assert price.count("mnkr") == 2

    def test_csv_holds_the_lines_and_the_cash_by_month(self, rows_of, offer):
        header, *rows = rows_of("quote", offer, "--quote", "Plasmid")
        assert header == ["name", "month", "unit", "innovation", "commercial"]
        by_name = {(name, month): row for name, month, *row in rows}
        cash = sum(float(row[1]) for (name, _), row in by_name.items() if name == "net_cash")
        spent = sum(float(by_name[name, ""][1]) for name in ("people_cost", "materials_cost", "analyses_bought"))
        assert cash == pytest.approx(float(by_name["price_at_delivery", ""][1]) - spent)

    @pytest.mark.parametrize(("name", "begins"), [("offer.xlsx", b"PK"), ("offer.pdf", b"%PDF")])
    def test_a_file_is_written(self, json_of, offer, tmp_path, name, begins):
        out = tmp_path / name
        assert json_of("quote", offer, "--quote", "Plasmid", "-o", out)["file"] == str(out)
        assert out.read_bytes().startswith(begins)

    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            ((), "a quote needs a file with [[quote]] tables, or --terms such as --terms platform=mRNA"),
            (("OFFER",), "offer: holds 2 quotes ('Plasmid', 'Message'); name the one that is meant"),
            (("OFFER", "--quote", "Plasmit"), "no quote 'Plasmit'; did you mean 'Plasmid'?"),
            (("--terms", "batches"), "--terms 'batches' must be key=value, such as batches=3"),
            (("OFFER", "--quote", "Plasmid", "-o", "offer.doc"), "offer.doc: a workbook's name ends with .xlsx"),
        ],
    )
    def test_wrong_use_is_one_line(self, command, offer, arguments, expected):
        code, out, err = command("quote", *(offer if word == "OFFER" else word for word in arguments))
        assert (code, out) == (2, "")
        assert expected in err
        assert err.count("\n") == 1


class TestProcess:
    """Run the command as a process of its own in another folder."""

    @staticmethod
    def process(*arguments, cwd):
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error", "PYTHONIOENCODING": "utf-8"}
        ran = [sys.executable, "-m", "hubmodel.cli", *arguments]
        return subprocess.run(
            ran, cwd=cwd, env=environment, capture_output=True, text=True, timeout=60, encoding="utf-8"
        )

    def test_run(self, tmp_path, study):
        done = self.process("run", "--format", "json", cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert json.loads(done.stdout)["key_figures"]["net_present_value"]["value"] == study["net_present_value"]
        assert list(tmp_path.iterdir()) == []

    def test_wrong_use(self, tmp_path):
        done = self.process("run", "--set", "comercial_margin=0.3", cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("no input 'comercial_margin'; did you mean 'commercial_margin'")
        assert done.stderr.count("\n") == 1
        assert "Traceback" not in done.stderr

    def test_a_pipe_that_closes_early(self, tmp_path):
        ran = f'"{sys.executable}" -m hubmodel.cli table income --by month --format csv | head -n 1'
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            ran, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60
        )
        assert done.stdout.startswith(",2021-01,2021-02")
        assert "Traceback" not in done.stderr
