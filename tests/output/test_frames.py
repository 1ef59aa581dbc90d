"""Frames hold what the lines and rows say, and refuse what does not exist."""

import re

import numpy as np
import pytest

import hubmodel as hm
from hubmodel.errors import InputError, SolveError, UnknownName
from hubmodel.output import charts, frames
from hubmodel.study.result import Check
from hubmodel.study.solve import equal_value


@pytest.fixture(scope="module")
def result():
    return hm.run(hm.load("northx"), solved=False)


def test_the_master_check_names_what_fails(result):
    bad = Check("balance_sheet", "identity", False, 1.0, 0.0, "assets are not liabilities and equity")
    broken = type(result)(result.case, result.values, result.key_figures, (bad,))
    assert frames.master_check(broken) == (
        "Master check: 1 of 1 identities FAIL\n  note: assets are not liabilities and equity"
    )


def test_figures_stand_side_by_side_rounded_with_their_unit(result):
    half = hm.run(result.case.with_({"grant_factor": 0.5}), solved=False)
    table = frames.side_by_side({"whole": result, "half": half}, "grant_total own_contribution")
    assert [[one.replace("\u00a0", " ") for one in row] for row in table.to_numpy().tolist()] == [
        ["50.0 MSEK", "25.0 MSEK"],
        ["61.4 MSEK", "86.4 MSEK"],  # 111.4 - 50 and 111.4 - 25
    ]


def test_a_misspelt_figure_is_refused(result):
    with pytest.raises(UnknownName, match="grant_total"):
        frames.side_by_side({"base": result}, "grant_totl")


def test_members_add_amounts_up_and_average_levels(result):
    table = frames.members(result, "suite_days_open suites", period="2030")
    # 1 suite x 320 days x 0.9
    assert table.loc["Matfors mRNA suite"].tolist() == pytest.approx([288.0, 1.0])


def test_a_hub_line_stands_in_every_row(result):
    table = frames.members(result, "asset_cost total_investment")
    assert table.iloc[:, 1].tolist() == [111.4e6] * 3


def test_a_picked_number_is_that_of_the_line(result):
    assert frames.pick(result, "revenue", period="2030-06") == result["revenue"][0, 9 * 12 + 5]


def test_a_period_outside_the_calendar_is_refused(result):
    with pytest.raises(InputError, match="2050 is not in the calendar, 2021 to 2040"):
        frames.pick(result, "revenue", period="2050")


def test_inputs_come_by_influence_and_grade(result):
    found = hm.tornado(result.case)
    table = frames.by_influence(result.case, found, count=5, grade="assumption")
    chosen = [one for one in found if one.grade == "assumption"][:5]
    assert table.index.tolist() == [one.label for one in chosen]
    assert set(table["grade"]) == {"assumption"}
    assert all(table["why this value"])


def test_dates_of_the_documents_stand_in_order(result):
    table = frames.timeline(result.case)
    assert table.index.tolist() == sorted(table.index)
    assert table.loc["2023-12-06", "what"] == "Publication of the final report"


def test_documented_money_is_in_millions(result):
    table = frames.documented_money(result.case)
    assert table.loc["D001":"D003", "MSEK"].sum() == pytest.approx(111.4)  # 69.3 + 4.1 + 38.0
    assert table.loc["D076", "MSEK"] == 4.0  # 4 000 000 SEK


def test_each_contradiction_has_two_versions_and_a_reason(result):
    table = frames.contradictions(result.case)
    versions = table.groupby(level="question", sort=False)
    assert len(versions) == 8
    assert versions.size().min() >= 2
    assert (table["reason"] != "").all()
    assert all("yes" in one["used"].tolist() for _, one in versions)


def test_the_scarcest_resource_is_named(result):
    crowded = hm.run(result.case.with_({"suites": 0.2}), solved=False)
    assert frames.bottlenecks(crowded).loc["2040", "narrowest"].startswith("suite for")


def test_lost_demand_is_the_lines(result):
    lost = frames.bottlenecks(result)["demand lost, suite-days"].sum()
    assert lost == pytest.approx(result["unmet_suite_days"].sum(), abs=20 * 0.05)  # a tenth of a day, each year


def test_actual_cost_falls_when_the_hub_fills_and_standard_does_not(result):
    fuller = hm.run(result.case.with_({"volume_factor": 1.25}), solved=False)
    few, many = (frames.cost_per_batch(one, "2030") for one in (result, fuller))
    assert (many["actual"] < few["actual"]).all()
    assert many["standard"].tolist() == pytest.approx(few["standard"].tolist())


def test_actual_cost_of_all_work_is_what_was_spent(result):
    # every hour worked at what an hour cost at its site is the pay of those who follow the work; so is every used day
    hours = result["innovation_hours_at_site"] + result["commercial_hours_at_site"]
    spent, works = result["direct_staff_cost"], hours > 0
    assert (hours * result["actual_cost_per_hour"])[works] == pytest.approx(spent[works])
    days, plant = result["suite_days_used"].sum(axis=0), result["facility_cost"] + result["gross_depreciation"]
    used = days > 0
    assert (days * result["actual_cost_per_suite_day"][0])[used] == pytest.approx(plant[0][used])


def test_cost_per_batch_is_the_lines(result):
    table = frames.cost_per_batch(result, "2030")
    assert table["standard"].tolist() == pytest.approx(
        result["standard_conversion_cost_per_batch"][:, 9 * 12 : 10 * 12].mean(axis=1)
    )
    assert (table["actual"] - table["standard"]).tolist() == pytest.approx(table["difference"].tolist())


def test_pairs_of_equal_value_have_equal_value(result):
    case = result.case
    pairs = equal_value(case, "innovation_hourly_rate", "commercial_margin", points=3)
    known = [pair for pair in pairs if pair[1] is not None]
    assert [rate for rate, _ in pairs] == [1100, 1550, 2000]
    assert len(known) >= 2
    for rate, margin in known:
        other = hm.run(case.with_({"innovation_hourly_rate": rate, "commercial_margin": margin}), solved=False)
        assert other["net_present_value"] == pytest.approx(result["net_present_value"], abs=1000)


def test_an_input_without_range_draws_no_line(result):
    with pytest.raises(SolveError, match="standard_pay has no range"):
        equal_value(result.case, "standard_pay", "commercial_margin")


def test_the_line_of_equal_value_is_drawn_as_far_as_it_is_known():
    figure = charts.equal_value_line([(1100.0, 0.4), (1550.0, 0.225), (2000.0, None)], "Same value", "rate", "margin")
    assert figure.periods == ("1\u00a0100", "1\u00a0550", "2\u00a0000")
    assert figure.series[0].values == (0.4, 0.225, None)
    assert re.search("from 40.* at 1.100 to 2.* at 1.550", figure.takeaway)


def test_lines_over_time_are_the_lines(result):
    figure = charts.over_time(result, "posts", "Posts", {"posts": "in the hub"}, unit="post")
    assert figure.series[0].values == pytest.approx(np.mean(result["posts"].reshape(20, 12), axis=1))


def test_the_picture_of_influence_names_the_largest_and_is_the_same_twice(result):
    found = hm.tornado(result.case)
    drawn = charts.svg(charts.tornado(found, result["net_present_value"], count=3))
    assert all(one.label in drawn for one in found[:3])
    assert found[3].label not in drawn
    assert drawn == charts.svg(charts.tornado(found, result["net_present_value"], count=3))


def test_what_conventions_do_is_shown_as_text(result):
    found = hm.compare_presets(result.case)
    table = frames.as_reported(found, "SEK/hour")
    assert table.loc["This case", "NPV"] == frames.format_value(result["net_present_value"], "SEK", digits=3)
    assert table.loc["SAM", "why it differs"] == hm.presets()["sam"].why
    alone = frames.by_convention(hm.vary_conventions(result.case))
    assert alone.loc["Tax losses rule", "instead"].tolist() == ["never", "at once"]


def test_the_picture_of_conventions_names_each(result):
    picture = charts.svg(charts.by_preset(hm.compare_presets(result.case)))
    assert [one for one in hm.presets().values() if one.title not in picture] == []
    assert picture == charts.svg(charts.by_preset(hm.compare_presets(result.case)))
