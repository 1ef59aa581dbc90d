"""The quote: a project summed by hand on the hand-worked hub, laws on the reference case, capacity, refusals."""

import dataclasses
import json
import math

import numpy as np
import pytest
from test_hand_worked_hub import write_case

import hubmodel as hm
from hubmodel.case.facility import model_of
from hubmodel.errors import InputError, UnknownName
from hubmodel.pricing import TRACKS, Quote, as_dict, price_quote, quote_of, sections, warnings
from hubmodel.pricing.slots import free_days

MONTHLY = {"period": "month"}


@pytest.fixture(scope="module")
def hand(tmp_path_factory):
    """The hand-worked hub by the month: prices stand still, an hour costs 1 000, a suite-day 10 000."""
    return hm.run(hm.load(write_case(tmp_path_factory.mktemp("hand"))).with_(MONTHLY), solved=False)


@pytest.fixture(scope="module")
def hub():
    return hm.run(hm.load("northx"), solved=False)


HAND = Quote("Hand", "Q", "2024-01", "2024-03", development_hours=20, development_months=2, batches=3,
             batches_per_month=1, academic=True)  # fmt: skip
PILOT = Quote("Pilot", "plasmid DNA", "2027-01", "2027-07", development_hours=1800, development_months=6, batches=3,
              batches_per_month=0.5)  # fmt: skip

# Innovation, commercial [SEK]; where one number stands, it is that of both.
BY_HAND = {
    # 20 h x 1 000; 2 standard projects x 1 000 x 1.1; 2 x 2 000
    "development_hours_fee": 20_000,
    "development_materials_fee": 2_200,
    "development_analyses_fee": 4_000,
    # 3 x 40 h x 1 000; 3 x 50 000 x 1.1; 3 x 20 000
    "batch_hours_fee": 120_000,
    "batch_materials_fee": 165_000,
    "batch_analyses_fee": 60_000,
    # a university pays a fifth less for hours: 26 200 - 4 000
    # commercial (20 h x 1 000 + 1 day x 10 000 + 2 x 1 000 of analyses) / 0.8 + 2 200
    "development_price": (22_200, 42_200),
    # 345 000 - 24 000; 3 x 167 500
    "batches_price": (321_000, 502_500),
    "list_price": (343_200, 544_700),
    # (2 x 10 h x 1.5 + 3 x 50 h) x 1 000
    "people_cost": 180_000,
    # 2 x 1 000 + 3 x 50 000
    "materials_cost": 152_000,
    # 2 x 1 000 + 3 x 10 000
    "analyses_bought": 32_000,
    # (2 x 0.5 + 3 x 4) x 10 000
    "suite_days_cost": 130_000,
    "full_cost": 494_000,
    "profit": (343_200 - 494_000, 544_700 - 494_000),
    # a fifth of the batches fails, half of them is not billed
    "failed_batches_borne_by_facility": (32_100, 50_250),
    # half of the price of the batches without their materials
    "cancellation_fee": ((321_000 - 165_000) / 2, (502_500 - 165_000) / 2),
    # people have hours left and the suite days: only materials and analyses are spent for it
    "marginal_cost": 184_000,
    "displaced_days": 0,
    # 311 100 of 343 200 and 494 450 of 544 700 are collected
    "lowest_price_to_sign": (184_000 * 343_200 / 311_100, 184_000 * 544_700 / 494_450),
}


@pytest.mark.parametrize("line", BY_HAND)
def test_a_project_summed_by_hand(hand, line):
    expected = BY_HAND[line] if isinstance(BY_HAND[line], tuple) else (BY_HAND[line],) * 2
    found = price_quote(hand, HAND)
    assert [found[line, track] for track in TRACKS] == pytest.approx(list(expected), abs=1e-6)


def test_cash_by_hand(hand):
    found = price_quote(hand, HAND)
    # development in March and April: 30 h, 2 000 and 2 000; batches from May to July: 150 h, 150 000 and 30 000
    spent = {"2024-03": -17e3, "2024-04": -17e3, "2024-05": -110e3, "2024-06": -110e3, "2024-07": -110e3}
    # released 0.2 years after July ended and paid 0.1 years later: in November
    innovation = spent | {"2024-11": 343_200}
    # a fifth 0.1 years after signing, two fifths a quarter before delivery and 0.1 years later: in August
    commercial = spent | {"2024-02": 0.2 * 544_700, "2024-08": 0.4 * 544_700, "2024-11": 0.4 * 544_700}
    for track, expected in (("innovation", innovation), ("commercial", commercial)):
        cash = found.cash(track)
        assert list(cash) == [f"2024-{month:02d}" for month in range(1, 12)]
        assert [cash[month] for month in cash] == pytest.approx([expected.get(one, 0) for one in cash], abs=1e-3)


def test_terms_of_the_quote_stand_in_place_of_the_cases(hand):
    own = dataclasses.replace(HAND, deposit_share=0.5, milestone_share=0, failed_batch_customer_share=1,
                              cancellation_fee_share=0, payment_days=0, analyses=5, discount=0.1)  # fmt: skip
    found = price_quote(hand, own)
    for track, before in (("innovation", 343_200), ("commercial", 544_700)):
        # two panels more at 20 000, then a tenth off
        price = (before + 40_000) * 0.9
        assert found["price", track] == pytest.approx(price)
        assert (found["failed_batches_borne_by_facility", track], found["cancellation_fee", track]) == (0, 0)
        assert found.cash(track)["2024-01"] == pytest.approx(price / 2)


def test_a_currency_is_a_term(hand):
    found = price_quote(hand, dataclasses.replace(HAND, currency="EUR", exchange_rate=10, rate_move=-0.05))
    # 343 200 at 10 a euro; a fall of a twentieth is borne by the hub
    assert found["price_in_currency", "innovation"] == pytest.approx(34_320)
    assert found["rate_move_costs", "innovation"] == pytest.approx(17_160)


# Laws on the reference case.


@pytest.mark.parametrize(
    "quote", [PILOT, dataclasses.replace(PILOT, index_clause=True, discount=0.2, deposit_share=0.3)]
)
def test_cash_adds_up_to_price_less_cost(hub, quote):
    found = price_quote(hub, quote)
    for track in TRACKS:
        owed = found["price_at_delivery", track] - found["work_cost", track]
        assert sum(found.cash(track).values()) == pytest.approx(owed)


def test_twice_the_batches_take_twice_the_materials(hub):
    once, twice = (price_quote(hub, dataclasses.replace(PILOT, batches=n, batches_per_month=n / 6)) for n in (3, 6))
    for line in ("batch_materials_fee", "batch_materials_cost", "batch_days", "batch_analyses_bought"):
        assert twice[line, "innovation"] == pytest.approx(2 * once[line, "innovation"])


def test_batches_cost_what_the_price_list_says(hub):
    found = price_quote(hub, dataclasses.replace(PILOT, development_hours=0, development_months=0))
    at, month = hub.case.lists["platform"].index("plasmid DNA"), hub.case.periods.index("2027-01")
    assert found["price", "commercial"] == pytest.approx(3 * hub["commercial_price_per_batch"][at, month])
    assert found["price", "innovation"] == pytest.approx(3 * hub["fee_for_service_price_per_batch"][at, month])


def test_a_standard_project_costs_what_the_price_list_says(hub):
    month = hub.case.periods.index("2027-01")
    hours = hub["quoted_hours_per_project"]
    quote = Quote("Development", "mRNA", "2027-01", "2027-02", development_hours=hours, development_months=6)
    expected = (
        hub["development_hours_fee_per_project"]
        + hub["development_materials_fee_per_project"]
        + hub["development_analyses_fee_per_project"]
    )
    assert price_quote(hub, quote)["price", "innovation"] == pytest.approx(expected[0, month])


def test_an_index_clause_carries_the_price_to_the_month_of_delivery(hub):
    found = price_quote(hub, dataclasses.replace(PILOT, index_clause=True))
    signed, delivered = (hub.case.periods.index(month) for month in ("2027-01", "2028-08"))
    index = hub["price_index"][0]
    for track in TRACKS:
        ratio = found["price_at_delivery", track] / found["price", track]
        assert ratio == pytest.approx(index[delivered] / index[signed])


def test_the_customer_who_bears_failures_lowers_the_lowest_price(hub):
    none, all_ = (price_quote(hub, dataclasses.replace(PILOT, failed_batch_customer_share=share)) for share in (0, 1))
    for track in TRACKS:
        assert all_["lowest_price_to_sign", track] == all_["marginal_cost", track]
        assert none["lowest_price_to_sign", track] > all_["lowest_price_to_sign", track]


def test_idle_suites_cost_nothing_and_full_ones_what_they_would_earn(hub):
    idle = price_quote(hub, PILOT)
    fast = price_quote(hub, dataclasses.replace(PILOT, batches_per_month=3))  # 42 days in a month that has 24
    assert (idle["displaced_days", "innovation"], idle["displaced_contribution", "innovation"]) == (0, 0)
    at = hub.case.periods.index("2028-01")
    suite = hub.case.lists["suite"].index("Matfors microbial suite")
    missing = 42 - (hub["suite_days_available"] - hub["suite_days_used"])[suite, at]
    assert fast["displaced_days", "innovation"] == pytest.approx(missing)
    best = max(hub["contribution_per_suite_day"][hub.case.lists["platform"].index(one), 0]
               for one in ("plasmid DNA", "microbial protein"))  # fmt: skip
    level = fast["price_index_at_work", "innovation"]  # the contribution is in prices of the price year
    assert fast["displaced_contribution", "innovation"] == pytest.approx(missing * best * level)


def test_full_of_cheaper_work_the_lowest_price_stays_below_the_price(hub):
    crowded = hm.run(hub.case.with_({"suites[Matfors mRNA suite]": 0.3}), solved=False)
    quote = Quote("Dear", "lipid formulation", "2030-01", "2030-09", batches=4, batches_per_month=1)
    found = price_quote(crowded, quote)
    assert found["displaced_days", "commercial"] == pytest.approx(4 * 6)  # every day takes the place of other work
    assert found["lowest_price_to_sign", "commercial"] < found["price_at_delivery", "commercial"]


def test_work_on_short_notice_costs_more(hub):
    soon, later = (price_quote(hub, dataclasses.replace(PILOT, start=month)) for month in ("2027-01", "2027-07"))
    premium = 1 + hub["short_notice_premium"]
    hours = soon.lines["extra_hours_in_period"][0], soon.lines["short_notice"][0]
    rate = soon["standard_cost_per_hour", "innovation"]
    expected = rate * (hours[0] * np.where(hours[1] > 0, premium, 1)).sum()
    assert soon["extra_hours_cost", "innovation"] == pytest.approx(expected)
    assert later.lines["extra_hours_in_period"][0] @ later.lines["short_notice"][0] == 0


# Capacity.


def start_by_trying(hub, found, track):
    """The first month in which the work fits, by trying one month after another."""
    case, platform = hub.case, found.quote.platform
    begins = found.lines.case.periods.index(found.quote.start)
    needs = {}
    for role, line in (("suite", "batch_days_in_period"), ("development_suite", "development_days_in_period")):
        suite = case.lists["suite"].index(case.parents["platform"][platform][role])
        along = list(found.lines[line][0, begins:])
        needs[suite] = [a + b for a, b in zip(along, needs.get(suite, [0] * len(along)), strict=True)]
    for month in range(case.periods.index(found.quote.signed), len(case.periods)):
        wanted = [(suite, month + at, days) for suite, along in needs.items() for at, days in enumerate(along) if days]
        if any(at >= len(case.periods) for _, at, _ in wanted):
            return None
        if all(
            free_days(hub, found.lines, suite)[TRACKS.index(track), at] + 1e-6 >= days for suite, at, days in wanted
        ):
            return case.periods[month]
    return None


@pytest.mark.parametrize("volume", [1.0, 1.4])
@pytest.mark.parametrize("platform", ["plasmid DNA", "viral vectors", "lipid formulation"])
def test_the_earliest_start_is_the_first_month_that_fits(hub, volume, platform):
    busy = hm.run(hub.case.with_({"volume_factor": volume}), solved=False)
    found = price_quote(busy, dataclasses.replace(PILOT, platform=platform, signed="2024-01", start="2024-01"))
    for track in TRACKS:
        assert found.earliest_start[track].month == start_by_trying(busy, found, track)


def test_before_a_site_opens_nothing_starts(hub):
    found = price_quote(hub, dataclasses.replace(PILOT, signed="2023-01", start="2023-01", development_hours=0,
                                            development_months=0))  # fmt: skip
    # planned for 2023-03-31, inaugurated half a year later: October is the first whole month
    assert found.earliest_start["innovation"].month == "2023-10"


def test_open_access_keeps_its_days_from_commercial_work(hub):
    # all of the suite is reserved: innovation work may book it, commercial work nothing that innovation does not use
    open_ = hm.run(hub.case.with_({"open_access_share": 1}), solved=False)
    starts = price_quote(open_, PILOT).earliest_start
    assert (starts["innovation"].month, starts["commercial"].month) == ("2027-01", None)
    assert starts["commercial"].why() == (
        "Matfors microbial suite has too few free days for this pace in every month until the calendar ends, 2040-12"
    )


def test_a_platform_that_develops_where_it_makes_needs_the_days_of_both(hand):
    # suite B has 10 days a month and develops for Q, too: 8 days of development and 8 of batches never overlap here
    one = Quote("Both", "Q", "2025-01", "2025-01", development_hours=160, development_months=1, batches=2,
                batches_per_month=2)  # fmt: skip
    found = price_quote(hand, one)
    assert found.earliest_start["innovation"].bottleneck == "Suite B"
    assert found.earliest_start["innovation"].month == start_by_trying(hand, found, "innovation")


def test_the_wanted_start_is_warned_of_where_it_does_not_fit(hub):
    said = warnings(price_quote(hub, dataclasses.replace(PILOT, batches_per_month=3)))
    start = (
        "Matfors microbial suite has too few free days for the wanted start; earliest start: not within the calendar"
    )
    assert [one for one in said if start in one] == [f"innovation: {start}", f"commercial: {start}"]


def test_a_price_below_the_lowest_and_one_below_full_cost_are_warned_of(hub):
    low, thin = (warnings(price_quote(hub, dataclasses.replace(PILOT, discount=share))) for share in (0.5, 0.1))
    assert any(one.startswith("innovation: the price is below the lowest to sign, ") for one in low)
    assert [one.partition(",")[0] for one in thin] == ["innovation: the price does not carry its full cost"]


def test_floor_and_ceiling_are_said(hub):
    dear = hm.run(hub.case.with_({"innovation_hourly_rate": 3000}), solved=False)
    capped = hm.run(hub.case.with_({"market_price_ceiling[plasmid DNA]": 2}), solved=False)
    assert any(
        "fee for service lifts the commercial price of a batch" in one for one in warnings(price_quote(dear, PILOT))
    )
    assert any(
        "the market holds the commercial price of a batch" in one for one in warnings(price_quote(capped, PILOT))
    )


# What is shown.


def test_a_line_is_explained_down_to_the_row_of_the_hub(hub):
    said = str(price_quote(hub, PILOT).explain("batch_hours_fee", depth=6))
    assert "Batch hours fee = " in said.splitlines()[0]
    assert "Working hours fee per batch (plasmid DNA, 2027-01)" in said
    assert "Innovation hourly rate = 1" in said
    assert "Carries the facility, no suite fee" in said  # the note of the row
    assert "term of the quote" in said


def test_a_month_is_explained(hub):
    said = price_quote(hub, PILOT).explain("suite_days_idle", month="2028-02", depth=1)
    (available, *_) = said.ingredients
    assert (available.name, available.row, available.period) == (
        "suite_days_available", "Matfors microbial suite", "2028-02"
    )  # fmt: skip


def test_tables_hold_the_lines_on_both_tracks(hub):
    found = price_quote(hub, PILOT)
    rows = {row.name: row.values for section in sections(found) for row in section.rows}
    assert rows["price"] == {track: found["price", track] for track in TRACKS}
    assert rows["batch_hours_fee"]["commercial"] is None  # commercial customers have no fee for hours
    assert rows["deposit_paid"]["innovation"] is None  # nor innovation customers a deposit
    assert "price_in_currency" not in rows


def test_a_quote_in_euro_shows_its_currency(hub):
    found = price_quote(hub, dataclasses.replace(PILOT, currency="EUR", exchange_rate=11.5))
    rows = {row.name: row for section in sections(found, "sv") for row in section.rows}
    assert rows["price_in_currency"].label == "Pris i EUR"


def test_plain_data_is_finite_and_says_where_it_comes_from(hub):
    told = as_dict(price_quote(hub, PILOT))
    json.dumps(told, allow_nan=False)
    assert told["quote_hash"] == PILOT.hash
    assert told["terms"] == PILOT.terms
    assert len(told["cash"]["months"]) == len(told["cash"]["innovation"]) == len(told["cash"]["commercial"])


def test_no_name_of_a_quote_means_something_else_in_the_hub(hub):
    quote, case = model_of(("quote",)), hub.case
    assert quote.lines.keys() & (case.model.lines.keys() | case.model.inputs) == set()
    shared = quote.inputs & (case.model.lines.keys() | case.model.inputs)
    assert {name: quote.units[name] for name in shared} == {name: case.model.units[name] for name in shared}


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"platform": "mRNa"}, UnknownName, "no platform 'mRNa'; did you mean 'mRNA'"),
        ({"signed": "2020-12"}, InputError, "quote 'Pilot': is signed 2020-12, outside the calendar 2021 to 2040"),
        ({"start": "2041-01"}, InputError, "quote 'Pilot': starts 2041-01, outside the calendar 2021 to 2040"),
        ({"start": "2040-10"}, InputError, "quote 'Pilot': runs to 2041-12, outside the calendar 2021 to 2040"),
    ],
)
def test_a_quote_that_the_case_cannot_price_is_refused(hub, changes, error, said):
    with pytest.raises(error, match=said):
        price_quote(hub, dataclasses.replace(PILOT, **changes))


def test_a_run_by_the_quarter_is_refused(hub):
    quarterly = hm.run(hub.case.with_({"period": "quarter"}), solved=False)
    with pytest.raises(InputError, match="quote 'Pilot': needs a run by the month; set period=month"):
        price_quote(quarterly, PILOT)


def test_a_line_by_month_is_no_number(hub):
    with pytest.raises(UnknownName, match="'net_cash' is a line by month"):
        price_quote(hub, PILOT)["net_cash", "innovation"]
    with pytest.raises(UnknownName, match="no track 'academic'"):
        price_quote(hub, PILOT)["price", "academic"]


def test_without_maturity_displaced_work_is_worth_nothing(hand):
    # the calendar of the hand-worked hub ends before it is mature: no contribution per suite-day is known
    found = price_quote(hand, quote_of({"name": "Fast", **HAND.terms, "batches_per_month": 3}))
    assert math.isnan(hand["contribution_per_suite_day"][0, 0])
    assert found["displaced_contribution", "innovation"] == 0
