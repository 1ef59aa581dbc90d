"""Project finance, line by line: cost to cash, the loan sized on cover, reserves, two tiers of tax; what it refuses."""

import ast
import inspect
from pathlib import Path

import numpy as np
import pytest

from hubmodel.engine.trace import traced
from hubmodel.engine.units import Membership
from hubmodel.errors import InputError, SolveError, UnknownName
from tests.conftest import computed
from tests.published import annual, sam
from tests.published import project_finance as plant
from tests.published.biorefinery import adapter as biorefinery

PUBLISHED = Path(sam.__file__).parent
LISTS = {
    "plant_cost": ("cost_escalation", "cost_indexed", "cost_per_year", "cost_per_output", "cost_per_capacity",
                   "cost_per_piece", "cost_quantity", "cost_content"),
    "plant_support": ("support_per_output", "support_escalation", "support_term", "support_is_revenue",
                      "support_local_taxed", "support_national_taxed"),
    "plant_grant": ("grant_amount", "grant_share", "grant_per_capacity", "grant_ceiling", "grant_local_taxed",
                    "grant_national_taxed", "grant_local_reduces", "grant_national_reduces"),
    "plant_class": ("class_share", "class_amount", "class_reduced_first", "local_qualifies", "national_qualifies",
                    "local_bonus_share", "national_bonus_share", "local_depreciation_table",
                    "national_depreciation_table"),
    "plant_equipment": ("renewal_cost", "renewal_interval"),
    "plant_vintage": ("vintage_year", "local_vintage_table", "national_vintage_table"),
    "plant_year": ("year_number",),
    "plant_part": ("output_first_year",),
    "plant_saving": ("savings_by_source",),
}  # fmt: skip
LIST_OF = {f"plant_{name}": rows for rows, names in LISTS.items() for name in names}


def row(*values):
    return np.array([values], dtype=float)


HAND_SUMS = [
    # the first period of operation is year 1: no years since the start; before it none either
    (plant.plant_years_since_start, (row(0, 1, 2, 3), 1), [[0, 0, 1, 2]]),
    (plant.plant_first_period, (row(0, 1, 2), row(0, 1, 1)), [[0, 1, 0]]),
    # 1.02^2
    (plant.plant_price_index, (0.02, 2.0), 1.0404),
    # 1 / (1.06 x 1.02) for a flow one year after the valuation date
    (plant.plant_discount_factor, (0.06, 0.02, 2024.0, 2025.0), 1 / (1.06 * 1.02)),
    # start-up takes 0.25 of the first year
    (plant.plant_start_up_part, (0.25, row(0, 0, 1), 1, row(0, 1, 1)), [[0, 0.25, 0]]),
    # 1 - 0.25 x (1 - 0.5)
    (plant.plant_sales_level, (1, 0.25, 0.5), 0.875),
    (plant.plant_variable_level, (1, 0.25, 0.75), 0.9375),
    (plant.plant_fixed_level, (1, 0.25, 1), 1),
    # 5 a unit x 1.01^2
    (plant.plant_sale_price, (5, 0.01, 2.0, 1), 5.1005),
    # 1 000 units x 0.875 x 5
    (plant.plant_sales, (1_000, 0.875, 5), 4_375),
    # 1 000 x 0.9 less 850 that the grid takes
    (plant.plant_output_curtailed, (1_000, 0.9, 850, 1), 50),
    # (1 000 a year + 20 x 50 x 40 %) x 1.1
    (plant.plant_reservation_revenue, (1_000, 20, 50, 0.4, 0.1, 1.0, 1, 1), 1_540),
    # 8 years of support: the ninth year of operation has none
    (plant.plant_support_running, (8, row(0, 7, 8), 1, 1), [[1, 1, 0]]),
    # 0.02 x 1 000 x 1.1^2
    (plant.plant_support_by_payer, (0.02, 1_000, 0.1, 2.0, 1), 24.2),
    # what is revenue already is not taxed twice
    (plant.plant_local_support_taxed_by_payer, (100, row(0, 1), 1), [[100, 0]]),
    # (1 + 2 % + 1 %)^2, and 1 for a schedule
    (plant.plant_cost_index, (0.02, 0.01, row(1, 0), 2.0), [[1.0609, 1]]),
    # (500 + 3 x 100) x 0.5 x 1.1
    (plant.plant_cost_fixed, (500, 1, 3, 100, 0.5, 1.1), 440),
    # (2 x 1 000 + 3 x 0.5 x 400) x 1 x 1.1
    (plant.plant_cost_variable, (2, 1_000, 3, 0.5, 400, 1, 1.1), 2_860),
    # 1 000 x 80 % x (1 - 3 x 10 %)
    (plant.plant_value_taxed, (1_000, 0.8, 0.1, 3.0, 0, 400, 1), 560),
    # or on book value
    (plant.plant_value_taxed, (1_000, 0.8, 0.1, 3.0, 1, 400, 1), 400),
    (plant.plant_property_tax, (560, 0.01, 1), 5.6),
    # 1 000 x 1.1 x 0.5 %; on book value 400 x 0.5 %
    (plant.plant_insurance, (1_000, 1.1, 0, 400, 0.005, 1, 1), 5.5),
    (plant.plant_insurance, (1_000, 1.1, 1, 400, 0.005, 1, 1), 2),
    # a replacement each 3 years: number 1 until year 3, then 2
    (plant.plant_renewal_number, (row(0, 1, 3, 4, 6), 1, 3), [[0, 1, 1, 2, 2]]),
    # 2 x 100 x 1.1^(3 - 1)
    (plant.plant_renewal_price, (2, 100, 0.1, 3.0, 1), 242),
    # 242 in three sums; the one due in year 6 is beyond a life of 5
    (plant.plant_renewal_saved, (242, row(3, 6), 3, 5, 1, 1), [[242 / 3, 0]]),
    (plant.plant_renewal, (242, row(3, 3), row(2, 3), 1, 1), [[0, 242]]),
    (plant.plant_renewal_reserve, (row(80, 80, 80), row(0, 0, 240)), [[80, 160, 0]]),
    # half a year of next year's 1 000
    (plant.plant_working_reserve, (1_000, 0.5, 1), 500),
    # min(50, 10 + 5 % x 1 000 + 0) and 10 % x 200 + 0.1 x 30
    (plant.plant_grant_by_payer, (10, 0.05, 1_000, 0, 30, 50), 50),
    (plant.plant_grant_by_payer, (0, 0.1, 200, 0.1, 30, 1e38), 23),
    # 130 / 1.3
    (plant.plant_debt_carried_by_period, (130, 1.3), 100),
    # (1 000 + 0.02 x 900) x 40 %
    (plant.plant_debt_limit, (1_000, 0.02, 900, 0.4), 407.2),
    (plant.plant_sculpted_debt, (500, row(0, 1), 407.2), [[500, 407.2]]),
    # at 10 % over 2 years: 0.1 / (1 - 1/1.21); at 0 % a half
    (plant.plant_annuity_share, (row(0.1, 0), row(0.1, 0), 2.0, 0.0, 1), [[0.1 / (1 - 1 / 1.21), 0.5]]),
    (plant.plant_straight_share, (5, 1, 1), 0.25),
    # grace: interest only; straight: 7 % + 25 %
    (plant.plant_first_payment_share, (0.07, row(1, 0, 0), row(0, 1, 0), 0.25, 0.3), [[0.07, 0.32, 0.3]]),
    # 60 % x (1 + 60 % x 3 %), or with the fee on the fee 60 % / (1 - 60 % x 3 %)
    (plant.plant_debt_on_cost, (0.6, 0.03, row(1, 0)), [[0.6108, 0.6 / 0.982]]),
    # loan L = 50 % of (100 + 10 % of L): L = 50 / (1 - 0.05)
    (plant.plant_debt_by_share, (0.5, 100, 0.1, 10), 50 / 0.95),
    # a limit that halves the loan doubles the cover
    (plant.plant_cover_applied, (1.3, 200, row(200, 100)), [[1.3, 2.6]]),
    # 100 at 10 %: 60 pays 10 of interest and 50; 55 pays 5 and 50
    (plant.plant_debt_balance, (row(100, 0, 0), 0.1, row(0, 1, 1), row(0, 60, 55), 0, 0), [[100, 50, 0]]),
    # straight: 50 a year whatever the interest
    (plant.plant_debt_balance, (row(100, 0, 0), 0.1, row(0, 1, 1), 0, row(0, 50, 50), 1), [[100, 50, 0]]),
    (plant.plant_interest, (row(100, 50, 0), 0.1, row(0, 1, 1)), [[0, 10, 5]]),
    # 8 % on what is drawn this year; on earlier draws too
    (plant.plant_construction_interest, (row(10, 20), 1, row(10, 30), 0, 0.08, row(0, 0)), [[0.8, 1.6]]),
    (plant.plant_construction_interest, (row(10, 20), 1, row(10, 30), 1, 0.08, row(0, 0)), [[0.8, 2.4]]),
    (plant.plant_cover, (row(130, 0), row(100, 0)), [[1.3, 0]]),
    (plant.plant_fee, (0.0275, 1_000), 27.5),
    (plant.plant_reserve_interest, (row(100, 200), 0.02, 1), [[0, 2]]),
    # 1 000 + 50 + 10 + 5 + 27.5 - 100
    (plant.plant_purchase_price, (1_000, 50, 10, 5, 27.5, 100), 992.5),
    # 90 % of 1 000, and a sum
    (plant.plant_class_cost, (row(0.9, 0), 1_000, row(0, 70)), [[900, 70]]),
    # half of the credits (30 + 4) and (6): 50 % x (30 + 0) for one flag
    (plant.plant_local_credit_reducing_local, (0.5, 30, 1, 4, 0), 15),
    # 900 - 1 x 15 - 0.5 x 20
    (plant.plant_local_basis, (900, 1, 15, 0.5, 20), 875),
    # 1 000 x 40 % at once, the table on the other 600
    (plant.plant_national_bonus, (1_000, 0.4, row(1, 0)), [[400, 0]]),
    (plant.plant_national_class_depreciation, (1_000, 0.4, row(0.2, 0.32)), [[120, 192]]),
    (plant.plant_book_value, (1_000, row(200, 520)), [[1_000, 800]]),
    # 0.0275 x 1.025 = 0.0281875, in whole thousandths 0.028
    (plant.plant_national_output_credit_rate, (0.0275, 0.025, 1.0, 0.001, 1), 0.028),
    (plant.plant_national_output_credit, (0.028, 1_000, 10, row(9, 10), 1, 1), [[28, 0]]),
    (plant.plant_deductible_cost, (100, row(1, 0), 7), [[100, 7]]),
    # only interest is ever deducted
    (plant.plant_deductible_interest, (10, 1), 10),
    # 50 lost in year 1: of 80 in year 2, 30 are taxed
    (plant.plant_local_losses, (row(-50, 80, 40),), [[50, 0, 0]]),
    (plant.plant_local_taxed, (row(-50, 80, 40), row(50, 0, 0), 0), [[0, 30, 40]]),
    (plant.plant_local_taxed, (row(-50, 80, 40), row(50, 0, 0), 1), [[-50, 80, 40]]),
    # the national tier deducts the local tax: 100 - 20 - 7
    (plant.plant_national_profit, (100, 20, -7), 73),
    # 7 % + 93 % x 21 %
    (plant.plant_effective_tax_rate, (0.07, 0.21), 0.2653),
    # 100 x (1 - 26.53 %)
    (plant.plant_savings_after_tax, (100, row(1, 0), 0.2653), [[73.47, 100]]),
    # 5 % of 1 000 in at closing, out at the end
    (plant.plant_working_capital_change, (1_000, 0.05, row(1, 0, 0), row(0, 0, 1)), [[50, 0, -50]]),
    # -(100 + 20 + 5 + 50)
    (plant.plant_investing_flow, (100, 20, 5, 50), -175),
    # at 10 %: 110/1.1 + 121/1.21 saved, seen from the start of year 1 and of year 2 (and 10 of salvage)
    (plant.plant_value_added, (200, row(0, 100, 200), row(1, 1 / 1.1, 1 / 1.21), row(0, 0, 10), row(0, 1, 1)),
     [[0, 200, 120]]),
    (plant.plant_price_not_to_exceed, (120, 20, row(50, 0)), [[2, 0]]),
    (plant.plant_degradation, (0.1, row(0, 1), row(0, 0.3), 2.0), [[0.81, 0.7]]),
]  # fmt: skip


@pytest.mark.parametrize(("line", "arguments", "expected"), HAND_SUMS, ids=lambda one: getattr(one, "__name__", ""))
def test_hand_sum(line, arguments, expected):
    given = [np.asarray(one, dtype=float) if np.ndim(one) else one for one in arguments]
    assert computed(line, *given) == pytest.approx(np.asarray(expected), rel=1e-12, abs=1e-12)


CASES = {
    "single_owner": lambda: sam.inputs_of(PUBLISHED / "single_owner")[0],
    "cash_loan": lambda: sam.inputs_of(PUBLISHED / "cash_loan")[0],
    "biorefinery": biorefinery.inputs,
}


@pytest.mark.parametrize("case", CASES)
def test_units_and_lists_of_every_line(case):
    inputs = {name: one if isinstance(one, Membership) else np.atleast_2d(one) for name, one in CASES[case]().items()}
    lines = traced(annual.model(), inputs, LIST_OF.get).lines
    assert lines["plant_net_present_value"].list is None
    assert lines["plant_local_renewal_depreciation"].list == "plant_equipment"
    assert lines["plant_national_basis"].list == "plant_class"


def test_no_line_takes_a_name_that_another_module_computes():
    # it has its own lines from its output to the owner's cash, so that the hub's graph stays as it is
    assert all(name.startswith("plant_") for name in annual.model().lines)
    assert {name for name in annual.model().inputs if not name.startswith("plant_")} == {
        "period_length",
        "equipment_of_vintage",
    }


def test_only_words_and_units_are_imported():
    tree = ast.parse(inspect.getsource(plant))
    assert {one.module for one in ast.walk(tree) if isinstance(one, ast.ImportFrom)} == {
        "hubmodel.engine.units",
        "hubmodel.engine.words",
    }


def changed(case, **changes):
    return {**CASES[case](), **changes}


def figure(inputs, line="plant_net_present_value"):
    return annual.run(inputs, (line,))[line].item()


def test_debt_is_the_present_value_of_cash_over_cover():
    inputs = CASES["single_owner"]()
    found = annual.run(inputs, ("plant_cash_for_debt", "plant_debt_size", "plant_cover"))
    cash = found["plant_cash_for_debt"].ravel()[1:19]
    assert found["plant_debt_size"].item() == pytest.approx(sum(cash / 1.07 ** np.arange(1, 19)) / 1.3, rel=1e-12)
    assert found["plant_cover"].ravel()[1:19] == pytest.approx(1.3, rel=1e-12)


def test_twice_the_cover_is_half_the_debt():
    half = figure(changed("single_owner", plant_cover_ratio=2.6), "plant_debt_size")
    assert half == pytest.approx(figure(CASES["single_owner"](), "plant_debt_size") / 2, rel=1e-12)


@pytest.mark.parametrize("straight", [0, 1])
@pytest.mark.parametrize("grace", [0, 3])
def test_a_loan_on_cost_is_repaid_and_is_its_share(straight, grace):
    inputs = changed(
        "single_owner", plant_sculpted=0, plant_straight=straight, plant_loan_grace=grace, plant_fee_counted_once=0
    )
    found = annual.run(inputs, ("plant_debt_balance", "plant_debt_size", "plant_installed_cost", "plant_repaid"))
    assert found["plant_debt_size"] == pytest.approx(0.6 * found["plant_installed_cost"], rel=1e-12)
    assert found["plant_debt_balance"].ravel()[18:] == pytest.approx(0, abs=1e-6)
    assert found["plant_repaid"].ravel()[1 : 1 + grace] == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("case", CASES)
def test_cash_that_goes_into_reserves_comes_out(case):
    found = annual.run(CASES[case](), ("plant_reserves_change", "plant_working_capital_change"))
    for change in found.values():
        assert change.sum() == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("case", CASES)
def test_all_that_may_be_depreciated_is(case):
    found = annual.run(
        CASES[case](), ("plant_national_basis", "plant_national_table_depreciation", "plant_national_bonus")
    )
    depreciated = found["plant_national_table_depreciation"].sum() + found["plant_national_bonus"].sum()
    assert depreciated == pytest.approx(found["plant_national_basis"].sum(), rel=1e-12)


def test_draws_are_leading_axes():
    prices = np.array([0.04, 0.043, 0.05])
    together = annual.run(
        changed("single_owner", plant_price=prices.reshape(3, 1, 1) * np.ones((3, 1, 26))),
        ("plant_net_present_value", "plant_debt_size"),
    )
    for draw, price in enumerate(prices):
        alone = annual.run(changed("single_owner", plant_price=price * np.ones(26)), together)
        for name, values in together.items():
            assert values[draw] == pytest.approx(alone[name], rel=1e-13)


def test_seek_finds_where_a_figure_is_zero():
    inputs = CASES["biorefinery"]()
    price = annual.seek(inputs, "plant_price", "plant_net_present_value", (0.1, 2))
    assert figure({**inputs, "plant_price": price}) == pytest.approx(0, abs=1e-2)
    with pytest.raises(SolveError, match=r"has one sign for plant_price from 2 to 3; widen"):
        annual.seek(inputs, "plant_price", "plant_net_present_value", (2, 3))


def test_a_cover_ratio_below_one_is_refused():
    with pytest.raises(InputError, match=r"plant_cover_ratio must be at least 1, got 0.9: .*write 1.3"):
        figure(changed("single_owner", plant_cover_ratio=0.9))


@pytest.mark.parametrize("case", ["single_owner", "cash_loan"])
def test_a_loan_that_outlives_the_plant_is_refused(case):
    with pytest.raises(InputError, match=r"plant_loan_tenor must end within .* 25 years, got 26; shorten the loan"):
        figure(changed(case, plant_loan_tenor=26))


def test_a_table_that_does_not_sum_to_one_is_refused():
    with pytest.raises(InputError, match=r"'mine' must sum to 1, got 0.9; write yearly shares"):
        annual.table("mine", [0.5, 0.4], 26)


def test_what_lacks_or_is_unknown_is_named():
    inputs = CASES["cash_loan"]()
    del inputs["plant_loan_rate"]
    with pytest.raises(InputError, match=r"project finance needs plant_loan_rate; give each a number"):
        annual.run(inputs)

    def plant_interst(plant_cost):
        return plant_cost

    with pytest.raises(UnknownName, match=r"no line 'plant_interst'; did you mean 'plant_interest'"):
        annual.run(CASES["cash_loan"](), replaced=(plant_interst,))
