"""Upgrade of an older case: changes are listed, nothing is lost, and a folder changes only on request."""

import csv
import shutil
from pathlib import Path

import pytest

import hubmodel as hm
from hubmodel.case.reading import SCHEMA
from hubmodel.case.upgrade import STEPS, upgrade
from hubmodel.errors import HubmodelError

OLD = Path(__file__).parent / "version_0"


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(OLD, tmp_path / "old")
    return tmp_path / "old"


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_there_is_a_step_for_every_version():
    assert len(STEPS) == SCHEMA


def test_an_older_case_is_refused_with_the_cure_and_left_alone(folder):
    before = content(folder)
    with pytest.raises(HubmodelError, match=r"schema_version 0 is older than 1, .* run hubmodel upgrade .*old"):
        hm.load(folder)
    assert content(folder) == before


def test_every_number_is_kept_and_every_change_is_said(folder):
    before = rows(folder / "calendar.csv")
    done = upgrade(folder)
    after = rows(folder / "calendar.csv")
    assert (done.version, done.now) == (0, 1)
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
    assert (done.version, done.changes, done.kept) == (1, (), None)
    assert content(folder) == before


def test_the_rest_of_case_toml_stays(folder):
    before = (folder / "case.toml").read_text(encoding="utf-8")
    upgrade(folder)
    assert (folder / "case.toml").read_text(encoding="utf-8") == f"schema_version = 1\n{before}"


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (("calendar.csv", "1..3", "1-3"), r"calendar\.csv line 11: range must be written 0\.3\.\.0\.7, got '1-3'"),
        (("calendar.csv", "1..3", "3..1"), r"old/calendar\.csv line 11: ramp_time must lie in its range, got 3 <= 2"),
        (("calendar.csv", ",range,", ",low,"), "lacks the column range"),
        (("case.toml", 'title = "', 'schema_version = 7\ntitle = "'), "schema_version 7 is newer than 1"),
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
