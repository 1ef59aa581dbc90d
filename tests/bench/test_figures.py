"""Figures of speed: which became slower, told from noise and in the right direction, and what is kept in the file."""

import pytest

from tests.bench.__main__ import of_the_small_project
from tests.bench.contender import Row
from tests.bench.figures import Figure, read, slower, write

RUN, DRAWS = Figure("run", 10.0, "ms", 8.5, "17.7"), Figure("draws", 1000.0, "draws/s", 900)


@pytest.mark.parametrize(
    ("earlier", "lines"),
    [
        ({"run": 10.0, "draws": 1000.0}, []),
        ({"run": 8.75, "draws": 1140.0}, []),  # 10 / 8.75 = 1.143, 1140 / 1000 = 1.14: noise
        ({"run": 8.0}, ["run: 8 → 10 ms, 1.25 times as slow"]),  # draws were not measured then
        ({"draws": 2000.0}, ["draws: 2,000 → 1,000 draws/s, 2.00 times as slow"]),
        ({"run": 100.0, "draws": 100.0}, []),  # both are faster
        ({"gone": 1.0}, []),
    ],
)
def test_what_became_slower_by_more_than_noise(earlier, lines):
    assert slower([RUN, DRAWS], earlier) == lines


def test_the_worst_comes_first():
    # 10 / 8 = 1.25, 2000 / 1000 = 2
    found = slower([RUN, DRAWS], {"run": 8.0, "draws": 2000.0})
    assert [line.partition(":")[0] for line in found] == ["draws", "run"]


def test_a_file_gives_back_the_values(tmp_path):
    path = tmp_path / "bench.json"
    write(path, [RUN, DRAWS], about="a machine")
    assert read(path) == {"run": 10.0, "draws": 1000.0}
    assert '"about": "a machine"' in path.read_text()
    assert slower([RUN, DRAWS], read(path)) == []


def test_a_row_has_value_goal_and_what_it_was_and_says_where_the_goal_is_not_reached():
    assert RUN.line.split() == ["run", "10", "8.5", "17.7", "ms", "(goal", "not", "reached)"]
    assert DRAWS.line.split() == ["draws", "1,000", "900", "draws/s"]  # more is better


def test_the_small_project_stands_beside_plain_numpy():
    rows = [Row(name, "1", 40.0, 0.1, 0.5, 39.0, 0.2, once, drawn, "own", "") for name, once, drawn in
            (("plain NumPy", 54e-6, 0.0009), ("hubmodel, lines", 108e-6, 0.0018), ("pyxirr", 42e-6, 0.1))]  # fmt: skip
    # 108 µs; 1.8 ms / 0.9 ms = 2
    assert [round(figure.value, 9) for figure in of_the_small_project(rows)] == [108, 2, 54, 42]
