"""The reference case: Table 1 to the last decimal, what the documents say, every key figure, every scenario."""

import numpy as np
import pytest

import hubmodel as hm
from hubmodel.case.documents import contradictions, documented, documented_lines, source_titles
from hubmodel.case.scenario import scenario_names, title_of
from hubmodel.engine import units
from hubmodel.study.conventions import conflicts
from hubmodel.study.result import evaluate

BASE = hm.load("northx")
MSEK = 1_000_000


@pytest.fixture(scope="module")
def result():
    return hm.run(BASE)


# ---- Table 1 ----


def test_table_1_to_the_last_decimal():
    # Vinnova's final report, section 3, table 1
    cost = dict(zip(BASE.lists["asset"], evaluate(BASE)["asset_cost"][:, 0], strict=True))
    assert cost["Matfors invoiced"] == pytest.approx(69.3 * MSEK, rel=1e-14)
    assert cost["Matfors not yet invoiced"] == pytest.approx(4.1 * MSEK, rel=1e-14)
    assert cost["Stockholm unit"] == pytest.approx(38.0 * MSEK, rel=1e-14)


def test_totals_of_table_1(result):
    assert result["total_investment"] == pytest.approx(111.4 * MSEK, rel=1e-14)  # 69.3 + 4.1 + 38.0
    assert result["grant_total"] == pytest.approx(50 * MSEK, rel=1e-14)  # 14 + 36
    assert result["own_contribution"] == pytest.approx(61.4 * MSEK, rel=1e-14)  # 111.4 - 50
    assert result["recorded_investment"] == pytest.approx(107.3 * MSEK, rel=1e-14)  # 69.3 + 38.0
    matfors, stockholm = result["asset_cost_at_site"][:, 0]
    assert (matfors, stockholm) == pytest.approx((73.4 * MSEK, 38 * MSEK), rel=1e-14)  # 69.3 + 4.1


def test_table_1_as_it_is_shown(result):
    table = result.table("capital")
    assert table["outturn"].tolist() == pytest.approx([69.3 * MSEK, 4.1 * MSEK, 38 * MSEK, 111.4 * MSEK])
    assert table["invoiced"].tolist() == pytest.approx([69.3 * MSEK, 0, 38 * MSEK, 107.3 * MSEK])
    assert table["grant"].iloc[-1] == pytest.approx(50 * MSEK)


def test_all_of_it_is_spent_between_2021_and_2023(result):
    years, spending = result.series("spending")
    assert [year for year, amount in zip(years, spending[""], strict=True) if amount > 0] == ["2021", "2022", "2023"]
    assert sum(spending[""]) == pytest.approx(111.4 * MSEK)


def test_the_grant_comes_as_paid_to_the_company(result):
    years, received = result.series("total_grant_received")
    by_year = dict(zip(years, received[""], strict=True))
    assert (by_year["2021"], by_year["2022"]) == pytest.approx((14 * MSEK, 36 * MSEK))


def test_public_programme_around_the_hub(result):
    years, funding = result.series("programme_funding_total")
    by_year = dict(zip(years, funding[""], strict=True))
    # analysis 4 + hub 21 + 14; hub 15; cluster 25, 55; programme 35, 52, 77.5, 113
    expected = {2021: 39, 2022: 15, 2023: 25, 2024: 55, 2025: 35, 2026: 52, 2027: 77.5, 2028: 113}
    assert {int(year): amount / MSEK for year, amount in by_year.items() if amount} == pytest.approx(expected)


# ---- documents ----


def test_documented_totals_are_named_and_hold(result):
    lines = documented_lines(BASE.folder)
    assert {"total_investment", "grant_total", "own_contribution"} <= set(lines)
    facts = documented(BASE.folder)
    for line, fact in lines.items():
        printed = float(facts[fact]["value"]) * units.parse(facts[fact]["unit"])[0]
        assert result[line] == pytest.approx(printed, rel=1e-12), line


def test_every_documented_row_points_to_a_fact_that_is_printed():
    facts = documented(BASE.folder)
    for row in BASE.rows:
        if row.grade == "documented":
            ids = [one.strip() for one in row.locator.split(";")]
            assert all(one in facts for one in ids), f"{row.name}: {row.locator}"
            assert all(facts[one]["quote"] for one in ids), row.name


def test_single_documented_amounts_are_what_their_fact_prints():
    facts = documented(BASE.folder)
    compared = 0
    for row in BASE.rows:
        fact = facts.get(row.locator)
        if row.grade == "documented" and fact and fact["unit"] in {"MSEK", "SEK"} and row.unit == "MSEK":
            printed = float(fact["value"]) * units.parse(fact["unit"])[0]
            assert row.base == pytest.approx(printed), f"{row.name} {row.period}"
            compared += 1
    assert compared >= 10  # Table 1, both payments, the programme's years


def test_no_quote_is_longer_than_twelve_words():
    quoted = [*documented(BASE.folder).values(), *contradictions(BASE.folder)]
    assert [one["id"] for one in quoted if not 1 <= len(one["quote"].split()) <= 12] == []


def test_eight_contradictions_are_shown_with_both_versions_and_what_is_used():
    rows = contradictions(BASE.folder)
    questions = {}
    for row in rows:
        questions.setdefault(row["question"], []).append(row)
    assert len(questions) == 8
    for question, versions in questions.items():
        assert len({version["version"] for version in versions}) >= 2, question
        # the base case says which version it uses, and why
        assert any(version["used"] not in {"", "no", "0"} for version in versions), question
        assert all(version["reason"] for version in versions if version["used"] not in {"", "no", "0"}), question
        assert all(version["document"] in source_titles() for version in versions), question


# ---- key figures ----

NAMES = """
net_present_value internal_rate_of_return internal_rate_of_return_roots modified_internal_rate_of_return payback_years
profitability_index peak_funding_need ebitda_margin_at_maturity utilisation_at_maturity innovation_margin
commercial_margin_realised margin_gap aid_intensity aid_intensity_recorded aid_intensity_matfors
aid_intensity_matfors_invoiced leverage funding_gap smallest_grant total_investment grant_total own_contribution
owner_funding_of_losses break_even_commercial_margin break_even_hourly_rate break_even_volume
economic_net_present_value jobs_direct
"""


@pytest.mark.parametrize("name", NAMES.split())
def test_key_figure_has_a_value_or_says_why_not(result, name):
    figure = result.key_figures[name]
    assert figure.name == name
    assert figure.label
    assert figure.unit
    if figure.value is None:
        assert figure.why
    else:
        assert np.isfinite(figure.value)


def test_key_figures_that_follow_from_table_1(result):
    value = {name: figure.value for name, figure in result.key_figures.items()}
    assert value["aid_intensity"] == pytest.approx(50 / 111.4, abs=1e-12)
    assert value["aid_intensity_recorded"] == pytest.approx(50 / 107.3, abs=1e-12)
    assert value["aid_intensity_matfors"] == pytest.approx(50 / 73.4, abs=1e-12)
    assert value["aid_intensity_matfors_invoiced"] == pytest.approx(50 / 69.3, abs=1e-12)
    assert value["leverage"] == pytest.approx(61.4 / 50, abs=1e-12)
    assert value["public_cost"] == pytest.approx(54 * MSEK)  # 50 and the analysis of 4


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("break_even_commercial_margin", "commercial_margin"),
        ("break_even_hourly_rate", "innovation_hourly_rate"),
        ("break_even_volume", "volume_factor"),
    ],
)
def test_at_the_break_even_the_hub_is_worth_nothing(result, name, key):
    figure = result.key_figures[name]
    if figure.value is None:
        pytest.skip(f"no break-even in the base case: {figure.why}")
    inputs = {key: np.array([[figure.value]])}
    value = evaluate(BASE, ["net_present_value"], changed=inputs)["net_present_value"]
    assert value == pytest.approx(0, abs=1e-4 * result["total_investment"])


def test_the_smallest_grant_reaches_the_hurdle_and_no_more(result):
    figure = result.key_figures["smallest_grant"]
    if not figure.value:
        pytest.skip(f"no smallest grant: {figure.why or 'the hub reaches its hurdle without one'}")
    factor = {"grant_factor": np.array([[figure.value / (50 * MSEK)]])}
    value = evaluate(BASE, ["net_present_value"], changed=factor)["net_present_value"]
    assert value == pytest.approx(0, abs=1e-4 * result["total_investment"])


def test_the_funding_gap_is_what_the_hub_falls_short_without_any_grant(result):
    without = evaluate(BASE.with_({"grant_factor": 0}), ["net_present_value"])["net_present_value"]
    # the counterfactual of the case is no hub
    assert result.key_figures["funding_gap"].value == pytest.approx(max(0, -without))
    assert result.key_figures["net_present_value_without_grant"].value == pytest.approx(without)


# ---- views, choices and scenarios ----


@pytest.mark.parametrize("key", BASE.choices)
def test_every_option_of_every_choice_runs_and_ties(key):
    # what contradicts the base case's other conventions is refused (test_conventions)
    for option in [one for one in BASE.choices[key] if not conflicts(BASE.with_({key: one}))]:
        checked = hm.run(BASE.with_({key: option}), solved=False)
        assert [check.name for check in checked.checks if not check.ok] == [], option
        assert np.isfinite(checked["net_present_value"])


ASKED_FOR = {
    "grant-as-decided", "without-grant", "low-utilisation", "high-utilisation", "equipment-delay", "commercial-heavy",
    "innovation-heavy", "pandemic-surge-2029", "no-progression", "failed-batches-unpaid", "repayment-deadline-2023",
}  # fmt: skip


def test_the_scenarios_asked_for_are_shipped():
    assert set(scenario_names(BASE)) >= ASKED_FOR


@pytest.mark.parametrize("name", scenario_names(BASE))
@pytest.mark.parametrize("period", ["month", "quarter", "year"])
def test_every_scenario_runs_and_ties(name, period):
    case = hm.load("northx", name).with_({"period": period})
    checked = hm.run(case, solved=False)
    assert [check.name for check in checked.checks if not check.ok] == []
    assert np.isfinite(checked["net_present_value"])


@pytest.mark.parametrize("name", scenario_names(BASE))
def test_every_scenario_has_a_title_and_a_reason_for_each_change(name):
    title, why = title_of(BASE, name)
    assert title != name
    assert why.endswith(".")
    case = hm.load("northx", name)
    assert case.overrides
    assert [one.name for one in case.overrides if not one.reason] == []
    assert case.inputs_hash != BASE.inputs_hash


def by_scenario(name, line):
    return evaluate(hm.load("northx", name))[line]


def test_scenarios_say_what_their_names_promise():
    base = evaluate(BASE)
    assert by_scenario("without-grant", "grant_total") == 0
    assert by_scenario("grant-as-decided", "grant_total") == pytest.approx(base["grant_total"])
    assert by_scenario("no-progression", "projects_returning").sum() == 0
    assert by_scenario("high-utilisation", "utilisation_at_maturity") > base["utilisation_at_maturity"]
    assert by_scenario("low-utilisation", "utilisation_at_maturity") < base["utilisation_at_maturity"]
    assert by_scenario("pandemic-surge-2029", "surge_batches").sum() > 0
    assert base["surge_batches"].sum() == 0
    # failed batches are not billed: the share of batches billed is that of success
    np.testing.assert_allclose(by_scenario("failed-batches-unpaid", "billed_share"), base["batch_success"])
    # nine of fifteen months of 69.3 MSEK are spent by the deadline: 50 - 41.58
    assert by_scenario("repayment-deadline-2023", "grant_repaid").sum() == pytest.approx(8.42e6, rel=1e-9)
    # more work of the one kind, less of the other
    for name, more, less in (("innovation", "innovation", "commercial"), ("commercial", "commercial", "innovation")):
        assert by_scenario(f"{name}-heavy", f"{more}_batches").sum() > base[f"{more}_batches"].sum()
        assert by_scenario(f"{name}-heavy", f"{less}_batches").sum() < base[f"{less}_batches"].sum()


def test_a_year_late_leaves_the_reported_spending_where_it_was():
    base, late = evaluate(BASE), evaluate(hm.load("northx", "equipment-delay"))
    moved = BASE.lists["asset"].index("Matfors not yet invoiced")
    kept = [place for place in range(len(BASE.lists["asset"])) if place != moved]
    np.testing.assert_array_equal(late["asset_spending"][kept], base["asset_spending"][kept])
    assert late["opening_date"][0, 0] == pytest.approx(base["opening_date"][0, 0] + 1)
    assert late["net_present_value"] < base["net_present_value"]


def test_every_input_has_a_grade_and_a_source_or_a_note():
    assert {row.grade for row in BASE.rows} <= {"documented", "published", "estimate", "assumption"}
    assert [row.name for row in BASE.rows if row.grade != "assumption" and row.source not in source_titles()] == []
    assert [row.name for row in BASE.rows if row.grade == "assumption" and not row.note] == []
