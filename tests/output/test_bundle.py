"""A bundle is complete, self-contained and reproducible, and its verification finds every change."""

import csv
import hashlib
import io
import json
import re
import warnings
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as some
from messages import left_in_english

import hubmodel as hm
from hubmodel import cli
from hubmodel.case import datapackage
from hubmodel.case.loading import SCHEMA
from hubmodel.case.reading import case_names
from hubmodel.case.template import new_case
from hubmodel.errors import HubmodelError, InputError
from hubmodel.output.bundle import archive, crate, notebooks, results, totals
from hubmodel.output.bundle.archive import pack, unpack
from hubmodel.output.bundle.results import Difference, differences, results_of
from hubmodel.study import tables

DAY = "2026-03-31"
NORTHX = hm.run(hm.load("northx"))
STUDIES = {name: NORTHX if name == "northx" else hm.run(hm.load(name)) for name in case_names()}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Write a bundle of the reference case without notebooks; return its path and its files by name."""
    path = tmp_path_factory.mktemp("bundle") / "northx.zip"
    hm.write_bundle(NORTHX, path, notebooks=False, day=DAY)
    return path, unpack(path)


@pytest.fixture
def count(made):
    """Count the files that the manifest names."""
    return len(made[1]) - 1


@pytest.fixture
def again(made, tmp_path):
    """Return a function that writes a bundle with files changed, added or, for None, left out; resealed by default."""

    def write(changes, seal=True):
        _, files = made
        plain = {name: content for name, content in files.items() if name != archive.MANIFEST}
        manifest = {} if seal else {archive.MANIFEST: files[archive.MANIFEST]}
        whole = {name: content for name, content in {**plain, **changes}.items() if content is not None}
        path = tmp_path / "changed.zip"
        if seal:
            path.write_bytes(pack(whole))
        else:
            write_zip(path, whole | manifest)
        return path

    return write


@pytest.fixture
def command(capsys, monkeypatch):
    """Return a function that runs a command and returns its exit status and what it printed."""

    def call(*arguments):
        monkeypatch.setattr("sys.argv", ["hubmodel", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            cli.main()
        return left.value.code or 0, *capsys.readouterr()

    return call


def write_zip(path, files):
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w") as out:
        warnings.simplefilter("ignore")  # about a name that occurs twice
        for name, content in files.items() if isinstance(files, dict) else files:
            out.writestr(name, content)


def rows(content):
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def facts(made, **changed):
    return (json.dumps({**json.loads(made[1]["bundle.json"]), **changed}) + "\n").encode()


class TestContents:
    def test_the_case_and_the_results_of_every_table_are_there(self, made):
        names = made[1].keys()
        there = {f"inputs/northx/{path.relative_to(NORTHX.case.folder).as_posix()}"
                 for path in NORTHX.case.folder.rglob("*") if path.is_file()}  # fmt: skip
        assert there <= names
        assert {f"results/{name}.csv" for name in ("key_figures", *tables.TABLES, "capital", "plausibility")} <= names

    def test_key_figures_have_every_digit(self, made):
        kept = {row["name"]: row for row in rows(made[1]["results/key_figures.csv"])}
        assert list(kept) == list(NORTHX.key_figures)
        for name, figure in NORTHX.key_figures.items():
            assert kept[name]["value"] == ("" if figure.value is None else repr(figure.value))
            assert bool(kept[name]["why"]) == (figure.value is None)

    def test_tables_are_those_of_the_command(self, made):
        frame = NORTHX.table("cash-flow")
        kept = rows(made[1]["results/cash-flow.csv"])
        assert [row["label"] for row in kept] == list(frame.index)
        assert [[float(row[str(year)]) for year in frame.columns] for row in kept] == frame.to_numpy().tolist()

    def test_checks_come_with_their_origin(self, made):
        facts = json.loads(made[1]["results/checks.json"])
        assert {name: facts[name] for name in NORTHX.case.origin} == NORTHX.case.origin
        assert [check["name"] for check in facts["checks"]] == [check.name for check in NORTHX.checks]

    def test_the_facts_name_versions_that_ran(self, made):
        facts = json.loads(made[1]["bundle.json"])
        assert {name: facts[name] for name in NORTHX.case.origin} == NORTHX.case.origin
        assert facts["versions"]["hubmodel"] == hm.__version__
        assert {"python", "numpy", "scipy", "pydantic"} <= facts["versions"].keys()
        assert "matplotlib" not in facts["versions"]  # of an extra: no result rests on it

    @pytest.mark.parametrize("name", STUDIES)
    def test_no_row_of_a_result_hides_another(self, name):
        for file, content in results_of(STUDIES[name]).items():
            if file.endswith(".csv"):
                named = [next(iter(row.values())) for row in rows(content)]
                assert len(named) == len(set(named)), file

    def test_the_folder_in_it_stands_alone_and_describes_itself(self, made, tmp_path):
        archive.lay_out({name: content for name, content in made[1].items() if name.startswith("inputs/")}, tmp_path)
        case = hm.load(tmp_path / "inputs" / "northx")
        assert case.inputs_hash == NORTHX.case.inputs_hash
        own = {source["id"] for source in rows(made[1]["inputs/northx/sources.csv"])}
        assert {row.source for row in case.rows if row.source} <= own
        validate = pytest.importorskip("frictionless").validate
        assert validate(str(case.folder / "datapackage.json")).valid
        assert (case.folder / "datapackage.json").read_text(encoding="utf-8") == datapackage.to_json(case)

    def test_no_place_of_this_machine_gets_in(self, made):
        found = {name for name, content in made[1].items() if re.search(rb"/(tmp|home|root|work)/", content)}
        assert found == set()

    def test_its_hashes_are_read_by_the_usual_tool(self, made, tmp_path):
        archive.lay_out(made[1], tmp_path)
        lines = made[1][archive.MANIFEST].decode().splitlines()
        assert lines == sorted(lines, key=lambda line: line[66:])
        for line in lines:  # as sha256sum -c does
            assert hashlib.sha256((tmp_path / line[66:]).read_bytes()).hexdigest() == line[:64]
        assert {line[66:] for line in lines} == made[1].keys() - {archive.MANIFEST}


class TestSameBytes:
    def test_for_the_same_run_and_day(self, made, tmp_path):
        hm.write_bundle(hm.run(hm.load("northx")), tmp_path / "second.zip", notebooks=False, day=DAY)
        assert (tmp_path / "second.zip").read_bytes() == made[0].read_bytes()

    def test_in_any_order_of_files(self):
        files = {"b": b"2", "a/c": b"1"}
        assert pack(files) == pack(dict(reversed(files.items())))

    @given(some.dictionaries(some.from_regex(r"[a-z]{1,5}(/[a-z]{1,5})?", fullmatch=True), some.binary(), max_size=5))
    def test_what_is_packed_comes_out(self, files):
        path = io.BytesIO(pack(files))
        out = unpack(path)
        assert {name: content for name, content in out.items() if name != archive.MANIFEST} == files
        assert list(archive.file_problems(out, archive.manifest_of(out, "x"))) == []


class TestCrate:
    """RO-Crate 1.1, sections 2 (structure), 4 (root), 5 (data entities)."""

    @pytest.fixture
    def graph(self, made):
        metadata = json.loads(made[1][crate.METADATA])
        assert metadata["@context"] == "https://w3id.org/ro/crate/1.1/context"
        return metadata["@graph"]

    def test_the_root_has_what_the_standard_asks_for(self, graph):
        entities = {entity["@id"]: entity for entity in graph}
        assert entities[crate.METADATA]["about"] == {"@id": "./"}
        assert entities[crate.METADATA]["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
        root = entities["./"]
        assert all(root[name] for name in ("name", "description", "license"))
        assert (root["@type"], root["datePublished"]) == ("Dataset", DAY)

    def test_names_are_given_once_and_lead_somewhere(self, graph):
        names = [entity["@id"] for entity in graph]
        assert len(names) == len(set(names))
        pointed = {
            to for entity in graph for to in re.findall(r'"@id": "([^"]+)"', json.dumps(list(entity.values())[2:]))
        }
        assert pointed - set(names) == {"https://w3id.org/ro/crate/1.1"}

    def test_every_file_is_described_and_part_of_the_root(self, graph, made):
        entities = {entity["@id"]: entity for entity in graph}
        reached, waiting = set(), ["./"]
        while waiting:
            name = waiting.pop()
            reached.add(name)
            waiting += [part["@id"] for part in entities[name].get("hasPart", ())]
        files = {entity["@id"]: entity for entity in graph if entity["@type"] == "File"}
        assert files.keys() == made[1].keys() - {crate.METADATA}
        assert files.keys() <= reached
        sizes = {name: entity["contentSize"] for name, entity in files.items() if name != archive.MANIFEST}
        assert sizes == {name: str(len(made[1][name])) for name in sizes}

    def test_every_source_is_cited(self, graph):
        root = next(entity for entity in graph if entity["@id"] == "./")
        titles = {entity["name"] for entity in graph if entity["@id"].startswith("#source-")}
        assert titles == {source["title"] for source in datapackage.sources_of(NORTHX.case).values()}
        assert len(root["citation"]) == len(datapackage.sources_of(NORTHX.case))

    def test_another_program_reads_it(self, made, tmp_path):
        reader = pytest.importorskip("rocrate.rocrate")
        archive.lay_out(made[1], tmp_path)
        found = reader.ROCrate(tmp_path)
        assert found.root_dataset["license"].id == "https://spdx.org/licenses/BSD-3-Clause.html"
        kept = {entity.id for entity in found.data_entities if entity.type == "File"}
        assert kept == made[1].keys() - {crate.METADATA}
        (action,) = found.get_by_type("CreateAction")
        assert (action["instrument"]["version"], action["object"].id) == (hm.__version__, "inputs/")

    def test_names_with_spaces_and_no_licence(self, tmp_path):
        case = new_case(tmp_path / "Verk i Umeå")
        hm.write_bundle(hm.run(case, solved=False), tmp_path / "own.zip", notebooks=False)
        entities = {
            entity["@id"]: entity for entity in json.loads(unpack(tmp_path / "own.zip")[crate.METADATA])["@graph"]
        }
        assert "inputs/Verk%20i%20Ume%C3%A5/case.toml" in entities  # URIs have no spaces
        assert entities["./"]["license"] == {"@id": "#licence"}
        assert entities["#licence"]["name"] == "not stated"


class TestDictionary:
    @pytest.fixture
    def entries(self, made):
        return rows(made[1]["dictionary.csv"])

    def test_every_input_line_and_figure_is_there(self, entries):
        named = {kind: [entry["name"] for entry in entries if entry["kind"] == kind] for kind in ("line", "key figure")}
        assert set(named["line"]) == NORTHX.case.model.lines.keys()
        assert named["key figure"] == list(NORTHX.key_figures)
        inputs = [entry for entry in entries if entry["kind"] in ("input", "choice")]
        assert [(entry["name"], entry["period"]) for entry in inputs] == [(r.name, r.period) for r in NORTHX.case.rows]

    def test_they_are_described_as_they_are_declared(self, entries):
        found = {(entry["kind"], entry["name"]): entry for entry in entries}
        margin = NORTHX.case.by_key["commercial_margin"][0]
        margin_entry = found["input", "commercial_margin"]
        assert (float(margin_entry["low"]), float(margin_entry["high"])) == (margin.low, margin.high)
        assert (margin_entry["unit"], margin_entry["grade"], margin_entry["description"]) == (
            margin.unit,
            margin.grade,
            margin.note,
        )
        assert found["choice", "view"]["options"] == "decision, completion, today"
        line = found["line", "commercial_suite_days_served"]
        assert (line["list"], line["unit"]) == ("suite", "suite-day")
        assert line["description"] == " ".join(NORTHX.case.model.lines[line["name"]].__doc__.split())
        assert all(entry["description"] for entry in entries)

    def test_every_column_of_every_table_is_there(self, entries, made):
        years = f"{NORTHX.case.first} to {NORTHX.case.last}"
        named = {entry["name"] for entry in entries if entry["kind"] == "column"}
        for file, content in made[1].items():
            if file.endswith(".csv") and file not in ("dictionary.csv", "inputs/northx/sources.csv"):
                header = content.decode().splitlines()[0].split(",")
                columns = {years if re.fullmatch(r"\d{4}", column) else column for column in header}
                place = file.removeprefix("inputs/northx/")
                assert {f"{place}: {column}" for column in columns} <= named


class TestVerify:
    def test_what_was_made_verifies_in_one_line(self, made, count, command, monkeypatch, tmp_path):
        monkeypatch.chdir(tmp_path)
        code, out, err = command("verify", made[0])
        assert (code, err, out.count("\n")) == (0, "", 1)
        assert re.fullmatch(rf"verified: {count} files, \d{{4}} figures · northx · base case · .*\n", out)
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("scenario", ["without-grant", "hub-three-years-later"])
    def test_a_scenario_and_changes_come_along(self, scenario, tmp_path):
        case = hm.load("northx", scenario).with_({"commercial_margin": "30 %", "view": "today"}, "a try")
        hm.write_bundle(hm.run(case), tmp_path / "one.zip", notebooks=False)
        found = hm.verify_bundle(tmp_path / "one.zip")
        assert (found.ok, found.origin["scenario"]) == (True, scenario)
        assert found.origin["inputs_hash"] == case.inputs_hash

    @pytest.mark.parametrize("name", STUDIES)
    def test_every_case(self, name, tmp_path):
        hm.write_bundle(STUDIES[name], tmp_path / "one.zip", notebooks=False)
        found = hm.verify_bundle(tmp_path / "one.zip")
        assert found.ok
        # each figure with a value, each check, and each number of the tables
        assert found.figures > len(STUDIES[name].checks) + len(rows(unpack(tmp_path / "one.zip")[results.KEY_FIGURES]))

    def test_a_changed_file_is_named_with_both_hashes_and_the_cure(self, made, count, again, command):
        name = "results/income.csv"
        changed = made[1][name].replace(b"Revenue", b"Turnover")
        old, new = (hashlib.sha256(content).hexdigest() for content in (made[1][name], changed))
        code, out, _ = command("verify", again({name: changed}, seal=False))
        assert code == 1
        line, verdict = out.splitlines()
        assert line == (f"{name}: has SHA-256 {new}, the manifest says {old}; get the bundle anew from whom it came, "
                        "or make another from the case")  # fmt: skip
        assert verdict.startswith(f"not verified: 1 of {count} files are not as they were, no figure was compared")

    def test_missing_and_unknown_files_are_named(self, again):
        found = hm.verify_bundle(again({"inputs/northx/cost.csv": None, "extra.exe": b"?"}, seal=False))
        assert [problem.file for problem in found.problems] == ["inputs/northx/cost.csv", "extra.exe"]
        assert [problem.message.partition(";")[0] for problem in found.problems] == [
            "is missing",
            "is not in the manifest",
        ]
        assert not found.ok

    def test_a_damaged_file_is_named(self, made, tmp_path):
        content = bytearray(made[0].read_bytes())
        with zipfile.ZipFile(made[0]) as file:
            entry = file.getinfo("dictionary.csv")
        content[entry.header_offset + 60 : entry.header_offset + 90] = bytes(30)
        (tmp_path / "bad.zip").write_bytes(content)
        (problem,) = hm.verify_bundle(tmp_path / "bad.zip").problems
        assert problem.file == "dictionary.csv"
        assert problem.message.startswith("is damaged and cannot be read; get the bundle anew")

    def test_without_its_facts_it_still_says_what_is_missing(self, again):
        found = hm.verify_bundle(again({"bundle.json": None}, seal=False))
        assert [problem.file for problem in found.problems] == ["bundle.json"]
        assert set(found.origin.values()) == {""}

    def test_a_figure_that_the_inputs_do_not_give_is_named(self, made, count, again, command):
        value = repr(NORTHX.key_figures["net_present_value"].value)
        forged = made[1]["results/key_figures.csv"].replace(value.encode(), b"99000000.0")
        code, out, _ = command("verify", again({"results/key_figures.csv": forged}))
        assert code == 1
        line, verdict = out.splitlines()
        assert line == (f"results/key_figures.csv: net_present_value value: 99000000.0 in the bundle, {value} computed "
                        "again")  # fmt: skip
        assert re.match(rf"not verified: {count} files are as they were, 1 of \d{{4}} figures differ", verdict)

    def test_a_changed_input_shows_in_every_figure_that_rests_on_it(self, made, again, command):
        inputs = made[1]["inputs/northx/pricing.csv"]
        changed = inputs.replace(b"commercial_margin,,,0.25,", b"commercial_margin,,,0.26,")
        assert changed != inputs
        path = again({"inputs/northx/pricing.csv": changed})
        code, out, _ = command("verify", path)
        assert code == 1
        assert out.splitlines()[0].startswith(f"bundle.json: inputs_hash: {NORTHX.case.inputs_hash} in the bundle, ")
        assert "… and " in out
        code, out, _ = command("verify", path, "--format", "json")
        moved = {
            difference["name"]
            for difference in json.loads(out)["differences"]
            if difference["file"] == results.KEY_FIGURES
        }
        assert "net_present_value" in moved
        assert "total_investment" not in moved

    def test_a_result_left_out_is_a_difference(self, again):
        found = hm.verify_bundle(again({"results/capital.csv": None}))
        assert {difference.file for difference in found.differences} == {"results/capital.csv"}

    def test_another_version_is_named_and_its_totals_are_added_up(self, made, again, command):
        other = {"bundle.json": facts(made, model_version="0.0.9")}
        other["results/checks.json"] = made[1]["results/checks.json"].replace(
            f'"model_version": "{hm.__version__}"'.encode(), b'"model_version": "0.0.9"'
        )
        code, out, _ = command("verify", again(other))
        assert (code, out.partition(":")[0]) == (0, "verified")
        assert f"written by hubmodel 0.0.9 for cases of schema version {SCHEMA}; not computed again with" in out
        forged = made[1]["results/income.csv"].replace(b"Gross margin,", b"Margin,", 1)  # is no part of a total
        assert command("verify", again({**other, "results/income.csv": forged}))[0] == 0
        forged = made[1]["results/cash-flow.csv"].replace(b"EBITDA,SEK,", b"EBITDA,SEK,7", 1)
        code, out, _ = command("verify", again({**other, "results/cash-flow.csv": forged}))
        assert code == 1
        assert out.startswith("results/income.csv: EBITDA 2021: 0.0 in the bundle, 70.0 by its other figures\n")

    def test_the_case_in_it_must_have_the_schema_that_it_states(self, made, again):
        toml = made[1]["inputs/northx/case.toml"].replace(f"schema_version = {SCHEMA}\n".encode(), b"")
        with pytest.raises(InputError, match=r"northx/case\.toml: schema_version 0 is older"):
            hm.verify_bundle(again({"inputs/northx/case.toml": toml}))

    def test_json_and_csv(self, made, again, command):
        _, out, _ = command("verify", made[0], "--format", "json")
        facts = json.loads(out)
        assert (facts["verified"], facts["problems"], facts["differences"]) == (True, [], [])
        _, out, _ = command("verify", again({"extra": b""}, seal=False), "--format", "csv")
        assert out.splitlines()[1].startswith('extra,,,,,"is not in the manifest; ')

    def test_in_swedish(self, made, count, again, command):
        _, out, _ = command("verify", made[0], "--language", "sv")
        assert out.startswith(f"verifierat: {count} filer, ")
        found = hm.verify_bundle(again({"extra": b"", "dictionary.csv": b"", "bundle.json": None}, seal=False))
        assert [left_in_english(problem.message) for problem in found.problems] == [[], [], []]


class TestDifferences:
    """Differences between files of one table each, written by hand."""

    @staticmethod
    def files(*lines, checks=()):
        content = json.dumps({"checks": [{"name": name, "ok": ok} for name, ok in checks]}).encode()
        return {"results/t.csv": "\n".join(["label,unit,2030", *lines]).encode(), results.CHECKS: content}

    @pytest.mark.parametrize(
        ("kept", "now", "differs"),
        [
            ("100", "100.00000009", False),  # 9e-8 of 100 is 0.9e-9 of it
            ("100", "100.0000002", True),  # 2e-9 of it
            ("1e-12", "-1e-12", False),  # apart by 2e-12; 1e-9 x 1e-6 x 10 000 = 1e-11 may be rounding
            ("1e-3", "2e-3", True),
            ("", "1", True),
            ("nan", "1", True),
            ("inf", "1", True),
            ("", "", False),
        ],
    )
    def test_how_near_is_near_enough(self, kept, now, differs):
        found = list(differences(self.files("big,SEK,10000", f"a,SEK,{kept}"),
                                 self.files("big,SEK,10000", f"a,SEK,{now}")))  # fmt: skip
        assert found == ([Difference("results/t.csv", "a", "2030", kept, now)] if differs else [])

    def test_a_residue_is_measured_by_its_own_unit(self):
        kept, now = (self.files("big,SEK,1e9", f"a,share,{value}") for value in ("0", "1e-7"))
        assert [difference.name for difference in differences(kept, now)] == ["a"]

    def test_a_check_that_no_longer_holds(self):
        kept, now = (self.files(checks=[("ties", ok)]) for ok in (True, False))
        assert list(differences(kept, now)) == [Difference(results.CHECKS, "ties", "ok", "holds", "fails")]

    def test_what_only_one_has(self):
        less, more = self.files("a,SEK,1"), self.files("a,SEK,1", "b,SEK,2")
        assert {difference.name for difference in differences(less, more)} == {"b"}
        assert {difference.name for difference in differences(more, less)} == {"b"}


class TestRefused:
    @pytest.mark.parametrize("name", ["../out.csv", "/etc/out", "a/../../b", "a\\b", "C:x", "a//b", "./a", "a\nb"])
    def test_a_name_that_leads_elsewhere(self, name, tmp_path, command):
        write_zip(tmp_path / "bad.zip", {name: b"x"})
        code, out, err = command("verify", tmp_path / "bad.zip")
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert err.endswith("leads out of the bundle; do not open it\n")
        assert [path.name for path in tmp_path.iterdir()] == ["bad.zip"]

    def test_a_name_that_stands_twice(self, tmp_path):
        write_zip(tmp_path / "bad.zip", [("a", b"1"), ("a", b"2")])
        with pytest.raises(InputError, match=r"bad\.zip: 'a' stands twice; do not trust it"):
            hm.verify_bundle(tmp_path / "bad.zip")

    def test_a_zip_that_would_fill_the_disk_is_not_unpacked(self, tmp_path):
        with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as out, out.open("a", "w") as file:
            for _ in range(501):
                file.write(bytes(1_000_000))
        assert (tmp_path / "bomb.zip").stat().st_size < 1_000_000
        message = r"bomb\.zip: holds 1 files of 501 MB unpacked, more than the 10000 files or 500 MB of any bundle"
        with pytest.raises(InputError, match=message):
            hm.verify_bundle(tmp_path / "bomb.zip")

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"", "is not a zip; give a file that hubmodel bundle wrote"),
            (b"PK\x05\x06" + bytes(10), "is not a zip"),
            (b"hello" * 1000, "is not a zip"),
            (None, "there is no such file; give the path of a bundle"),
        ],
    )
    def test_what_is_no_zip(self, tmp_path, content, message):
        if content is not None:
            (tmp_path / "x.zip").write_bytes(content)
        with pytest.raises(InputError, match=rf"x\.zip: {message}"):
            hm.verify_bundle(tmp_path / "x.zip")

    def test_a_folder(self, tmp_path):
        with pytest.raises(InputError, match="cannot be read: Is a directory; check the file"):
            hm.verify_bundle(tmp_path)

    def test_a_zip_that_is_no_bundle(self, tmp_path):
        write_zip(tmp_path / "x.zip", {"a": b"1"})
        with pytest.raises(InputError, match=r"x\.zip: holds no manifest-sha256\.txt, so it is no bundle"):
            hm.verify_bundle(tmp_path / "x.zip")

    def test_a_manifest_that_is_none(self, tmp_path):
        write_zip(tmp_path / "x.zip", {archive.MANIFEST: b"what\n"})
        with pytest.raises(InputError, match=r"manifest-sha256\.txt line 1: names no file by its hash"):
            hm.verify_bundle(tmp_path / "x.zip")

    @pytest.mark.parametrize(
        ("changed", "message"),
        [
            ({"bundle_schema": 0}, f"bundle_schema 0 is older than 1, which this one reads; verify it with hubmodel "
                                   f"{hm.__version__}, which wrote it"),
            ({"bundle_schema": 2}, "bundle_schema 2 is newer than 1; update hubmodel"),
            ({"bundle_schema": "1"}, "bundle.json does not say case, scenario, model_version, inputs_hash as it must"),
            ({"case": 7}, "bundle.json does not say case, scenario, model_version, inputs_hash as it must"),
            ({"case": "../../etc"}, r"holds no inputs/../../etc/case.toml; get the bundle anew"),
        ],
    )  # fmt: skip
    def test_facts_of_another_shape(self, made, again, changed, message):
        with pytest.raises(InputError, match=re.escape(message)):
            hm.verify_bundle(again({"bundle.json": facts(made, **changed)}))

    @pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff", b"[" * 100_000])
    def test_facts_that_are_none(self, again, content):
        with pytest.raises(InputError, match=r"bundle\.json does not say case, scenario, model_version, inputs_hash"):
            hm.verify_bundle(again({"bundle.json": content}))

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("results/checks.json", b"{}"),
            ("results/checks.json", b"[" * 100_000),
            ("results/income.csv", b"\xff"),
            ("results/income.csv", b'label,unit\n"'),
            ("results/income.csv", b"label,2030\nRevenue,1\n"),
            ("results/other.png", b"\x89PNG\n1"),
        ],
    )
    def test_results_that_are_none(self, again, name, content):
        with pytest.raises(InputError, match=f"{name}: is not laid out as results of a run; get the bundle anew"):
            hm.verify_bundle(again({name: content}))

    @pytest.mark.parametrize("name", ["inputs/northx/case.toml/x", f"inputs/northx/{'n' * 300}"])
    def test_inputs_that_no_folder_can_hold(self, again, name):
        with pytest.raises(InputError, match=r"changed\.zip: cannot be laid out: .*; get the bundle anew"):
            hm.verify_bundle(again({name: b"1"}))

    def test_inputs_that_this_version_does_not_take(self, made, again):
        inputs = made[1]["inputs/northx/pricing.csv"].replace(b"commercial_margin,", b"old_margin,")
        with pytest.raises(HubmodelError, match=rf"changed\.zip: made with hubmodel {hm.__version__}: .*old_margin"):
            hm.verify_bundle(again({"inputs/northx/pricing.csv": inputs}))


class TestWriting:
    @pytest.mark.parametrize(
        ("out", "more", "message"),
        [
            ("x.tar", [], "x.tar: a bundle's name ends with .zip; write x.zip"),
            ("no/x.zip", [], "no/x.zip: cannot be written: there is no folder no; choose another place"),
            (
                "x.zip",
                ["--date", "31/3"],
                "date must be a day such as 2026-03-31, got '31/3'; write year, month and day",
            ),
        ],
    )
    def test_what_is_refused_leaves_nothing(self, out, more, message, tmp_path, command, monkeypatch):
        monkeypatch.chdir(tmp_path)
        assert command("bundle", "-o", out, "--no-notebooks", *more) == (2, "", f"{message}\n")
        assert list(tmp_path.iterdir()) == []

    def test_without_a_name(self, command):
        assert command("bundle")[2] == "-o is missing; name the bundle to write, such as -o northx.zip\n"

    def test_an_installed_hubmodel_has_no_notebooks(self, tmp_path, monkeypatch):
        pytest.importorskip("nbclient")
        monkeypatch.setattr(notebooks, "ROOT", tmp_path)
        with pytest.raises(InputError, match="comes without its notebooks; add --no-notebooks, or use a checkout"):
            hm.write_bundle(NORTHX, tmp_path / "x.zip")
        assert list(tmp_path.iterdir()) == []

    def test_a_name_that_other_systems_cannot_write(self, tmp_path):
        case = new_case(tmp_path / "a:b")
        with pytest.raises(InputError, match=r"'inputs/a:b/.*': cannot stand in a bundle, .*; rename it"):
            hm.write_bundle(hm.run(case, solved=False), tmp_path / "x.zip", notebooks=False)
        assert not (tmp_path / "x.zip").exists()

    @pytest.mark.slow
    def test_notebooks_are_run_on_the_case(self, tmp_path, monkeypatch):
        pytest.importorskip("nbclient")
        monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
        first = (notebooks.ROOT / "notebooks" / "00_tour.ipynb").read_bytes()
        for folder in ("notebooks", "tests/published"):
            (tmp_path / "root" / folder).mkdir(parents=True)
        (tmp_path / "root" / "notebooks" / "00_tour.ipynb").write_bytes(first)
        monkeypatch.setattr(notebooks, "ROOT", tmp_path / "root")
        case = new_case(tmp_path / "mine", "Plant in Umeå")
        hm.write_bundle(hm.run(case), tmp_path / "x.zip")
        book = json.loads(unpack(tmp_path / "x.zip")["notebooks/00_tour.ipynb"])
        (cell,) = [cell for cell in book["cells"] if "parameters" in cell["metadata"].get("tags", [])]
        assert 'name = "../inputs/mine"' in "".join(cell["source"])
        assert "Plant in Umeå" in json.dumps(book, ensure_ascii=False)
        assert hm.verify_bundle(tmp_path / "x.zip").ok

    @pytest.mark.slow
    def test_a_notebook_that_stops_is_named(self, tmp_path, monkeypatch):
        nbformat = pytest.importorskip("nbformat.v4")
        monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
        for folder in ("notebooks", "tests/published"):
            (tmp_path / "root" / folder).mkdir(parents=True)
        book = nbformat.new_notebook(cells=[nbformat.new_code_cell("1 / 0")])
        (tmp_path / "root" / "notebooks" / "00_tour.ipynb").write_text(json.dumps(book), encoding="utf-8")
        monkeypatch.setattr(notebooks, "ROOT", tmp_path / "root")
        with pytest.raises(InputError, match=r"00_tour\.ipynb: stops with ZeroDivisionError: .*; mend it, or add --no"):
            hm.write_bundle(NORTHX, tmp_path / "x.zip")
        assert not (tmp_path / "x.zip").exists()


def test_every_total_and_term_is_a_line():
    sums = [*totals.SUMS.values(), *totals.TO_DATE.values(), totals.IN_ALL]
    terms = [term for table in sums for name, terms in table.items() for term in (name, *terms.split())]
    names = {term.lstrip("-").rpartition(":")[2] for term in terms}
    assert names - hm.load("northx").model.lines.keys() == set()
