"""Draws: points reproducible by block, correlated as the case has it, one quantile for each input."""

import dataclasses
import pickle
import shutil

import numpy as np
import pytest
from scipy.stats import spearmanr

import hubmodel as hm
from hubmodel.errors import InputError, UnknownName
from hubmodel.uncertainty.draws import BLOCK, POINTS, Draws, rows_at, uncertain_keys
from hubmodel.uncertainty.ranges import SPREADS


def array_at(case, key, quantiles):
    """Return an input at quantiles of its range, drawn row by row: what drawing all at once must equal."""
    return case.array_of(key, case.by_key[key], rows_at(case, key, quantiles))


@pytest.fixture
def own(tmp_path):
    """Return a copy of the case whose files a test may change."""
    folder = tmp_path / "northx"
    shutil.copytree(hm.load("northx").folder, folder)
    return folder


@pytest.mark.parametrize("points", POINTS)
def test_a_block_is_the_same_whenever_it_is_made_and_blocks_differ(yearly, points):
    plan, again = Draws(yearly, points), Draws(yearly, points)
    last, first = again.quantiles(3), plan.quantiles(0)
    assert (plan.quantiles(3) == last).all()
    assert not (first == last).any()
    assert first.shape == (BLOCK, len(plan.keys))
    assert not (Draws(yearly, points, seed=8).quantiles(0) == first).all()


@pytest.mark.parametrize(("points", "worst"), [("sobol", 1), ("latin", 1), ("plain", 8)])
def test_points_fill_the_range_evenly(yearly, points, worst):
    # 64 bands of 8 points each: Sobol points and a Latin hypercube have exactly 8 in each (the correlated columns less)
    draws = Draws(yearly, points)
    tied = {name for part in ("analyses", "inflation") for name in draws.keys if part in name}
    counts = [np.bincount((column * 64).astype(int), minlength=64) for key, column in
              zip(draws.keys, draws.quantiles(0).T, strict=True) if key not in tied]  # fmt: skip
    off = max(int(np.abs(count - 8).max()) for count in counts)
    assert off < worst if worst == 1 else off >= worst


def test_ranks_are_correlated_as_the_data_says(yearly):
    draws = Draws(yearly)
    points = np.vstack([draws.quantiles(block) for block in range(8)])
    column = {key: points[:, at] for at, key in enumerate(draws.keys)}
    # 4096 points: a rank correlation is good to about 1 / sqrt(4096) = 0.016
    pairs = {("analyses_cost_per_batch", "analyses_price_per_batch"): 0.7, ("wage_inflation", "price_inflation"): 0.6,
             ("volume_factor", "retention"): 0.0}  # fmt: skip
    for (key, other), correlation in pairs.items():
        assert spearmanr(column[key], column[other]).statistic == pytest.approx(correlation, abs=0.03)


def test_all_rows_of_a_key_take_the_same_quantile_each_of_its_own_range(yearly):
    got = array_at(yearly, "fixed_posts", np.array([0.0, 1.0]))
    rows = yearly.by_key["fixed_posts"]
    assert got[0, :, 0].tolist() == [row.low for row in rows]
    assert got[1, :, 0].tolist() == [row.high for row in rows]


@pytest.mark.parametrize("spread", ["", *SPREADS])
def test_inputs_drawn_together_are_what_each_is_alone(yearly, spread):
    def spread_out(row):
        if row.low is None or (spread == "lognormal" and (row.low <= 0 or row.unit == "date")):  # it has no logarithm
            return row
        return row.model_copy(update={"spread": spread})

    base = dataclasses.replace(yearly, rows=tuple(map(spread_out, yearly.rows)))
    for case in (base, base.with_({"innovation_hourly_rate": 1650.0, "opening_delay[Matfors]": 6.0})):
        draws = Draws(case, hold=("volume_factor",))
        points = draws.quantiles(0)[:100]
        together = draws.inputs(points)
        assert list(together) == [key for key in draws.keys if key != "volume_factor"]
        for at, key in enumerate(draws.keys):
            if key in together:
                assert together[key].tolist() == array_at(case, key, points[:, at]).tolist(), key


def test_a_held_input_stays_and_moves_no_other(yearly):
    free, held = Draws(yearly), Draws(yearly, hold=("volume_factor",))
    all_drawn, rest = (draws.inputs(draws.quantiles(0)[:4]) for draws in (free, held))
    assert set(all_drawn) - set(rest) == {"volume_factor"}
    assert all((all_drawn[key] == rest[key]).all() for key in rest)


def test_documented_facts_are_not_drawn_even_when_a_scenario_changes_them(yearly):
    assert "grant_factor" not in uncertain_keys(yearly)
    assert "grant_factor" not in uncertain_keys(yearly.with_({"grant_factor": 0.5}))


def test_a_changed_input_takes_its_range_along(yearly):
    changed = yearly.with_({"innovation_hourly_rate": 1650.0})  # from 1500 in 1100 to 2000, a tenth more
    ends = array_at(changed, "innovation_hourly_rate", np.array([0.0, 1.0])).ravel()
    assert ends.tolist() == pytest.approx([1210.0, 2200.0])


def test_no_range_at_all(yearly):
    bare = dataclasses.replace(yearly, base=None, rows=tuple(
        row.model_copy(update={"low": None, "high": None}) for row in yearly.rows))  # fmt: skip
    with pytest.raises(InputError, match="no input has a range, so there is nothing to draw; give rows low and high"):
        uncertain_keys(bare)


def test_what_cannot_be_held(yearly):
    with pytest.raises(UnknownName, match="did you mean 'volume_factor'"):
        Draws(yearly, hold=("volume_facto",))
    with pytest.raises(InputError, match="grant_factor has no range, or is a documented fact"):
        Draws(yearly, hold=("grant_factor",))
    with pytest.raises(UnknownName, match="no kind of points 'soboll'; did you mean 'sobol'"):
        Draws(yearly, "soboll")


HEAD = "key,other,correlation,source,grade,note\n"


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("volume_factor,win_rate_,0.5,,assumption,why", "win_rate_ has no range, so it cannot be correlated"),
        ("volume_factor,retention,1,,assumption,why", "line 2: correlation must lie between -1 and 1, got '1'"),
        ("volume_factor,retention,high,,assumption,why", "must lie between -1 and 1, got 'high'"),
        ("volume_factor,volume_factor,0.5,,assumption,why", "must be two inputs, named once"),
        ("volume_factor,retention,0.5,,assumption,", "needs a grade .* and a note"),
        (
            "volume_factor,retention,0.9,,assumption,a\nretention,commercial_margin,0.9,,assumption,b\n"
            "volume_factor,commercial_margin,-0.9,,assumption,c",
            "the correlations contradict each other .*bring some of them nearer to 0",
        ),
    ],
)
def test_correlations_without_meaning_are_refused(own, lines, message):
    (own / "correlation.csv").write_text(HEAD + lines + "\n", encoding="utf-8")
    case = hm.load(own)
    with pytest.raises(InputError, match=message):
        hm.simulate(case, 8)


def test_a_process_unpickles_a_plan_once(yearly):
    plan = Draws(yearly, hold=("volume_factor",))
    first, second = (pickle.loads(pickle.dumps((at, plan)))[1] for at in range(2))  # as two jobs carry it
    assert first is second
    assert first.hold == plan.hold
    assert (first.quantiles(1) == plan.quantiles(1)).all()


def test_another_range_is_another_plan_though_every_value_is_the_same(yearly):
    rows = tuple(row.model_copy(update={"high": 2500.0}) if row.key == "innovation_hourly_rate" else row
                 for row in yearly.rows)  # fmt: skip
    wider = dataclasses.replace(yearly, rows=rows)
    assert wider.inputs_hash == yearly.inputs_hash
    ends = [pickle.loads(pickle.dumps(Draws(case))).inputs(np.full((1, len(uncertain_keys(case))), 1.0)) for case in
            (yearly, wider)]  # fmt: skip
    assert [end["innovation_hourly_rate"].item() for end in ends] == [2000.0, 2500.0]
