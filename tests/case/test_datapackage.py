"""datapackage.json of every case: it follows the standard, describes the files, and is never out of date."""

import json
import shutil

import pytest

import hubmodel as hm
from hubmodel.case.datapackage import descriptor, sources_of, to_json, write_datapackage
from hubmodel.case.reading import COLUMNS, case_names
from hubmodel.case.rows import GRADES, Row
from hubmodel.case.template import new_case
from hubmodel.case.upgrade import upgrade
from hubmodel.errors import InputError

CASES = {name: hm.load(name) for name in case_names()}
every_case = pytest.mark.parametrize("name", CASES)


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(CASES["northx"].folder, tmp_path / "mine")
    return tmp_path / "mine"


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def complaints(folder):
    """Return the errors that the Frictionless framework finds in a package: (resource, type of error)."""
    validate = pytest.importorskip("frictionless").validate
    report = validate(str(folder / "datapackage.json"))
    return [(task.name, error.type) for task in report.tasks for error in task.errors]


def resource(case, name):
    (found,) = (table for table in descriptor(case)["resources"] if table["name"] == name)
    return found


@every_case
class TestShipped:
    def test_the_file_is_what_the_case_gives(self, name):
        cure = "hubmodel upgrade data/CASE writes it anew"
        text = (CASES[name].folder / "datapackage.json").read_text(encoding="utf-8")
        assert text == to_json(CASES[name]), cure

    def test_it_is_valid_by_the_standards_own_tool(self, name):
        assert complaints(CASES[name].folder) == []

    def test_every_file_of_the_folder_is_described(self, name):
        case = CASES[name]
        there = {path.relative_to(case.folder).as_posix() for path in case.folder.rglob("*") if path.is_file()}
        described = {resource["path"] for resource in descriptor(case)["resources"] if "path" in resource}
        assert there - {"datapackage.json"} == described

    def test_every_source_of_a_row_is_a_source_of_the_package(self, name):
        cited = {row.source for row in CASES[name].rows if row.source}
        assert cited <= sources_of(CASES[name]).keys()
        assert len(descriptor(CASES[name]).get("sources", [])) == len(sources_of(CASES[name]))


class TestStandardSees:
    """Frictionless, which finds no error in the shipped cases, does find errors."""

    @pytest.mark.parametrize(
        ("file", "old", "new", "expected"),
        [
            ("finance.csv", "discount_rate,,,", ",,,", ("finance", "constraint-error")),
            ("capital.csv", ",assumption,", ",asumption,", ("capital", "constraint-error")),
            ("documented.csv", "D002,", "D001,", ("documented", "primary-key")),
            ("documented.csv", "vinnova-2023", "vinnova-1923", ("documented", "foreign-key")),
            ("correlation.csv", ",0.7,", ",1.7,", ("correlation", "constraint-error")),
            ("correlation.csv", ",0.7,", ",much,", ("correlation", "type-error")),
            ("contradictions.csv", ",yes,", ",ja,", ("contradictions", "type-error")),
        ],
    )  # fmt: skip
    def test_a_broken_cell(self, folder, file, old, new, expected):
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        assert complaints(folder) == [expected]


class TestColumns:
    def test_rows_have_the_columns_that_the_loader_reads(self):
        fields = resource(CASES["northx"], "pricing")["schema"]["fields"]
        assert [column["name"] for column in fields] == list(COLUMNS)
        assert all(column["description"] for column in fields)

    def test_what_a_column_takes_is_what_the_loader_takes(self):
        fields = {column["name"]: column for column in resource(CASES["northx"], "cost")["schema"]["fields"]}
        assert fields["grade"]["constraints"]["enum"] == list(GRADES)
        given = {"key": "k", "row": "", "value": "1", "unit": "1", "low": "0.5", "high": "2", "price_year": "",
                 "period": "", "source": "", "locator": "", "grade": "assumption", "note": "why"}  # fmt: skip
        for spread in fields["spread"]["constraints"]["enum"]:
            assert Row(**given, spread=spread).spread == spread
        with pytest.raises(ValueError, match="spread"):
            Row(**given, spread="gaussian")


class TestOwnCase:
    def test_a_new_one_is_described_as_itself(self, tmp_path):
        new_case(tmp_path / "Verk i Umeå", "Plant in Umeå")
        package = json.loads((tmp_path / "Verk i Umeå" / "datapackage.json").read_text(encoding="utf-8"))
        assert (package["title"], package["name"]) == ("Plant in Umeå", "verk-i-ume")
        assert "licenses" not in package
        assert complaints(tmp_path / "Verk i Umeå") == []

    def test_a_changed_one_still_loads_and_upgrade_describes_it_anew(self, folder):
        edit(folder / "case.toml", 'licence = "BSD-3-Clause"', 'licence = "CC-BY-4.0"')
        assert hm.load(folder).inputs_hash == CASES["northx"].inputs_hash
        assert upgrade(folder).changes == ("datapackage.json: written anew",)
        package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
        assert package["licenses"][0]["name"] == "CC-BY-4.0"
        assert upgrade(folder).changes == ()

    def test_a_source_that_a_note_leans_on_comes_along(self, tmp_path):
        case = new_case(tmp_path / "mine")
        before = sources_of(case)
        assert "avid-2024" not in before
        edit(tmp_path / "mine" / "finance.csv", "To fill: which yearly return", "As avid-2024. Which return")
        case = hm.load(tmp_path / "mine")
        assert sources_of(case).keys() - before.keys() == {"avid-2024"}
        assert write_datapackage(case)
        assert complaints(case.folder) == []

    @pytest.mark.parametrize("licence", ['"free to use"', "4"])
    def test_a_licence_that_is_no_identifier(self, folder, licence):
        edit(folder / "case.toml", '"BSD-3-Clause"', licence)
        with pytest.raises(InputError, match=r"mine/case\.toml: licence must be an SPDX identifier, got .*; write"):
            descriptor(hm.load(folder))
