"""Goal seek, break-evens and counted figures, each checked by another run or by a loop."""

import numpy as np
import pytest

import hubmodel as hm
from hubmodel.errors import SolveError, UnknownName
from hubmodel.study.result import evaluate
from hubmodel.study.solve import counterfactual


@pytest.fixture(scope="module")
def case():
    return hm.load("northx")


@pytest.fixture(scope="module")
def study(case):
    return hm.run(case)


def npv(case, **changes):
    return float(evaluate(case.with_(changes) if changes else case, ["net_present_value"])["net_present_value"])


class TestGoalSeek:
    def test_a_straight_line(self, case):
        # half of the grant of 50 MSEK
        found = hm.solve(case, {"grant_total": 25e6}, by="grant_factor", within=(0, 1))
        assert (found.value, found.was, found.roots) == (pytest.approx(0.5), 1.0, 1)

    def test_in_the_unit_of_the_row(self, case):
        # 73.4 MSEK in Matfors and 50 in Stockholm: 123.4
        found = hm.solve(case, {"total_investment": 123.4e6}, by="asset_cost[Stockholm unit]", within=(10, 90))
        assert (found.value, found.unit) == (pytest.approx(50), "MSEK")

    @pytest.mark.parametrize(
        ("by", "at"),
        [("commercial_margin", 0.3), ("innovation_hourly_rate", 1300), ("volume_factor", 1.1), ("discount_rate", 0.12)],
    )
    def test_running_with_the_answer_meets_the_goal(self, case, by, at):
        target = npv(case, **{by: at})
        found = hm.solve(case, {"net_present_value": target}, by=by)
        assert npv(case, **{by: found.value}) == pytest.approx(target, abs=1.0)

    def test_a_row_of_a_list(self, case):
        target = npv(case, **{"opening_delay[Matfors]": 14})
        found = hm.solve(case, {"net_present_value": target}, by="opening_delay[Matfors]", within=(0, 24))
        assert npv(case, **{"opening_delay[Matfors]": found.value}) == pytest.approx(target, abs=1.0)
        assert found.unit == "month"

    def test_a_row_that_stands_for_every_member(self, case):
        found = hm.solve(case, {"net_present_value": 0}, by="operating_days", within=(100, 400))
        assert npv(case, operating_days=found.value) == pytest.approx(0, abs=1.0)

    def test_on_top_of_other_changes(self, case):
        changed = case.with_({"grant_factor": 0})
        found = hm.solve(changed, {"net_present_value": 0}, by="commercial_margin")
        assert npv(changed, commercial_margin=found.value) == pytest.approx(0, abs=1.0)

    def test_what_is_already_met(self, case):
        found = hm.solve(case, {"net_present_value": npv(case)}, by="commercial_margin")
        assert found.value == pytest.approx(case.inputs["commercial_margin"][0, 0], abs=1e-6)

    def test_of_several_answers_the_nearest_counts(self, case, monkeypatch):
        # (x - 0.2) (x - 0.6) (x - 0.9) has three roots; 0.5 lies nearest the second
        def curve(commercial_margin, total_investment):
            x = commercial_margin
            return (x - 0.2) * (x - 0.6) * (x - 0.9) + 0 * total_investment

        monkeypatch.setitem(case.model.lines, "leverage", curve)
        monkeypatch.setitem(case.model.ingredients, "leverage", ("commercial_margin", "total_investment"))
        monkeypatch.setattr(case.model, "affected", lambda changed: {"leverage"})
        found = hm.solve(
            case.with_({"commercial_margin": 0.5}), {"leverage": 0.0}, by="commercial_margin", within=(0.0, 1.0)
        )
        assert (found.value, found.roots) == (pytest.approx(0.6), 3)

    @pytest.mark.parametrize("target", [0.0, 12.5e6, 25e6, 50e6, 20e6])
    def test_an_answer_on_the_grid_counts_once(self, case, target):
        found = hm.solve(case, {"grant_total": target}, by="grant_factor", within=(0, 1))
        assert (found.value, found.roots) == (pytest.approx(target / 50e6), 1)

    @pytest.mark.parametrize(
        ("goal", "by", "error", "message"),
        [
            (
                {"net_present_value": 1e12},
                "commercial_margin",
                SolveError,
                r"no commercial_margin between 0.* share gives net_present_value = 1,000,000.0 million: it is .* at "
                r"0.* and .*; change another input too, or widen the range of the row",
            ),
            ({"net_presnt_value": 0}, "commercial_margin", UnknownName, "did you mean 'net_present_value"),
            ({"net_present_value": 0}, "comercial_margin", UnknownName, "no input 'comercial_margin'; did you mean"),
            ({"net_present_value": 0}, "opening_delay[Mattfors]", UnknownName, "did you mean 'Matfors'"),
            (
                {"net_present_value": 0},
                "opening_delay",
                SolveError,
                r"opening_delay has several values; name one row, such as opening_delay\[Matfors\]",
            ),
            ({"net_present_value": 0}, "view", SolveError, "view"),
            (
                {"net_present_value": 0},
                "asset_cost[Stockholm unit]",
                SolveError,
                r"asset_cost\[Stockholm unit\] has no range in the data; give its row low and high",
            ),
            ({"revenue": 1e6}, "commercial_margin", SolveError, "revenue is not a single number"),
        ],
    )
    def test_why_there_is_no_answer(self, case, goal, by, error, message):
        with pytest.raises(error, match=message):
            hm.solve(case, goal, by=by)

    def test_what_does_not_depend_on_the_input(self, case):
        with pytest.raises(
            SolveError, match=r"no commercial_margin between .* gives total_investment = 100\.0 million"
        ):
            hm.solve(case, {"total_investment": 100e6}, by="commercial_margin")


class TestSolvedFigures:
    @pytest.mark.parametrize(
        ("name", "key"),
        [
            ("break_even_commercial_margin", "commercial_margin"),
            ("break_even_hourly_rate", "innovation_hourly_rate"),
            ("break_even_volume", "volume_factor"),
        ],
    )
    def test_at_a_break_even_the_hub_is_worth_nothing(self, case, study, name, key):
        assert npv(case, **{key: study.key_figures[name].value}) == pytest.approx(0, abs=1.0)

    def test_the_funding_gap_is_what_is_lacking_without_grant(self, case, study):
        assert study.key_figures["funding_gap"].value == pytest.approx(max(0.0, -npv(case, grant_factor=0)))

    def test_the_smallest_grant_makes_the_hub_worth_nothing(self, case, study):
        share = study.key_figures["smallest_grant"].value / 50e6
        assert npv(case, grant_factor=share) == pytest.approx(0, abs=1.0)

    def test_who_needs_no_grant_has_a_smallest_grant_of_nothing(self, case):
        rich = case.with_({"commercial_margin": 0.5})
        assert npv(rich, grant_factor=0) > 1e6
        figures = hm.run(rich).key_figures
        assert (figures["smallest_grant"].value, figures["funding_gap"].value) == (0.0, 0.0)

    def test_a_hub_that_no_grant_saves_says_so(self, case):
        poor = hm.run(case.with_({"volume_factor": 0.5, "commercial_margin": 0.0})).key_figures["smallest_grant"]
        assert (poor.value, poor.why) == (None, "not even a grant of the whole investment reaches the hurdle")

    def test_a_break_even_that_does_not_exist_says_why(self, case):
        lost = hm.run(case.with_({"volume_factor": 0.01})).key_figures["break_even_commercial_margin"]
        assert lost.value is None
        assert lost.why.startswith("no commercial_margin between 0 and 0.95 share gives net_present_value")

    def test_no_hub_has_no_counterfactual_case(self, case):
        assert counterfactual(case) is None


class TestCountedFigures:
    """Payback, returns and break-even by a loop over the months; flows lie in the middle of a month."""

    @pytest.fixture(scope="class")
    @classmethod
    def flow(cls, study):
        return study["counted_cash_flow"][0], float(study["valuation_date"]) - 2021

    def test_payback_is_where_the_running_sum_stays_above_zero(self, study, flow):
        running, crossed = 0.0, None
        for month, amount in enumerate(flow[0]):
            before, running = running, running + amount
            if before < 0 <= running:
                crossed = (month - 0.5 + -before / amount) / 12  # flows stand in the middle of their months
            elif running < 0:
                crossed = None
        assert study.key_figures["payback_years"].value == pytest.approx(crossed - flow[1])

    def test_the_profitability_index_compares_what_comes_in_with_what_goes_out(self, study, flow):
        factor = study["discount_factor"][0]
        inflow = sum(max(x, 0) * f for x, f in zip(flow[0], factor, strict=True))
        outflow = sum(max(-x, 0) * f for x, f in zip(flow[0], factor, strict=True))
        assert study.key_figures["profitability_index"].value == pytest.approx(inflow / outflow)

    def test_the_modified_rate_lets_the_inflow_grow_to_the_end(self, study):
        rate, index = study["discount_rate"], study.key_figures["profitability_index"].value
        first = next(month for month, amount in enumerate(study["counted_cash_flow"][0]) if amount)
        years = 2041 - (2021 + (first + 0.5) / 12)  # from the middle of the first flow's month to the end of 2040
        grown = index * (1 + rate) ** years  # of one krona at the first flow
        assert (1 + study.key_figures["modified_internal_rate_of_return"].value) ** years == pytest.approx(grown)

    def test_the_peak_stands_where_cash_is_lowest(self, study):
        lowest = min(range(240), key=lambda month: study["cash_before_owner"][0, month])
        assert study.key_figures["peak_funding_date"].value == pytest.approx(2021 + (lowest + 1) / 12)

    def test_ebitda_breaks_even_where_a_year_ahead_is_positive(self, study):
        ebitda = study["ebitda"][0]
        first = next(m for m in range(229) if ebitda[m] > 0 and sum(ebitda[m : m + 12]) > 0)
        assert study.key_figures["ebitda_break_even"].value == pytest.approx(2021 + (first + 0.5) / 12)

    def test_at_its_own_rate_the_flow_is_worth_nothing(self, case, study):
        rate = study.key_figures["internal_rate_of_return"].value
        assert npv(case, discount_rate=rate) == pytest.approx(0, abs=1.0)

    def test_a_flow_that_never_pays_back_says_why(self, case):
        lost = hm.run(case.with_({"volume_factor": 0.01}), solved=False).key_figures
        assert (lost["payback_years"].value, lost["payback_years"].why) == (
            None,
            "the cumulative flow is negative at the end of the calendar",
        )
        assert lost["ebitda_break_even"].why == "EBITDA never turns positive for a year ahead"


# ---- what the view counts, and what it does not ----


def test_the_modified_rate_is_the_same_from_whichever_date_the_flow_is_seen(case):
    seen = [
        evaluate(case.with_({"view": view}))["modified_internal_rate_of_return"] for view in ("decision", "completion")
    ]
    assert seen[0] == pytest.approx(seen[1], rel=1e-12)


@pytest.mark.parametrize("factor", [0, 0.2, 0.3])
def test_money_in_before_money_out_has_no_rate_of_return(case, factor):
    found = hm.run(case.with_({"volume_factor": factor}), solved=False).key_figures
    assert found["net_present_value"].value < 0
    assert found["internal_rate_of_return"].value is None
    assert found["internal_rate_of_return_roots"].value >= 1  # there is a rate at which the flow is worth nothing
    assert "money comes in before it goes out" in found["internal_rate_of_return"].why


def test_payback_with_an_early_grant_is_the_last_crossing(case):
    found = hm.run(hm.load("northx", "grant-as-decided"), solved=False)
    flow = np.cumsum(found["counted_cash_flow"][0])
    last = max(month for month, cash in enumerate(flow) if cash < 0)
    paid_back = found.key_figures["payback_years"].value + float(found["valuation_date"]) - 2021
    assert (last + 0.5) / 12 < paid_back <= (last + 1.5) / 12  # between the middles of the two months


class TestSeenFromToday:
    """Figures of the view from today, for which the grant and the investment are past."""

    @pytest.fixture(scope="class")
    @classmethod
    def today(cls, case):
        return hm.run(case.with_({"view": "today"}))

    @pytest.mark.parametrize("name", ["net_present_value_without_grant", "funding_gap", "smallest_grant"])
    def test_nothing_is_shown_without_the_grant(self, today, name):
        figure = today.key_figures[name]
        assert figure.value is None
        assert figure.why == "seen from today the grant has been received, and leaving it out would change the past"

    def test_a_grant_still_to_come_can_be_left_out(self, case):
        early = hm.run(case.with_({"view": "today", "today_date": "2021-01-01"}))
        assert early.key_figures["funding_gap"].value is not None

    def test_a_case_without_a_grant_has_nothing_to_leave_out(self, case):
        none = hm.run(case.with_({"view": "today", "grant_factor": 0}))
        without = none.key_figures["net_present_value_without_grant"].value
        assert without == none.key_figures["net_present_value"].value

    def test_the_peak_is_one_that_still_lies_ahead(self, case):
        late = hm.run(case.with_({"view": "today", "today_date": "2032-01-01"}), solved=False)
        ahead = late["cash_before_owner"][0, 132:]  # eleven years of months lie behind
        assert late.key_figures["peak_funding_need"].value == pytest.approx(max(0, -ahead.min()))
        date = late.key_figures["peak_funding_date"]
        assert date.value is None if ahead.min() >= 0 else date.value >= 2032
