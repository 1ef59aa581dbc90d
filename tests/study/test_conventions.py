"""Conventions: their effect on the lines, the convention card, presets and conflicts."""

import itertools
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import hubmodel as hm
from hubmodel import cli
from hubmodel.engine.units import Membership
from hubmodel.lines import calendar, capital
from hubmodel.study import conventions
from hubmodel.study.conventions import CONFLICTS, WORDS, conflicts, date_of
from hubmodel.study.presets import apply_preset, compare_presets, explained, presets, vary_conventions
from hubmodel.study.result import evaluate
from tests.conftest import computed


@pytest.fixture(scope="module")
def case():
    return hm.load("northx")


@pytest.fixture(scope="module")
def base(case):
    return evaluate(case)


def row(*values):
    return np.array([values], dtype=float)


def column(*values):
    return np.array(values, dtype=float)[:, None]


DEFAULTS = {
    "undiscounted_date": "view", "price_basis": "nominal", "spending_timing": "as_planned",
    "grant_tax_treatment": "net", "tax_losses_rule": "carried_forward", "tax_payment": "same_year",
    "tax_depreciation_method": "swedish", "tax_depreciation_begins": "purchase", "first_year": "whole",
    "discounting": "middle", "grant_treatment": "net", "interest_treatment": "expensed",
}  # fmt: skip


# ---- the base case has not moved ----


def test_the_case_has_the_default_conventions(case):
    assert {key: case.chosen(key) for key in DEFAULTS} == DEFAULTS


def test_default_choices_leave_every_line_as_the_rule_before_them_had_it(base):
    # tax is paid when due, nothing waits; the required return is the nominal rate; the pool is the two rules'
    np.testing.assert_array_equal(base["tax_paid"], base["tax"])
    np.testing.assert_array_equal(base["tax_payable"], 0 * base["tax"])
    assert base["required_return"] == base["discount_rate"]
    assert base["valuation_date"] == base["view_date"]
    years = base["middle_of_period"] - base["price_date"]
    np.testing.assert_array_equal(base["wage_index"], (1 + base["wage_inflation"]) ** years)
    losses, taxed = 0.0, []
    for profit in base["assessed_profit"][0]:
        taxed.append(max(0.0, profit - losses))
        losses = max(0.0, losses - profit)
    np.testing.assert_array_equal(base["taxed_profit"][0], taxed)


def test_the_value_is_that_of_the_flows_of_before(base):
    # by hand from lines that no convention touches: EBITDA, investment, grant, working capital, what is left
    flow = (
        base["ebitda"] - base["tax"] - np.diff(base["working_capital"], prepend=0) - base["spending"]
        - base["reinvestment"] + base["residual_value"] + base["working_capital"] * base["last_period"]
        + base["total_grant_received"]
    )  # fmt: skip
    years = base["view_date"] - base["middle_of_period"]
    assert base["net_present_value"] == pytest.approx(float((flow * 1.105**years).sum()), rel=1e-9)


def test_choosing_what_is_chosen_changes_nothing(case, base):
    again = evaluate(case.with_(DEFAULTS))
    assert again["net_present_value"] == base["net_present_value"]


# ---- every identity holds under every convention ----


OPTIONS = [
    (key, option)
    for key, options in {
        "undiscounted_date": ("first_period",),
        "price_basis": ("real",),
        "spending_timing": ("at_once",),
        "grant_tax_treatment": ("income", "none"),
        "tax_losses_rule": ("at_once", "never"),
        "interest_treatment": ("capitalised",),
        "tax_payment": ("year_later", "year_later_last_dropped"),
        "tax_depreciation_method": ("straight_line", "declining_balance", "sum_of_years", "table"),
        "working_capital_release": (0.0, 0.4),
    }.items()
    for option in options
]


@pytest.mark.parametrize("period", ["month", "year"])
@pytest.mark.parametrize("treatment", ["net", "deferred"])
@pytest.mark.parametrize(("key", "option"), OPTIONS)
def test_every_identity_holds(case, key, option, treatment, period):
    changed = case.with_({key: option, "grant_treatment": treatment, "period": period, "grant_factor": 0.8})
    assert [check.name for check in hm.run(changed, solved=False).checks if not check.ok] == []


# ---- one law for each ----


def test_another_undiscounted_date_compounds_and_nothing_else(case, base):
    first = evaluate(case.with_({"undiscounted_date": "first_period"}))
    # from October 2021 back to January 2021: three quarters of a year at 10.5 %
    assert first["net_present_value"] == pytest.approx(base["net_present_value"] / 1.105**0.75, rel=1e-9)
    assert first["internal_rate_of_return"] == pytest.approx(base["internal_rate_of_return"], rel=1e-12)


def test_real_flows_ask_for_the_rate_without_inflation(case):
    real = evaluate(case.with_({"price_basis": "real"}))
    assert real["required_return"] == pytest.approx(1.105 / 1.025 - 1, rel=1e-12)
    for index in ("price_index", "wage_index", "material_index", "contract_index"):
        np.testing.assert_array_equal(real[index], np.ones_like(real[index]))
    # where prices do not rise, nominal and real are the same
    flat = {"price_inflation": 0.0, "wage_inflation": 0.0, "material_inflation": 0.0, "consumer_price_index": 415}
    nominal, real = (evaluate(case.with_({**flat, "price_basis": basis})) for basis in ("nominal", "real"))
    assert real["net_present_value"] == pytest.approx(nominal["net_present_value"], rel=1e-9)


def test_all_of_the_investment_falls_in_the_period_that_ends_at_completion(case, base):
    at_once = evaluate(case.with_({"spending_timing": "at_once"}))
    assert at_once["spending"].sum() == pytest.approx(base["spending"].sum(), rel=1e-12)
    (place,) = np.flatnonzero(at_once["spending"][0])
    assert at_once["end_of_period"][0, place] == pytest.approx(at_once["completion_date"])


def test_a_grant_counts_once_for_tax_or_never(case, base):
    grant = base["grant_used_total"]
    income, none = (evaluate(case.with_({"grant_tax_treatment": how})) for how in ("income", "none"))

    def deducted(lines):
        return lines["tax_depreciation"].sum() + lines["equipment_tax_value"][0, -1] + lines["fit_out_tax_value"][0, -1]

    assert deducted(income) - deducted(base) == pytest.approx(grant, rel=1e-9)
    assert deducted(none) == pytest.approx(deducted(income), rel=1e-12)
    assert income["grant_taxed"].sum() == pytest.approx(grant, rel=1e-12)
    assert none["grant_taxed"].sum() == 0
    # never taxed is worth most to the company, taxed at once least
    values = [lines["net_present_value"] for lines in (none, base, income)]
    assert values == sorted(values, reverse=True)


def test_tax_a_year_later_is_the_same_tax_and_the_last_years_may_be_dropped(case, base):
    later = evaluate(case.with_({"tax_payment": "year_later"}))
    dropped = evaluate(case.with_({"tax_payment": "year_later_last_dropped"}))
    assert later["tax_paid"].sum() == pytest.approx(base["tax"].sum(), rel=1e-12)
    assert dropped["tax_paid"].sum() == pytest.approx(base["tax"].sum() - base["tax"][0, -1], rel=1e-12)
    assert base["net_present_value"] < later["net_present_value"] < dropped["net_present_value"]
    # due in December, paid the December after
    np.testing.assert_allclose(dropped["tax_paid"][0, 12:], base["tax"][0, :-12], atol=1e-6)


def test_losses_are_worth_most_at_once_and_nothing_where_they_are_lost(case, base):
    at_once, never = (evaluate(case.with_({"tax_losses_rule": how})) for how in ("at_once", "never"))
    assert never["net_present_value"] < base["net_present_value"] < at_once["net_present_value"]
    assert at_once["tax"].sum() == pytest.approx(at_once["taxable_profit"].sum() * 0.206, rel=1e-9)


def test_a_share_of_working_capital_comes_back(case, base):
    kept = evaluate(case.with_({"working_capital_release": 0.4}))
    assert kept["working_capital_released"].sum() == pytest.approx(0.4 * base["working_capital_released"].sum())


# ---- depreciation for tax ----


def left_by(method, age, life, rate, shares, first):
    """Return the share of the cost left, by a loop over the years."""
    left, given_, digits = 1.0, 0.0, life * (life + 1) / 2
    years = {
        "straight_line": [1 / life] * life,
        "sum_of_years": [(life - at) / digits for at in range(life)],
        "table": list(shares),
    }
    if method == "declining_balance":
        for year in range(age):
            left -= left * rate * (first if year == 0 else 1)
        return left
    full = years[method]
    for year in range(age):
        this = full[year] if year < len(full) else 0.0
        before = full[year - 1] if 0 < year <= len(full) else 0.0
        given_ += first * this + (1 - first) * before
    return 1 - given_


def schedule(method, half, bought, per_year=1, life=5, rate=0.4, shares=(0.2, 0.32, 0.192, 0.1152, 0.1152, 0.0576)):
    """Return the tax value at each year's end of purchases, by the lines of the model."""
    years = len(bought)
    ends = calendar.end_of_period(2021, row(*range(1, years * per_year + 1)), 1 / per_year)
    middle = calendar.middle_of_period(ends, 1 / per_year)
    year, purchase = calendar.calendar_year(middle), column(*range(2021, 2021 + years))
    added = np.zeros((1, years * per_year))
    added[0, ::per_year] = bought
    cross = list(itertools.product(range(years), range(len(shares))))
    by_purchase = Membership("write_off", "purchase", tuple(vintage for vintage, _ in cross), years)
    by_year = Membership("write_off", "depreciation_year", tuple(age for _, age in cross), len(shares))
    age, first = capital.tax_age(year, purchase, 1), capital.first_year_share(half)
    written = capital.table_written_off(column(*shares), column(*range(1, len(shares) + 1)), age, by_year, by_purchase)
    to_go, before = capital.years_to_go(age, life, 1), capital.years_to_go_before(age, life, 1)
    ways = {
        "straight_line": capital.straight_line_left(age, first, life, 1),
        "declining_balance": capital.declining_left(age, first, rate),
        "sum_of_years": capital.sum_of_years_left(to_go, before, first, capital.sum_of_years(life, 1)),
        "table": capital.table_left(written, by_purchase),
    }
    chosen = [part for name, left in ways.items() for part in (float(name == method), left)]
    by_vintage = capital.equipment_depreciable_by_year(capital.equipment_depreciable_in_year(added, year, purchase))
    left = capital.equipment_left(by_vintage, capital.tax_share_left(*chosen))
    spent = np.cumsum(added, axis=-1)
    value = capital.equipment_scheduled_value(left, spent, spent)
    year_ends = calendar.year_ends(middle, 1 / per_year)
    pool = computed(capital.equipment_tax_value, added, year_ends, 0.3, spent, 0, value)
    return pool[0, per_year - 1 :: per_year]


@pytest.mark.parametrize(
    ("method", "half", "deducted"),
    [
        # 100 in one year, five years
        ("straight_line", 0, [20, 20, 20, 20, 20, 0, 0]),
        ("straight_line", 1, [10, 20, 20, 20, 20, 10, 0]),
        # 5, 4, 3, 2, 1 fifteenths; half of each moved to the next year
        ("sum_of_years", 0, [100 / 3, 80 / 3, 20, 40 / 3, 20 / 3, 0, 0]),
        ("sum_of_years", 1, [50 / 3, 30, 70 / 3, 50 / 3, 10, 10 / 3, 0]),
        # 40 % of what is left; half of it in the first year
        ("declining_balance", 0, [40, 24, 14.4, 8.64, 5.184, 3.1104, 1.86624]),
        ("declining_balance", 1, [20, 32, 19.2, 11.52, 6.912, 4.1472, 2.48832]),
        # the five-year class of Publication 946, Table A-1
        ("table", 0, [20, 32, 19.2, 11.52, 11.52, 5.76, 0]),
    ],
)
def test_one_purchase_is_written_off_as_the_method_says(method, half, deducted):
    values = schedule(method, half, [100.0] + [0.0] * 6)
    np.testing.assert_allclose(-np.diff(values, prepend=100), deducted, atol=1e-9)


@pytest.mark.parametrize("per_year", [1, 4, 12])
@pytest.mark.parametrize(("method", "half"), [
    ("straight_line", 0), ("straight_line", 1), ("sum_of_years", 0), ("sum_of_years", 1),
    ("declining_balance", 0), ("declining_balance", 1), ("table", 0),
])  # fmt: skip
@given(bought=st.lists(st.floats(0, 100), min_size=2, max_size=9), life=st.integers(1, 7), rate=st.floats(0, 0.9))
def test_purchases_of_many_years_are_a_loop_over_them(per_year, method, half, bought, life, rate):
    shares = (0.5, 0.3, 0.2)
    got = schedule(method, half, bought, per_year, life, rate, shares)
    expected = [
        sum(
            cost * left_by(method, year - bought_in + 1, life, rate, shares, 1 - half / 2)
            for bought_in, cost in enumerate(bought[: year + 1])
        )
        for year in range(len(bought))
    ]
    np.testing.assert_allclose(got, expected, atol=1e-9)


def test_depreciation_from_opening_waits_for_it():
    # paid 30 and 50 in two years, 20 in the third; opens in the middle of the third
    site = Membership("component", "site", (0,), 1)
    cost = row(30, 80, 100, 100)
    year = row(2021, 2022, 2023, 2024)
    waits = capital.component_depreciable_cost(cost, 1, year, column(2023.5), site)
    np.testing.assert_array_equal(waits, [[0, 0, 100, 100]])
    np.testing.assert_array_equal(capital.component_depreciable_cost(cost, 0, year, column(2023.5), site), cost)
    np.testing.assert_array_equal(capital.depreciable_addition(waits, row(0, 0, 0, 7), 1), [[0, 0, 100, 7]])
    # what waits keeps its value
    np.testing.assert_array_equal(capital.equipment_scheduled_value(row(0, 0), row(30, 80), row(0, 0)), [[30, 80]])


@pytest.mark.parametrize("method", ["straight_line", "declining_balance", "sum_of_years", "table"])
def test_draws_equal_single_runs(case, method):
    by_method = case.with_({"tax_depreciation_method": method, "period": "year"})
    draws = np.stack([by_method.inputs["asset_cost"] * factor for factor in (0.9, 1.0, 1.3)])
    figure = "net_present_value"
    together = evaluate(by_method, [figure], changed={"asset_cost": draws}).values[figure].ravel()
    alone = [evaluate(by_method, [figure], changed={"asset_cost": draw})[figure] for draw in draws]
    np.testing.assert_array_equal(together, alone)


# ---- the card ----


def test_the_card_is_an_object_and_a_mapping(case):
    card = hm.run(case, solved=False).conventions
    assert card.tax_losses.value == "carried_forward"
    assert card["tax losses"] == card.tax_losses.meaning == "carried forward without end, stand-alone"
    assert card["discounting"] == "middle of period at 10.5\N{NO-BREAK SPACE}% a year; past flows are compounded"
    assert (
        json.loads(json.dumps(dict(card)))["legal basis of the aid"]
        == case.text_of("remarks")["legal basis of the aid"]
    )
    assert str(card).splitlines()[0] == "period: month"
    assert len(card) == len(dict(card)) == len(conventions.NAMES) + len(case.text_of("remarks"))


def test_the_card_says_what_is_chosen(case):
    changed = case.with_({
        "tax_depreciation_method": "table", "price_basis": "real", "tax_payment": "year_later",
        "grant_tax_treatment": "none", "working_capital_release": 0.5, "view": "today",
    })  # fmt: skip
    card = hm.run(changed, solved=False).conventions
    assert "table of 6 yearly shares: 0.2, 0.32, 0.192, 0.1152, 0.1152, 0.0576" in card["tax depreciation"]
    assert "7.80\N{NO-BREAK SPACE}%" in card["prices"]
    assert card["tax"] == "paid a year later, the last year's in the last period"
    assert card["grant for tax"] == "never taxed; the whole cost is deducted"
    assert card["working capital"].startswith("50.0\N{NO-BREAK SPACE}%")
    assert card["discounting"].endswith("past flows are sunk")


def test_every_option_has_words_in_both_languages(case):
    assert {key: set(case.choices[key]) for key in WORDS} == {key: set(phrases) for key, phrases in WORDS.items()}
    card = hm.run(case, solved=False).card("sv")
    assert card["underskott"] == "rullas framåt utan gräns, fristående"


@pytest.mark.parametrize(
    ("years", "expected"), [(2021.0, "2021-01"), (2021.75, "2021-10"), (2022 + 11 / 12, "2022-12")]
)
def test_dates_are_written_by_month(years, expected):
    assert date_of(years) == expected


# ---- others' conventions ----


def test_presets_change_only_choices_that_the_case_has(case):
    for preset in presets().values():
        assert {key: option in case.choices[key] for key, option in preset.changes.items()} == dict.fromkeys(
            preset.changes, True
        )


@pytest.mark.parametrize("name", presets())
def test_a_preset_runs_and_every_identity_holds(case, name):
    study = hm.run(apply_preset(case, name), solved=False)
    assert [check.name for check in study.checks if not check.ok] == []
    assert study.case.overrides[0].reason == presets()[name].title


def test_the_cases_own_comes_first_and_differences_are_to_it(case, base):
    own, *others = compare_presets(case)
    assert own.net_present_value == base["net_present_value"]
    assert own.difference == 0
    for reported in others:
        assert reported.difference == pytest.approx(reported.net_present_value - own.net_present_value)
        assert explained(reported).endswith(reported.why)


def test_by_the_year_start_middle_and_end_are_half_a_year_apart(case):
    found = {reported.name: reported.net_present_value for reported in compare_presets(case)}
    assert found["start-of-year"] == pytest.approx(found["middle-of-year"] * 1.105**0.5, rel=1e-9)
    assert found["end-of-year"] == pytest.approx(found["middle-of-year"] / 1.105**0.5, rel=1e-9)
    # numpy's first flow is not discounted, Excel's is by a year
    assert found["numpy-financial"] == pytest.approx(found["excel"] * 1.105, rel=1e-9)


def test_a_break_even_is_where_the_value_is_zero(case):
    reported = next(reported for reported in compare_presets(case, "commercial_margin") if reported.name == "openpytea")
    at = apply_preset(case, "openpytea").with_({"commercial_margin": reported.break_even})
    assert evaluate(at)["net_present_value"] == pytest.approx(0, abs=1.0)


def test_each_convention_by_itself_the_largest_first(case, base):
    found = vary_conventions(case)
    sizes = [abs(alone.difference) for alone in found]
    assert sizes == sorted(sizes, reverse=True)
    losses = next(alone for alone in found if (alone.key, alone.option) == ("tax_losses_rule", "never"))
    alone = evaluate(case.with_({"tax_losses_rule": "never"}))["net_present_value"]
    assert losses.net_present_value == alone == losses.difference + base["net_present_value"]
    # what cannot stand beside the Swedish rules is left out
    assert {alone.key for alone in found}.isdisjoint({"first_year", "tax_depreciation_begins"})


def test_no_break_even_is_none(case):
    assert compare_presets(case, "loan_term")[0].break_even is None


@pytest.mark.parametrize(
    ("by", "message"),
    [("comercial_margin", "did you mean 'commercial_margin'"), ("hours_per_batch", "has several values; name one row")],
)
def test_a_break_even_by_what_is_not_one_number_is_refused(case, by, message):
    with pytest.raises(hm.HubmodelError, match=message):
        compare_presets(case, by)


def test_the_command_prints_the_card(capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["hubmodel", "conventions"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    out = capsys.readouterr().out
    assert not ended.value.code
    assert [name for name in (preset.title for preset in presets().values()) if out.count(name) < 2] == []
    assert "carried forward without end" in out


# ---- refusals ----


@pytest.mark.parametrize(("choices", "why", "cure"), CONFLICTS, ids=lambda part: str(part)[:40])
def test_conventions_that_contradict_each_other_are_refused_with_the_cure(case, choices, why, cure):
    changed = case.with_(choices)
    chosen = ", ".join("=".join(pair) for pair in choices.items())
    assert conflicts(changed) == [f"{chosen} cannot hold together: {why}; {cure}"]
    with pytest.raises(hm.HubmodelError, match="; set "):
        hm.run(changed, solved=False)


def test_a_changed_table_must_still_add_up_to_one(case):
    with pytest.raises(hm.HubmodelError, match=r"depreciation_share adds up to 1\.1, not to 1; mend the table"):
        hm.run(case.with_({"depreciation_share[year 1]": 0.3}), solved=False)


def test_a_table_in_the_data_must_add_up_to_one(case, tmp_path):
    for file in case.folder.glob("*.*"):
        text = file.read_text(encoding="utf-8")
        changed = text.replace("depreciation_share,year 6,,0.0576", "depreciation_share,year 6,,0.05")
        (tmp_path / file.name).write_text(changed, encoding="utf-8")
    with pytest.raises(
        hm.HubmodelError, match=r"capital\.csv line \d+: depreciation_share adds up to 0\.9924, not to 1"
    ):
        hm.load(tmp_path)


def test_an_unknown_preset_is_answered_with_the_nearest(case):
    with pytest.raises(hm.HubmodelError, match="did you mean 'openpytea'"):
        apply_preset(case, "openpyta")


def test_a_case_without_lever_says_what_to_do(case):
    from dataclasses import replace

    with pytest.raises(hm.HubmodelError, match="names no levers; name one, or say which input with --by"):
        compare_presets(replace(case, levers=()))
