"""What must hold whatever the numbers are: identities, doubling, periods that agree, draws, and no pay for waste."""

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import hubmodel as hm
from hubmodel.study.checks import BY_PYTHON
from hubmodel.study.conventions import conflicts
from hubmodel.study.result import evaluate

BASE = hm.load("northx")
RANGED = sorted(
    {
        (row.name.partition("[each ")[0], row.low, row.high)
        for row in BASE.rows
        if row.low is not None and row.high is not None
    }
)
PLATFORMS = BASE.lists["platform"]


@pytest.fixture(scope="module")
def base():
    return evaluate(BASE)


# ---- identities, for any valid inputs ----

choices = st.fixed_dictionaries({key: st.sampled_from(options) for key, options in BASE.choices.items()}).filter(
    lambda chosen: not conflicts(BASE.with_(chosen))  # what contradicts itself is refused (test_conventions)
)
ranged = st.lists(st.tuples(st.sampled_from(RANGED), st.floats(0, 1)), max_size=25, unique_by=lambda one: one[0][0])
structure = st.fixed_dictionaries(
    {
        "in_kind": st.sampled_from([0, 1]),
        "claw_back_share": st.sampled_from([0, 0.5, 1]),
        "loan_amount": st.floats(0, 100),
        "annuity": st.sampled_from([0, 1]),
        "loan_date": st.sampled_from(["2021-01-01", "2023-01-01", "2030-06-15"]),
        "surge_duration": st.sampled_from([0, 1, 2.3]),
        "opening_delay[Matfors]": st.floats(0, 36),
        "spending_delay[Matfors not yet invoiced]": st.floats(0, 3),
        "repayment_deadline": st.sampled_from(["2022-06-30", "2023-03-31", "2023-12-10", "2026-01-01"]),
        "eligible[Stockholm unit]": st.floats(0, 1),
        "remake_share": st.floats(0, 1),
        "technology_transfer_share": st.floats(0, 1),
        "research_deduction_on": st.sampled_from([0, 1]),
    }
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(chosen=choices, within=ranged, other=structure)
@example(chosen={"grant_treatment": "deferred", "period": "year"}, within=[], other={"in_kind": 1, "loan_amount": 50})
@example(chosen={"priority": "pro_rata", "view": "today"}, within=[], other={"surge_duration": 1})
def test_balance_sheet_is_nothing_and_every_identity_holds(chosen, within, other):
    changes = {name: low + share * (high - low) for (name, low, high), share in within}
    result = hm.run(BASE.with_({**chosen, **changes, **other}), solved=False)
    size = max(1.0, float(np.abs(result["assets_in_balance"]).max()))
    assert np.abs(result["balance_sheet"]).max() <= 1e-9 * size
    # cash is compared with what money was raised: the check's own scale is the cash, which may be nothing at all
    held = result["free_cash"] + result["unearned_grant"]
    raised = max(size, float(np.abs(result["cash_before_loss_funding"]).max()))
    assert np.abs(result["cash"] - held).max() <= 1e-9 * raised
    broken = [f"{one.name}: {one.message}" for one in result.checks if not one.ok and one.name != "cash_ties"]
    assert broken == []


def test_a_hub_whose_cash_is_always_nothing_is_no_broken_identity():
    result = hm.run(BASE.with_({"grant_factor": 0, "volume_factor": 0.3}), solved=False)
    assert [check.name for check in result.checks if not check.ok] == []


def test_an_owner_who_does_not_cover_losses_is_a_warning_and_no_broken_identity():
    # cash may turn negative then, and the assets with it
    result = hm.run(BASE.with_({"owner_covers_share": 0, "volume_factor": 0.3}), solved=False)
    assert [check.name for check in result.checks if not check.ok] == []
    assert any(check.name == "free_cash_lasts" and check.message for check in result.checks)


def test_every_identity_is_among_the_checks_of_a_run():
    names = {check.name for check in hm.run(BASE, solved=False).checks if check.level == "identity"}
    lines = {name for name, level in BASE.model.checks.items() if level == "identity"}
    assert names == lines | {check.__name__ for check in BY_PYTHON}
    assert {"balance_sheet", "sources_are_uses", "second_opinion_on_value"} <= names


# ---- month, quarter and year ----

# Months are the model; a coarser grid moves ramps, stocks and tax within the year. A quarter may move the value by 2 %
# of the investment and 0.2 % of discounted revenue, a year by 7 % of the investment and 0.7 % of discounted revenue.
AGREEMENT = {"quarter": (0.02, 0.002), "year": (0.07, 0.007)}


@pytest.mark.parametrize("period", AGREEMENT)
@pytest.mark.parametrize("scenario", ["", "without-grant", "low-utilisation", "high-utilisation", "equipment-delay"])
def test_values_by_period_agree_within_a_share_of_the_investment(period, scenario):
    case = hm.load("northx", scenario) if scenario else BASE
    monthly, coarse = evaluate(case), evaluate(case.with_({"period": period}))
    of_investment, of_revenue = AGREEMENT[period]
    moved = abs(coarse["net_present_value"] - monthly["net_present_value"])
    assert moved <= of_investment * monthly["total_investment"]
    assert moved <= of_revenue * (monthly["revenue"] * monthly["discount_factor"]).sum()
    # undiscounted sums over the calendar: half a per cent
    for line in ("revenue", "total_operating_cost", "innovation_projects_completed", "commercial_projects_completed"):
        assert coarse[line].sum() == pytest.approx(monthly[line].sum(), rel=0.005), line
    assert coarse["revenue_at_maturity"] == pytest.approx(monthly["revenue_at_maturity"], rel=0.03)
    assert coarse["maturity_year"] == monthly["maturity_year"]


@pytest.mark.parametrize("period", ["quarter", "year"])
@pytest.mark.parametrize("schedule", ["paid", "decided"])
def test_documented_money_is_the_same_by_any_period(period, schedule):
    monthly, coarse = (evaluate(BASE.with_({"grant_schedule": schedule, "period": one})) for one in ("month", period))
    for line in ("total_investment", "recorded_investment", "grant_total", "grant_used_total", "own_contribution"):
        assert coarse[line] == pytest.approx(monthly[line], rel=1e-14), line
    for line in ("spending", "total_grant_received", "programme_funding_total"):
        assert coarse[line].sum() == pytest.approx(monthly[line].sum(), rel=1e-14), line


@pytest.mark.parametrize("period", ["quarter", "year"])
def test_reinvestment_is_the_same_at_constant_prices(period):
    # renewals fall in the period that holds the day; only the price of that period differs
    still = {"price_inflation": 0}
    monthly, coarse = evaluate(BASE.with_(still)), evaluate(BASE.with_({**still, "period": period}))
    assert coarse["reinvestment"].sum() == pytest.approx(monthly["reinvestment"].sum(), rel=1e-12)
    np.testing.assert_array_equal(coarse["renewals"][:, -1], monthly["renewals"][:, -1])


@pytest.mark.parametrize("period", ["quarter", "year"])
def test_suites_offer_the_same_days_by_any_period(period):
    monthly, coarse = evaluate(BASE), evaluate(BASE.with_({"period": period}))
    np.testing.assert_allclose(
        coarse["suite_days_open"].sum(axis=-1), monthly["suite_days_open"].sum(axis=-1), rtol=1e-12
    )


@pytest.mark.parametrize("period", ["month", "quarter", "year"])
def test_nothing_that_is_a_stock_or_a_share_leaves_its_bounds(period):
    lines = evaluate(BASE.with_({"period": period, "volume_factor": 3}))
    for name, value in lines.values.items():
        if name.endswith(("_served_share", "_suite_share", "_posts", "_stage", "_active")) or name == "utilisation":
            assert np.nanmin(value) >= 0, name
        if name.endswith(("_served_share", "_suite_share")) or name == "utilisation":
            assert np.nanmax(value) <= 1 + 1e-12, name


# ---- draws ----


def drawn(keys, count=5):
    """Several inputs as leading axes: some constant in time, some dated, by platform, site, component or hub."""
    rng = np.random.default_rng(20231206)
    out = {}
    for key in keys:
        value = BASE.inputs[key]
        shape = (count, *value.shape) if value.shape[-1] > 1 else (count, value.shape[0], 1)
        out[key] = value * rng.uniform(0.8, 1.0, size=shape)
    return out


DRAWN = [
    "hours_per_batch", "materials_per_batch", "batch_success", "release_time",  # by platform
    "opening_delay", "fixed_posts", "enquiry_share_at_opening",  # by site
    "operating_days", "component_life", "asset_cost", "courses_per_year",  # by suite, component, asset, course
    "consumer_price_index", "grant_paid",  # dated
    "commercial_margin", "volume_factor", "open_access_share", "innovation_duration", "commercial_duration",
    "progression_delay", "ramp_time", "hiring_lead", "direct_hours_share", "discount_rate", "price_inflation",
    "wage_inflation", "tax_rate", "renewal_stop", "liquidation_share", "receivable_time", "deadweight",
]  # fmt: skip


@pytest.mark.parametrize(
    ("period", "keys"),
    [
        ("month", DRAWN),
        ("month", ["hours_per_batch"]),
        ("month", ["discount_rate"]),
        ("month", ["consumer_price_index"]),
        ("year", DRAWN),
        ("year", ["asset_cost"]),
    ],
    ids=lambda one: one if isinstance(one, str) else one[0] if len(one) == 1 else f"{len(one)}-inputs",
)
def test_draws_equal_runs_one_by_one_bit_for_bit(period, keys):
    case = BASE if period == "month" else BASE.with_({"period": period, "claw_back_share": 0.5, "loan_amount": 20})
    # dated inputs are drawn by month
    draws = {key: value for key, value in drawn(keys).items() if period == "month" or value.shape[-1] == 1}
    together = evaluate(case, changed=draws).values
    for number in range(5):
        alone = evaluate(case, changed={key: value[number] for key, value in draws.items()}).values
        for name, value in together.items():
            one = value[number] if value.ndim == 3 else value
            assert np.array_equal(one, alone[name], equal_nan=True), name


def test_only_what_depends_on_an_uncertain_input_grows_the_axis():
    lines = evaluate(BASE, changed=drawn(["commercial_margin"])).values
    assert lines["net_present_value"].shape == (5, 1, 1)
    moved = BASE.model.affected(["commercial_margin"])
    assert {name for name, value in lines.items() if value.ndim == 3} == moved & lines.keys()


# ---- doubling ----

# input, the line that doubles with it, and what must be switched off for it to be the line's only driver
DOUBLES = [
    ("volume_factor", "innovation_projects_started", {}),
    ("volume_factor", "innovation_suite_days_demanded", {}),
    ("volume_factor", "commercial_suite_days_demanded", {"phase_progression": 0}),
    ("enquiries_per_year", "innovation_projects_started", {}),
    ("commercial_enquiries_per_year", "commercial_projects_started", {"retention": 0}),
    ("suites", "suite_days_open", {}),
    ("operating_days", "suite_days_open", {}),
    ("suite_days_per_batch", "commercial_suite_days_demanded", {"retention": 0}),
    ("hours_per_batch", "commercial_hours_demanded", {}),
    ("development_hours_per_project", "innovation_hours_demanded", {"batches_per_innovation_project": 0}),
    ("innovation_hourly_rate", "working_hours_fee_per_batch", {}),
    ("analyses_price_per_batch", "analyses_fee_per_batch", {}),
    ("materials_per_batch", "materials_fee_per_batch", {}),
    ("materials_per_batch", "commercial_material_cost", {}),
    ("analyses_cost_per_batch", "commercial_analyses_cost", {}),
    ("pay_per_post", "direct_pay", {}),
    ("fixed_posts", "fixed_pay", {}),
    ("fixed_pay_per_post", "fixed_pay", {}),
    ("pension_share", "pension", {}),
    ("employer_contribution_share", "employer_contributions", {}),
    ("premises_cost", "premises", {}),
    ("energy_cost", "energy", {}),
    ("maintenance_share", "maintenance", {"small_replacements": 0}),
    ("quality_system_cost", "quality_and_regulatory", {}),
    ("insurance_cost", "insurance", {}),
    ("shared_services_charge", "shared_services", {}),
    ("courses_per_year", "training_revenue", {}),
    ("price_per_seat", "training_revenue", {}),
    ("cost_per_course", "training_cost", {}),
    ("asset_cost", "asset_spending", {}),
    ("asset_cost", "depreciation", {"grant_factor": 0}),
    ("renewal_share", "reinvestment_by_component", {}),
    ("grant_factor", "grant_received", {}),
    ("loan_amount", "loan_interest", {"loan_amount": 10}),
    ("receivable_time", "receivables", {}),
    ("inventory_time", "inventory", {}),
    ("payable_time", "payables", {}),
    ("tax_rate", "tax", {}),
    ("spillover_rate", "spillover", {}),
    ("export_share", "exports", {}),
    ("doses_per_batch", "doses", {}),
    ("reserved_dose_price", "preparedness_value", {"fill_finish_capacity": 1e6}),
]


@pytest.mark.parametrize(("key", "line", "without"), DOUBLES, ids=[f"{key}-{line}" for key, line, _ in DOUBLES])
def test_doubling_the_driver_doubles_the_line(key, line, without):
    case = BASE.with_(without)
    once = evaluate(case, [line])[line]
    twice = evaluate(case, [line], changed={key: 2 * case.inputs[key]})[line]
    assert np.abs(once).max() > 0
    np.testing.assert_allclose(twice, 2 * np.asarray(once), rtol=1e-12)


def test_money_has_no_size_of_its_own():
    # every amount in SEK doubled: every amount of the result doubles, no ratio moves
    money = [key for key, rows in BASE.by_key.items() if "SEK" in rows[0].unit]
    once, twice = evaluate(BASE), evaluate(BASE, changed={key: 2 * BASE.inputs[key] for key in money})
    for name, value in once.values.items():
        powers = dict(BASE.model.units[name].powers)
        factor = 2 if powers.get("SEK") == 1 else 1
        np.testing.assert_allclose(twice.values[name], factor * np.asarray(value), rtol=1e-9, atol=1e-6, err_msg=name)


def test_all_volumes_have_no_size_of_their_own():
    # twice the projects in twice the suites with twice the crew: the same utilisation, twice the batches
    keys = ["volume_factor", "suites", "minimum_operations_posts", "minimum_quality_posts"]
    once, twice = evaluate(BASE), evaluate(BASE, changed={key: 2 * BASE.inputs[key] for key in keys})
    np.testing.assert_allclose(twice["utilisation"], once["utilisation"], rtol=1e-12)
    for line in ("commercial_batches", "innovation_revenue", "operations_posts", "material_cost", "direct_pay"):
        np.testing.assert_allclose(twice[line], 2 * once[line], rtol=1e-12, err_msg=line)


# ---- waste does not pay ----

STEPS = (1.001, 1.02, 1.2, 2.0, 4.0)
WASTE = {
    "hours_per_batch": None,
    "development_hours_per_project": None,
    "pay_per_post": None,
    "fixed_pay_per_post": None,
    "fixed_posts": None,
    "employer_contribution_share": None,
    "pension_share": None,
    "guidance_share": None,
    "analyses_cost_per_batch": None,
    "development_analyses_cost": None,
    "remake_share": {"remake_share": 0.2},
    "technology_transfer_hours": {"technology_transfer_share": 0.3},
    "premises_cost": None,
    "energy_cost": None,
    "maintenance_share": None,
    "shared_services_charge": None,
    "cost_per_course": None,
    "decommissioning_cost": None,
}


def steps_of(case, key, factors=STEPS):
    """Each factor on all rows together and on each row by itself: draws (steps, rows, 1)."""
    value = case.inputs[key]
    rows = range(value.shape[0]) if value.shape[0] > 1 else ()
    out = []
    for factor in factors:
        out.append(value * factor)
        for row in rows:
            one = value.copy()
            one[row] *= factor
            out.append(one)
    return np.array(out)


def bought_more(lines, more):
    """Materials of all sites that are bought more."""
    return (more["material_cost"] - lines["material_cost"]).sum(axis=-2, keepdims=True)


def values_of(case, changed):
    return evaluate(case, ["net_present_value"], changed=changed)["net_present_value"][:, 0, 0]


@pytest.mark.parametrize(
    "scenario",
    ["", "without-grant", "commercial-heavy", "innovation-heavy", "high-utilisation", "failed-batches-unpaid"],
)
@pytest.mark.parametrize("key", WASTE)
def test_no_rise_in_hours_pay_or_cost_raises_the_value(key, scenario):
    case = (hm.load("northx", scenario) if scenario else BASE).with_(WASTE[key] or {})
    value = evaluate(case, ["net_present_value"])["net_present_value"]
    # a hundredth of a krona is rounding
    assert np.all(values_of(case, {key: steps_of(case, key)}) <= value + 0.01)


@pytest.mark.parametrize(
    "scenario", ["", "without-grant", "commercial-heavy", "innovation-heavy", "failed-batches-unpaid"]
)
@pytest.mark.parametrize("remake_share", [0, 0.5, 1])
def test_no_rise_in_failure_raises_the_value(scenario, remake_share):
    case = (hm.load("northx", scenario) if scenario else BASE).with_({"remake_share": remake_share})
    value = evaluate(case, ["net_present_value"])["net_present_value"]
    fails = values_of(case, {"batch_success": steps_of(case, "batch_success", (0.999, 0.98, 0.8, 0.3))})
    assert np.all(fails <= value + 0.01)


def test_no_rise_in_failure_raises_the_value_even_where_customers_bear_it():
    case = BASE.with_({"failed_batch_customer_share": 1})
    value = evaluate(case, ["net_present_value"])["net_present_value"]
    fails = values_of(case, {"batch_success": steps_of(case, "batch_success", (0.999, 0.98, 0.8, 0.3))})
    assert np.all(fails <= value + 0.01)


@pytest.mark.parametrize("key", ["hours_paid", "direct_hours_share"])
def test_no_fall_in_productivity_raises_the_value(key):
    value = evaluate(BASE, ["net_present_value"])["net_present_value"]
    assert np.all(values_of(BASE, {key: steps_of(BASE, key, (0.999, 0.98, 0.8, 0.3))}) <= value + 0.01)


@pytest.mark.parametrize(
    "scenario", ["", "without-grant", "commercial-heavy", "innovation-heavy", "failed-batches-unpaid"]
)
@pytest.mark.parametrize("key", ["materials_per_batch", "development_materials_per_project"])
def test_material_use_earns_at_most_its_handling(key, scenario):
    # the value rises by at most the present value of handling x what is bought more
    case = hm.load("northx", scenario) if scenario else BASE
    lines, more = evaluate(case), evaluate(case, changed={key: steps_of(case, key)})
    extra = bought_more(lines, more) * lines["discount_factor"] * lines["counted"]
    gain = more["net_present_value"][:, 0, 0] - lines["net_present_value"]
    assert np.all(gain <= lines["material_handling"] * extra.sum(axis=-1)[:, 0] + 0.01)


@pytest.mark.parametrize("key", ["materials_per_batch", "development_materials_per_project"])
def test_material_use_without_handling_never_pays(key):
    case = BASE.with_({"material_handling": 0})
    value = evaluate(case, ["net_present_value"])["net_present_value"]
    assert np.all(values_of(case, {key: steps_of(case, key)}) <= value + 0.01)


@settings(max_examples=25, deadline=None)
@given(within=ranged, step=st.sampled_from([1.001, 1.1, 2.0, 5.0]))
def test_waste_does_not_pay_anywhere_in_the_ranges(within, step):
    # slots cancelled late and the exchange rate are left out: see the two tests below
    changes = {name: low + share * (high - low) for (name, low, high), share in within}
    case = BASE.with_({**changes, "late_cancellation_share": 0, "exchange_rate_change": 0})
    lines = evaluate(case)
    value, allowed = lines["net_present_value"], 1.0  # a krona of 100 million is rounding
    for key in ("hours_per_batch", "pay_per_post", "development_hours_per_project", "analyses_cost_per_batch"):
        assert np.all(values_of(case, {key: steps_of(case, key, (step,))}) <= value + allowed), key
    assert np.all(values_of(case, {"batch_success": steps_of(case, "batch_success", (1 / step,))}) <= value + allowed)
    more = evaluate(case, changed={"materials_per_batch": steps_of(case, "materials_per_batch", (step,))})
    extra = bought_more(lines, more) * lines["discount_factor"] * lines["counted"]
    gain = more["net_present_value"][:, 0, 0] - value
    assert np.all(gain <= lines["material_handling"] * extra.sum(axis=-1)[:, 0] + allowed)


CANCELLED = {"late_cancellation_share": 0.15, "cancellation_fee_share": 1, "exchange_rate_change": 0}


def test_materials_of_cancelled_slots_earn_nothing():
    case = BASE.with_(CANCELLED)
    lines, more = (
        evaluate(case),
        evaluate(case, changed={"materials_per_batch": 1.1 * case.inputs["materials_per_batch"]}),
    )
    revenue = (more["revenue"] - lines["revenue"]).sum()
    cost = bought_more(lines, more).sum()
    assert revenue <= cost * (1 + lines["material_handling"])


def test_no_rise_in_late_cancellations_raises_the_value():
    once, more = (
        evaluate(BASE.with_({"late_cancellation_share": share}), ["net_present_value"]) for share in (0.05, 0.15)
    )
    assert more["net_present_value"] <= once["net_present_value"]


def test_a_krona_that_falls_multiplies_what_materials_earn():
    # prices in foreign currency carry the materials passed through: handling is then (1 + handling) x factor - 1
    change = {"exchange_rate_change": 0.1, "foreign_currency_share": 0.6, "failed_batch_customer_share": 1}
    case = BASE.with_(change)
    lines, more = evaluate(case), evaluate(case, changed={"materials_per_batch": steps_of(case, "materials_per_batch")})
    extra = bought_more(lines, more) * lines["discount_factor"] * lines["counted"]
    gain = more["net_present_value"][:, 0, 0] - lines["net_present_value"]
    # 1 + 0.6 x 0.1 = 1.06
    assert np.all(gain <= ((1 + lines["material_handling"]) * 1.06 - 1) * extra.sum(axis=-1)[:, 0] + 0.01)


YARDSTICKS = ["hours_per_batch", "pay_per_post", "batch_success", "direct_hours_share", "availability", "remake_share"]


@pytest.mark.parametrize("key", [*YARDSTICKS, "analyses_cost_per_batch", "suite_days_per_batch", "hours_paid"])
def test_no_actual_cost_yield_or_use_moves_a_price(base, key):
    changed = evaluate(BASE, changed={key: 0.7 * BASE.inputs[key]})
    for price in ("commercial_price_per_batch", "innovation_price_per_batch", "development_price_per_project"):
        np.testing.assert_array_equal(changed[price], base[price])


@pytest.mark.parametrize(
    ("key", "price"),
    [
        ("hours_per_batch", "commercial_price_per_batch"),
        ("hours_per_batch", "innovation_price_per_batch"),
        ("pay_per_post", "price_at_margin"),
        ("development_hours_per_project", "development_price_per_project"),
    ],
)
def test_prices_set_anew_follow_actual_hours_and_pay(key, price):
    case = BASE.with_({"pricing_basis": "actual"})
    before, after = evaluate(case)[price], evaluate(case, changed={key: 1.1 * case.inputs[key]})[price]
    assert np.all(after >= before)
    assert np.any(after > before)


def test_the_two_bases_agree_where_actual_is_standard():
    # the case's standard rows are its own actual ones
    standard, actual = evaluate(BASE), evaluate(BASE.with_({"pricing_basis": "actual"}))
    same = np.array_equal(BASE.inputs["standard_hours_per_batch"], BASE.inputs["hours_per_batch"])
    same &= bool(BASE.inputs["standard_pay"] == BASE.inputs["pay_per_post"])
    if not same:
        pytest.skip("the standard rows differ from the actual ones in this case")
    np.testing.assert_allclose(actual["commercial_price_per_batch"], standard["commercial_price_per_batch"])


# ---- monotone in what is sold and what it costs to wait ----


@pytest.mark.parametrize(
    "key", ["innovation_hourly_rate", "market_price_ceiling", "failed_batch_customer_share", "grant_factor"]
)
def test_more_money_from_others_is_never_worth_less(key):
    value = evaluate(BASE, ["net_present_value"])["net_present_value"]
    assert np.all(values_of(BASE, {key: steps_of(BASE, key, (1.01, 1.1, 1.3))}) >= value - 0.01)


def test_a_later_grant_is_worth_less_to_a_company_with_a_required_return():
    paid, decided = (evaluate(BASE.with_({"grant_schedule": one})) for one in ("paid", "decided"))
    # 35 instead of 14 in 2021: earlier money, the same tax
    assert decided["net_present_value"] > paid["net_present_value"]
    np.testing.assert_allclose(decided["tax"].sum(), paid["tax"].sum(), rtol=0.02)
