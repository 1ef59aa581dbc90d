"""Monte Carlo: the same numbers by any way of computing, correct errors, and the worst draws as scenarios."""

import concurrent.futures

import joblib
import numpy as np
import pytest

import hubmodel as hm
from hubmodel.case.scenario import apply_scenario
from hubmodel.errors import InputError, UnknownName
from hubmodel.uncertainty import simulate as module
from hubmodel.uncertainty.draws import BLOCK, POINTS
from hubmodel.uncertainty.simulate import Job, run_job


def test_the_same_for_any_chunk(yearly, drawn):
    for chunk in (1, 100, 512):
        job = Job(drawn.draws, tuple(drawn.values), BLOCK, BLOCK + 40, True, chunk)
        got = run_job(job)
        assert all(np.array_equal(got[name], drawn.values[name][BLOCK : BLOCK + 40], equal_nan=True) for name in got)


def test_compiled_lines_give_the_same_numbers(yearly):
    figures = ("net_present_value", "payback_years", "internal_rate_of_return", "peak_funding_need")
    by_numpy, by_kernel = (hm.simulate(yearly, 300, figures=figures, compiled=fast).values for fast in (False, True))
    for name in figures:
        assert by_numpy[name] == pytest.approx(by_kernel[name], rel=1e-9, nan_ok=True)


def test_fewer_draws_are_the_first_of_more(yearly, drawn):
    few = hm.simulate(yearly, 700)
    assert (few.values[module.VALUE] == drawn.values[module.VALUE][:700]).all()


class Joblib:
    """An executor that is neither a pool nor a client: joblib."""

    def map(self, function, jobs):
        return joblib.Parallel(n_jobs=2)(joblib.delayed(function)(job) for job in jobs)


def test_the_same_in_other_processes(yearly, drawn):
    wanted = drawn.values[module.VALUE][:1200]
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        assert (hm.simulate(yearly, 1200, executor=pool).values[module.VALUE] == wanted).all()
    assert (hm.simulate(yearly, 1200, executor=Joblib()).values[module.VALUE] == wanted).all()


def test_one_draw_is_the_case_with_these_inputs(yearly, drawn):
    for draw in (0, 600):
        opened = drawn.scenario(draw)
        assert hm.evaluate(opened)["net_present_value"] == pytest.approx(drawn.values[module.VALUE][draw], rel=1e-12)
        assert opened.scenario == f"draw {draw}"


def test_the_worst_cases_come_back_from_their_files(yearly, drawn, tmp_path):
    worst = drawn.worst(3)
    values = [drawn.values[module.VALUE][draw] for draw in worst]
    assert values == sorted(drawn.values[module.VALUE])[:3]
    hm.write_scenario(drawn.scenario(worst[0]), tmp_path / "worst.toml")
    again = apply_scenario(hm.load("northx"), str(tmp_path / "worst.toml"))
    assert hm.evaluate(again)["net_present_value"] == pytest.approx(values[0], rel=1e-12)


def test_a_summary_by_hand(drawn):
    known = np.sort(drawn.values[module.VALUE])
    summary = drawn.summary(threshold=10e6)
    assert summary.mean == pytest.approx(known.sum() / 2048)
    assert summary.below == np.searchsorted(known, 10e6) / 2048
    assert summary.above == np.mean(known >= 10e6)
    # the 10th percentile of 2048 ordered draws lies 0.1 x 2047 = 204.7 of the way along
    assert summary.quantiles[0.10] == pytest.approx(known[204] + 0.7 * (known[205] - known[204]))
    assert summary.base == pytest.approx(hm.evaluate(drawn.case)["net_present_value"])


def test_what_has_no_value_is_counted_with_its_reason(drawn):
    summary = drawn.summary("payback_years")
    assert summary.undefined == np.isnan(drawn.values["payback_years"]).sum()
    assert summary.why == "the cumulative flow is negative at the end of the calendar"
    assert summary.quantiles[0.5] == np.nanmedian(drawn.values["payback_years"])


def test_a_figure_without_any_value_is_refused(yearly):
    hopeless = hm.simulate(yearly.with_({"volume_factor": 0.01}), 8, figures=("payback_years",))
    with pytest.raises(
        InputError, match="payback_years has no value in any of 8 draws: the cumulative flow is negative"
    ):
        hopeless.summary("payback_years")


@pytest.mark.parametrize("points", POINTS)
def test_the_standard_error_is_what_means_differ_by(yearly, points):
    # the error that one simulation states, against the spread of the means of twelve with other seeds: 12 means give a
    # standard deviation good to a factor of 1.6 (chi-squared, 11 degrees of freedom, 1 in 1000); eight blocks likewise
    found = [hm.simulate(yearly, 8 * BLOCK if points == "sobol" else BLOCK, seed=seed, points=points).summary()
             for seed in range(12 if points != "sobol" else 6)]  # fmt: skip
    spread = np.std([summary.mean for summary in found], ddof=1)
    stated = np.median([summary.standard_error for summary in found])
    if points == "latin":
        assert stated > spread / 1.6  # taken from the draws, a hypercube's is on the safe side
    else:
        assert 1 / 3 < stated / spread < 3


def test_sobol_points_are_nearer_than_plain_ones(yearly):
    errors = {points: hm.simulate(yearly, 8 * BLOCK, points=points).summary().standard_error for points in POINTS}
    assert errors["sobol"] < errors["plain"] / 3


def test_bins_are_round_hold_zero_and_add_up(drawn):
    edges, shares = drawn.histogram()
    assert 0.0 in edges
    assert len({round(width, 3) for width in np.diff(edges)}) == 1
    assert sum(shares) == pytest.approx(1, abs=0.005)  # two in a thousand on either side are left out


def test_stopped_by_hand_it_keeps_what_was_made(yearly):
    class Interrupted:
        def map(self, function, jobs):
            yield function(jobs[0])
            raise KeyboardInterrupt

    found = hm.simulate(yearly, 4 * BLOCK, executor=Interrupted())
    assert (found.stopped, found.count) == (True, BLOCK)
    assert found.summary().draws == BLOCK


def test_memory_stays_flat(yearly):
    import tracemalloc

    peaks = []
    for draws in (BLOCK, 4 * BLOCK):
        tracemalloc.start()
        hm.simulate(yearly, draws)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    # three further blocks keep 3 x 512 numbers of 8 bytes; all their lines at once would be four times the first
    assert peaks[1] < 1.5 * peaks[0]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda case: hm.simulate(case, 0), InputError, "draws must be at least 1, got 0"),
        (lambda case: hm.simulate(case, seed=-1), InputError, "seed must be 0 or above, got -1"),
        (
            lambda case: hm.simulate(case, 8, figures=("net_present_valu",)),
            UnknownName,
            "no key figure that is a line or counted 'net_present_valu'; did you mean 'net_present_value'",
        ),
        (lambda case: hm.simulate(case, 8, figures=("funding_gap",)), UnknownName, "no key figure that is a line"),
        (lambda case: hm.simulate(case, 8).scenario(8), InputError, "draw 8 was not made: there are draws 0 to 7"),
    ],
)
def test_what_cannot_be_simulated(yearly, call, error, message):
    with pytest.raises(error, match=message):
        call(yearly)
