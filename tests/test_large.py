"""A facility with many suites and platforms over many years: what it costs in time and memory."""

import subprocess
import sys
import time

import numpy as np
import pytest
from large import large_case

import hubmodel as hm
from hubmodel.cli import files
from hubmodel.output.excel import formula_count
from hubmodel.study import computing
from hubmodel.text.numbers import format_value

MEGABYTE = 1e6
PERIODS = ("month", "year")
USAGE = """
import resource, sys
from hubmodel.cli import main

try:
    main()
finally:
    used = resource.getrusage(resource.RUSAGE_SELF)
    factor = 1 if sys.platform == "darwin" else 1024
    print(f"{used.ru_utime + used.ru_stime:.2f} {used.ru_maxrss * factor}", file=sys.stderr)
"""


def used(*arguments):
    """Run a command in a process of its own; return its seconds of processor time, its memory in MB, and its notes."""
    done = subprocess.run([sys.executable, "-c", USAGE, *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    *notes, last = done.stderr.splitlines()
    seconds, memory = map(float, last.split())
    return seconds, memory / MEGABYTE, "\n".join(notes)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A case of which a run takes a moment: 6 suites, 40 platforms, 14 years by month."""
    return hm.load(large_case(tmp_path_factory.mktemp("cases") / "small", 6, 40, 14))


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """60 suites, 200 platforms and 30 years by month: from northx, and from the template with its open questions."""
    place = tmp_path_factory.mktemp("cases")
    return {start: large_case(place / f"large-{start}", start=start) for start in ("northx", "template")}


def test_every_suite_and_platform_is_there(small):
    assert (len(small.lists["suite"]), len(small.lists["platform"]), len(small.periods)) == (6, 40, 14 * 12)
    assert not [check.name for check in hm.run(small, solved=False).checks if not check.ok]


def test_slices_give_what_all_draws_at_once_give(small, monkeypatch):
    whole = hm.tornado(small)
    monkeypatch.setattr(computing, "MOST_VALUES", 60 * computing.values_of(small))
    assert hm.tornado(small) == whole


def test_a_line_that_no_draw_moves_stays_one(small, monkeypatch):
    monkeypatch.setattr(computing, "MOST_VALUES", 2 * computing.values_of(small))
    margins = np.linspace(0.1, 0.3, 5)[:, None, None]
    lines = hm.evaluate(small, ["price_at_margin", "suite_days_open"], changed={"commercial_margin": margins})
    assert np.shape(lines["price_at_margin"])[0] == 5
    assert np.ndim(lines["suite_days_open"]) == 2


def test_more_rows_than_floats_step_give_the_same(small, monkeypatch):
    arrays = hm.evaluate(small).values
    monkeypatch.setattr("hubmodel.engine.stepping.MOST_ROWS", 10**6)
    floats = hm.evaluate(small).values
    assert all(np.array_equal(arrays[name], floats[name], equal_nan=True) for name in arrays)


@pytest.mark.parametrize("period", [pytest.param("month", marks=pytest.mark.full), "year"])
def test_the_formulas_of_a_workbook_are_counted_before_it_is_written(tmp_path, period):
    case = hm.load("northx").with_({"period": period})
    written = hm.write_workbook(hm.run(case, solved=False), tmp_path / "northx.xlsx")
    in_front = 6_000  # key figures, checks, tables by year, inputs
    assert written - in_front < formula_count(case) < written


def test_by_year_is_offered_for_a_workbook_that_holds_many_formulas(small, monkeypatch, capsys):
    monkeypatch.setattr(files, "MANY_FORMULAS", formula_count(small))
    files.note_size(small, "en")
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(files, "MANY_FORMULAS", formula_count(small) - 1)
    files.note_size(small, "en")
    by_month, by_year = (format_value(round(formula_count(small.with_({"period": by})), -4), "1") for by in PERIODS)
    assert capsys.readouterr().err == (
        f"note: the workbook holds about {by_month} formulas and is slow to write and to open; "
        f"with --by year it holds about {by_year}\n"
    )


def test_nothing_is_offered_for_a_workbook_by_year(small, monkeypatch, capsys):
    monkeypatch.setattr(files, "MANY_FORMULAS", 1)
    files.note_size(small.with_({"period": "year"}), "en")
    assert capsys.readouterr().err.endswith("formulas and is slow to write and to open\n")


def test_a_series_takes_a_twelfth_by_year_and_a_constant_stays(small):
    by_month, by_year = (formula_count(small.with_({"period": by})) for by in PERIODS)
    assert by_month / 12 < by_year < by_month / 10


@pytest.mark.full
class TestSixtySuites:
    """Limits that a large facility must keep; time is that of the processor."""

    def test_all_lines_within_two_and_a_half_seconds(self, folders):
        case = hm.load(folders["northx"])
        begin = time.process_time()
        hm.evaluate(case)
        assert time.process_time() - begin < 2.5

    def test_check(self, folders):
        for folder in folders.values():
            seconds, memory, _ = used("check", folder)
            assert (seconds < 10, memory < 800) == (True, True), (seconds, memory)

    def test_report(self, folders, tmp_path):
        _, memory, _ = used("report", folders["northx"], "-o", tmp_path / "board.pdf")
        assert memory < 800

    def test_a_workbook_by_year_is_small(self, folders, tmp_path):
        _, memory, notes = used("excel", folders["northx"], "--by", "year", "-o", tmp_path / "years.xlsx")
        assert ("formulas" in notes, memory < 800) == (False, True)
