"""Upgrade of an older case: changes are listed, nothing is lost, and a folder changes only on request."""

import csv
import shutil
from pathlib import Path

import pytest

import hubmodel as hm
from hubmodel.case.loading import SCHEMA, case_folder
from hubmodel.case.reading import COLUMNS
from hubmodel.case.upgrade import STEPS, upgrade
from hubmodel.errors import HubmodelError

OLD = Path(__file__).parent / "version_0"


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(OLD, tmp_path / "old")
    return tmp_path / "old"


def content(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path, rows_):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows_)


def test_there_is_a_step_for_every_version():
    assert len(STEPS) == SCHEMA


def test_an_older_case_is_refused_with_the_cure_and_left_alone(folder):
    before = content(folder)
    with pytest.raises(HubmodelError, match=r"schema_version 0 is older than 2, .* run hubmodel upgrade .*old"):
        hm.load(folder)
    assert content(folder) == before


def test_every_number_is_kept_and_every_change_is_said(folder):
    before = rows(folder / "calendar.csv")
    done = upgrade(folder)
    after = rows(folder / "calendar.csv")
    assert (done.version, done.now) == (0, 2)
    for old, new in zip(before, after, strict=True):
        written = old.pop("range")
        low, high = new.pop("low"), new.pop("high")
        assert old == new
        assert written == (f"{low}..{high}" if low else "")
    ranges = [row for row in rows(OLD / "calendar.csv") if row["range"]]
    assert len(done.changes) == len(ranges) == 11
    assert done.changes[1] == "calendar.csv: ramp_time: range 1..3 is now low 1, high 3"


def test_what_comes_out_loads_and_has_the_ranges(folder):
    upgrade(folder)
    case = hm.load(folder)
    (row,) = case.by_key["ramp_time"]
    assert (row.value, row.low, row.high) == (2, 1, 3)
    assert hm.evaluate(case)["opening_date"] == pytest.approx(2027)


def test_the_old_folder_is_kept_as_it_was(folder):
    before = content(folder)
    done = upgrade(folder)
    assert done.kept == folder.with_name("old.version-0")
    assert content(done.kept) == before
    assert sorted(path.name for path in folder.parent.iterdir()) == ["old", "old.version-0"]


def test_a_second_time_there_is_nothing_to_do(folder):
    upgrade(folder)
    before = content(folder)
    done = upgrade(folder)
    assert (done.version, done.changes, done.kept) == (2, (), None)
    assert content(folder) == before


def test_the_rest_of_case_toml_stays(folder):
    before = (folder / "case.toml").read_text(encoding="utf-8")
    upgrade(folder)
    assert (folder / "case.toml").read_text(encoding="utf-8") == f"schema_version = 2\n{before}"


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (("calendar.csv", "1..3", "1-3"), r"calendar\.csv line 11: range must be written 0\.3\.\.0\.7, got '1-3'"),
        (("calendar.csv", "1..3", "3..1"), r"old/calendar\.csv line 11: ramp_time must lie in its range, got 3 <= 2"),
        (("calendar.csv", ",range,", ",low,"), "lacks the column range"),
        (("case.toml", 'title = "', 'schema_version = 7\ntitle = "'), "schema_version 7 is newer than 2"),
    ],
    ids=["a range written otherwise", "a range upside down", "another header", "a newer version"],
)
def test_what_cannot_be_brought_over_changes_nothing(folder, spoil, expected):
    file, old, new = spoil
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    before = content(folder)
    with pytest.raises(HubmodelError, match=expected):
        upgrade(folder)
    assert content(folder) == before
    assert [path.name for path in folder.parent.iterdir()] == ["old"]


def test_a_folder_in_the_way_is_not_overwritten(folder):
    folder.with_name("old.version-0").mkdir()
    with pytest.raises(HubmodelError, match=r"old\.version-0: is in the way of the old folder that is kept; move it"):
        upgrade(folder)


class TestDemandInAFileOfItsOwn:
    """Version 1 had the rows of enquiries and projects among those of capacity."""

    @pytest.fixture(params=["northx", "ccrm-nordic", "template"])
    def present(self, request):
        return case_folder(request.param)

    @pytest.fixture
    def older(self, present, tmp_path):
        folder = tmp_path / present.name
        shutil.copytree(present, folder)
        (folder / "datapackage.json").unlink()
        demand, capacity = rows(folder / "demand.csv"), rows(folder / "capacity.csv")
        write(folder / "capacity.csv", [*demand[:5], *capacity, *demand[5:]])
        (folder / "demand.csv").unlink()
        text = (folder / "case.toml").read_text(encoding="utf-8")
        for new, old in (("schema_version = 2", "schema_version = 1"), ('"demand", ', "")):
            assert text.count(new) == 1
            text = text.replace(new, old)
        (folder / "case.toml").write_text(text, encoding="utf-8")
        return folder

    def test_it_is_refused_with_the_cure(self, older, present):
        with pytest.raises(
            HubmodelError, match=rf"schema_version 1 is older than 2, .* run hubmodel upgrade .*{present.name}"
        ):
            hm.load(older)

    def test_its_rows_move_as_they_are_and_the_change_is_said(self, older, present):
        before = content(older)
        done = upgrade(older)
        # every row, the frame of the case and its description are those of the case as it is today
        assert content(older) == content(present)
        count = len(rows(present / "demand.csv"))
        moved = f"demand.csv: {count} rows of projects, from capacity.csv; their values are unchanged"
        assert (done.version, done.now, done.changes) == (1, 2, (moved,))
        assert done.kept == older.with_name(f"{present.name}.version-1")
        assert content(done.kept) == before

    def test_a_name_in_single_quotes_and_a_list_over_lines_are_understood(self, older):
        text = (
            (older / "case.toml")
            .read_text(encoding="utf-8")
            .replace('"calendar", "capacity"', "'calendar',\n  'capacity'")
        )
        (older / "case.toml").write_text(text, encoding="utf-8")
        upgrade(older)
        assert "'calendar',\n  'demand', 'capacity'" in (older / "case.toml").read_text(encoding="utf-8")
        assert "win_rate" in hm.load(older).by_key


def test_a_case_without_capacity_gets_no_demand(folder):
    upgrade(folder)
    assert not (folder / "demand.csv").exists()
