"""One table of small models, worked out by hand: what every engine has to give.

Each model is the source of its lines, the values of its inputs, the lists that their rows run over, and the value of
every line. Numbers are halves and quarters where that is natural, so that every engine is exact.
"""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import nan
from typing import Any

import numpy as np

from hubmodel.engine.graph import Model
from hubmodel.engine.trace import Instance, traced
from hubmodel.engine.units import Membership, Quantity
from tests.engine.test_graph import module


@dataclass(frozen=True)
class Small:
    """A model of a few lines.

    Parameters
    ----------
    lines
        the source of the lines.
    given
        the value of each input, by row and period; one row, or one period, where a number or a flat list is given.
    expected
        the value of each line, by row and period, likewise.
    lists
        the list of an input's rows; of all others the facility as a whole.
    memberships
        which member of a parent list each member of a list belongs to.
    """

    lines: str
    given: Mapping[str, Any]
    expected: Mapping[str, Any]
    lists: Mapping[str, str] = field(default_factory=dict)
    memberships: Mapping[str, Membership] = field(default_factory=dict)

    @cached_property
    def instance(self) -> Instance:
        """The model on its inputs."""
        model = Model(module(inspect.cleandoc(self.lines)))
        inputs: dict[str, Any] = {name: np.atleast_2d(np.asarray(one, float)) for name, one in self.given.items()}
        members = {rows: len(inputs[name]) for name, rows in self.lists.items()}
        for by in self.memberships.values():
            members |= {by.list: len(by.position), by.parent: by.parents}
        formulas = traced(model, {**inputs, **self.memberships}, self.lists.get).lines
        periods = max(one.shape[-1] for one in inputs.values())
        return Instance(model, formulas, {**inputs, **self.memberships}, members, periods)

    @property
    def values(self) -> dict[str, Quantity]:
        """The inputs that are numbers, by name."""
        return {name: one for name, one in self.instance.inputs.items() if not isinstance(one, Membership)}


TABLE: dict[str, Small] = {
    "arithmetic": Small(
        """
        def with_fee(flow: SEK, fee: SEK) -> SEK:
            return flow + fee

        def less_what_is_missing(flow: SEK, fee: SEK) -> SEK:
            return flow - (fee - flow)

        def doubled_outflow(flow: SEK) -> SEK:
            return -flow * 2

        def share(flow: SEK, fee: SEK) -> Ratio:
            return flow / fee / 2

        def share_of_share(flow: SEK, fee: SEK) -> SEK:
            return fee / (flow / fee)

        def index(rate: PerYear, years: Years) -> Index:
            return (1 + rate) ** years

        def square(step: Ratio) -> Ratio:
            return step**2

        def square_taken_away(step: Ratio) -> Ratio:
            return -(step**2)

        def square_of_the_opposite(step: Ratio) -> Ratio:
            return (-step) ** 2
        """,
        {"flow": [1, -2, 4], "fee": 3, "rate": 0.5, "years": [0, 1, 2], "step": [3, 0, -2]},
        {
            "with_fee": [4, 1, 7],  # 1 + 3, -2 + 3, 4 + 3
            "less_what_is_missing": [-1, -7, 5],  # 1 - 2, -2 - 5, 4 - -1
            "doubled_outflow": [-2, 4, -8],
            "share": [1 / 6, -2 / 6, 4 / 6],  # flow / 3 / 2
            "share_of_share": [9, -4.5, 2.25],  # 3 x 3 / flow
            "index": [1, 1.5, 2.25],  # 1.5 x 1.5
            "square": [9, 0, 4],
            "square_taken_away": [-9, 0, -4],
            "square_of_the_opposite": [9, 0, 4],
        },
    ),
    "comparisons": Small(
        """
        def below(x: Count, level: Count) -> Count:
            return 10 * (x < level)

        def at_most(x: Count, level: Count) -> Count:
            return 10 * (x <= level)

        def above(x: Count, level: Count) -> Count:
            return 10 * (x > level)

        def at_least(x: Count, level: Count) -> Count:
            return 10 * (x >= level)

        def equal(x: Count, level: Count) -> Count:
            return 10 * (x == level)

        def other(x: Count, level: Count) -> Count:
            return 10 * (x != level)

        def alone(x: Count, level: Count) -> Flag:
            return x > level

        def both(x: Count, level: Count) -> Flag:
            return (x >= level) * (x != 3)

        def flags(alone: Flag, both: Flag) -> Count:
            return alone + both + alone

        def less_alone(alone: Flag) -> Count:
            return 1 - alone
        """,
        {"x": [1, 2, 3], "level": 2},
        {
            "below": [10, 0, 0],
            "at_most": [10, 10, 0],
            "above": [0, 0, 10],
            "at_least": [0, 10, 10],
            "equal": [0, 10, 0],
            "other": [10, 0, 10],
            "alone": [0, 0, 1],
            "both": [0, 1, 0],
            "flags": [0, 1, 2],  # 0 + 0 + 0, 0 + 1 + 0, 1 + 0 + 1
            "less_alone": [1, 1, 0],
        },
    ),
    "choices": Small(
        """
        def pay_per_hour(pay: SEK, hours: Hours) -> SEKPerHour:
            return where(hours > 0, pay / maximum(hours, TINY), nan)

        def paid_hours(hours: Hours, least_hours: Hours) -> Hours:
            return maximum(hours, least_hours)

        def hours_owed(hours: Hours) -> Hours:
            return minimum(0, hours)

        def whole(hours: Hours, share: Share) -> Hours:
            return floor(hours * share)

        def on_a_factor(hours: Hours, share: Share) -> Hours:
            return where(share, hours, 0) + where(share - share, 0, hours)

        def sign(hours: Hours) -> Ratio:
            return where(hours > 0, 1, where(hours < 0, -1, 0))
        """,
        {"hours": [4, 0, -2], "pay": 100, "least_hours": 1, "share": 0.75},
        {
            "pay_per_hour": [25, nan, nan],
            "paid_hours": [4, 1, 1],
            "hours_owed": [0, 0, -2],
            "whole": [3, 0, -2],  # of 3, 0, -1.5
            "on_a_factor": [8, 0, -4],  # hours + hours
            "sign": [1, 0, -1],
        },
    ),
    "rows": Small(
        """
        def cost(suite_cost: SEK) -> SEK:
            return total(suite_cost)

        def site_cost(suite_cost: SEK, site_of_suite: Membership) -> SEK:
            return group(suite_cost, site_of_suite)

        def rent_of_site(rent: SEK, site_of_suite: Membership) -> SEK:
            return each(rent, site_of_suite)

        def with_rent(suite_cost: SEK, rent: SEK, site_of_suite: Membership) -> SEK:
            return suite_cost + each(rent, site_of_suite)

        def share_of_site(suite_cost: SEK, site_cost: SEK, site_of_suite: Membership) -> Share:
            return suite_cost / each(site_cost, site_of_suite)

        def share_of_all(suite_cost: SEK) -> Share:
            return suite_cost / total(suite_cost)

        def cost_beside_rent(rent: SEK, suite_cost: SEK, site_of_suite: Membership) -> SEK:
            return group(suite_cost, site_of_suite) - rent * 2

        def facility(cost: SEK, fee: SEK) -> SEK:
            return total(cost) + total(fee)
        """,
        {"suite_cost": [[1, 2], [8, 16], [64, 0]], "rent": [[5], [6], [7]], "fee": 1},
        {
            "cost": [73, 18],  # 1 + 8 + 64, 2 + 16
            "site_cost": [[8, 16], [0, 0], [65, 2]],  # the second suite; none; the first and the third
            "rent_of_site": [[7], [5], [7]],
            "with_rent": [[8, 9], [13, 21], [71, 7]],
            "share_of_site": [[1 / 65, 1], [1, 1], [64 / 65, 0]],
            "share_of_all": [[1 / 73, 2 / 18], [8 / 73, 16 / 18], [64 / 73, 0]],
            "cost_beside_rent": [[-2, 6], [-12, -12], [51, -12]],  # 8 - 10, 16 - 10; 0 - 12; 65 - 14, 2 - 14
            "facility": [74, 19],
        },
        {"suite_cost": "suite", "rent": "site"},
        {"site_of_suite": Membership("suite", "site", (2, 0, 2), 3)},
    ),
    "totals of products": Small(
        """
        def pay(hours: Hours, wage: SEKPerHour) -> SEK:
            return total(hours * wage)

        def pay_at_prices(hours: Hours, wage: SEKPerHour, index: Index) -> SEK:
            return index * total(wage * hours)

        def pay_when_open(hours: Hours, wage: SEKPerHour, open: Flag, index: Index) -> SEK:
            return total(hours * wage * (open > 0) * index)

        def long_hours(hours: Hours, long: Hours) -> Hours:
            return total(hours * (hours > long))

        def at_work(hours: Hours) -> Count:
            return total(hours > 0)

        def pay_and_extra(hours: Hours, wage: SEKPerHour, extra: SEK) -> SEK:
            return total(hours * wage + extra) - total(-extra)

        def pay_at_site(hours: Hours, wage: SEKPerHour, site_of_suite: Membership) -> SEK:
            return group(hours * wage, site_of_suite)

        def pay_at_site_at_prices(
            hours: Hours, wage: SEKPerHour, index: Index, site_of_suite: Membership
        ) -> SEK:
            return group(index * (hours * wage), site_of_suite) / 2

        def of_the_facility(index: Index, open: Flag) -> Index:
            return total(index * open)

        def wages_with_extra(wage: SEKPerHour, extra: SEK, least_extra: SEK) -> SEKPerHour:
            return total(wage * (extra >= least_extra) * 1)
        """,
        {
            "hours": [[1, 2, 3], [4, 5, 6], [0, 1, 0]],
            "wage": [[10], [20], [30]],
            "extra": [[1], [1], [2]],
            "index": [1, 2, 4],
            "open": [1, 0, 1],
            "long": 2,
            "least_extra": 1.5,
        },
        {
            "pay": [90, 150, 150],  # 1 x 10 + 4 x 20; 2 x 10 + 5 x 20 + 1 x 30; 3 x 10 + 6 x 20
            "pay_at_prices": [90, 300, 600],  # x 1, x 2, x 4
            "pay_when_open": [90, 0, 600],
            "long_hours": [4, 5, 9],  # 4; 5; 3 + 6
            "at_work": [2, 3, 2],
            "pay_and_extra": [98, 158, 158],  # 90 + 4 + 4, 150 + 4 + 4
            "pay_at_site": [[0, 30, 0], [90, 120, 150], [0, 0, 0]],  # the third; the first and the second; none
            "pay_at_site_at_prices": [[0, 30, 0], [45, 120, 300], [0, 0, 0]],  # x 1 / 2, x 2 / 2, x 4 / 2
            "of_the_facility": [1, 0, 4],
            "wages_with_extra": 30,  # the third alone
        },
        {"hours": "suite", "wage": "suite", "extra": "suite"},
        {"site_of_suite": Membership("suite", "site", (1, 1, 0), 3)},
    ),
    "sums over time": Small(
        """
        def whole(flow: SEK) -> SEK:
            return sum_periods(flow)

        def least(flow: SEK) -> SEK:
            return lowest(flow)

        def to_date(flow: SEK) -> SEK:
            return cumulative(flow)

        def when_open(flow: SEK, open: Flag) -> SEK:
            return sum_periods(flow * open)

        def half_when_open(flow: SEK, factor: Ratio, open: Flag) -> SEK:
            return sum_periods(flow * factor * (open > 0)) / 2

        def periods_above_zero(flow: SEK) -> Count:
            return sum_periods(flow > 0)

        def by_suite(hours: Hours, weight: Ratio) -> Hours:
            return sum_periods(hours * weight)

        def least_by_suite(hours: Hours) -> Hours:
            return lowest(hours)

        def by_suite_to_date(hours: Hours) -> Hours:
            return cumulative(hours)

        def in_all(hours: Hours, weight: Ratio) -> Hours:
            return total(hours * weight)

        def in_all_over_time(in_all: Hours) -> Hours:
            return sum_periods(in_all)

        def share(flow: SEK) -> Ratio:
            return flow / sum_periods(flow)

        def share_before(share: Ratio) -> Ratio:
            return previous(share)

        def doubled(flow: SEK) -> SEK:
            return flow * 2

        def weighted(share: Ratio, doubled: SEK) -> SEK:
            return sum_periods(share * doubled)

        def share_of_weighted(doubled: SEK, weighted: SEK, least: SEK) -> Ratio:
            return (doubled + least) / weighted
        """,
        {"flow": [2, -3, 4, 5], "open": [0, 1, 1, 1], "factor": 10, "hours": [[1, 2, 3, 4], [4, 3, 2, 1]],
         "weight": [[1], [2]]},
        {
            "whole": 8,  # 2 - 3 + 4 + 5
            "least": -3,
            "to_date": [2, -1, 3, 8],
            "when_open": 6,  # -3 + 4 + 5
            "half_when_open": 30,  # 6 x 10 / 2
            "periods_above_zero": 3,
            "by_suite": [[10], [20]],  # 1 + 2 + 3 + 4; 10 x 2
            "least_by_suite": [[1], [1]],
            "by_suite_to_date": [[1, 3, 6, 10], [4, 7, 9, 10]],
            "in_all": [9, 8, 7, 6],  # 1 + 4 x 2, 2 + 3 x 2, 3 + 2 x 2, 4 + 1 x 2
            "in_all_over_time": 30,
            "share": [0.25, -0.375, 0.5, 0.625],  # of 8
            "share_before": [0, 0.25, -0.375, 0.5],
            "doubled": [4, -6, 8, 10],
            "weighted": 13.5,  # 0.25 x 4 + 0.375 x 6 + 0.5 x 8 + 0.625 x 10 = 1 + 2.25 + 4 + 6.25
            "share_of_weighted": [1 / 13.5, -9 / 13.5, 5 / 13.5, 7 / 13.5],  # doubled - 3
        },
        {"hours": "suite", "weight": "suite"},
    ),
    "the sum of what another pass leaves": Small(
        """
        def kept(flow: SEK) -> SEK:
            return flow / 2

        def share(other: SEK) -> Share:
            return other / sum_periods(other)

        def mean(kept: SEK, share: Share) -> SEK:
            return sum_periods(kept * share)
        """,
        {"flow": [2, 4, 8], "other": [1, 1, 2]},
        {
            "kept": [1, 2, 4],
            "share": [0.25, 0.25, 0.5],
            "mean": 2.75,  # 1 / 4 + 2 / 4 + 4 / 2
        },
    ),
    "the period before": Small(
        """
        def before(level: Ratio) -> Ratio:
            return previous(level)

        def change(level: Ratio) -> Ratio:
            return level - previous(level)

        def from_nine(level: Ratio) -> Ratio:
            return previous(level, 9)

        def from_what_is_computed(level: Ratio, start: Ratio) -> Ratio:
            return previous(level, start * 2 + 1)

        def from_site(level: Ratio, site_start: Ratio) -> Ratio:
            return previous(level, site_start)

        def from_series(level: Ratio, series: Ratio) -> Ratio:
            return previous(level, series)

        def two_before(before: Ratio) -> Ratio:
            return previous(before)

        def site_before(site_level: Ratio, site_start: Ratio) -> Ratio:
            return previous(site_level, site_start)
        """,
        {"level": [1, -2, 4], "start": 5, "series": [7, 8, 9], "site_start": [[5], [6]],
         "site_level": [[1, 2, 3], [4, 5, 6]]},
        {
            "before": [0, 1, -2],
            "change": [1, -3, 6],
            "from_nine": [9, 1, -2],
            "from_what_is_computed": [11, 1, -2],
            "from_site": [[5, 1, -2], [6, 1, -2]],
            "from_series": [7, 1, -2],  # its first value
            "two_before": [0, 0, 1],
            "site_before": [[5, 1, 2], [6, 4, 5]],
        },
        {"site_start": "site", "site_level": "site"},
    ),
    "rates of return": Small(
        """
        def rate(flow: SEK, period_length: Years) -> PerYear:
            return irr(flow, period_length)

        def rate_of_suite(suite_flow: SEK, period_length: Years) -> PerYear:
            return irr(suite_flow, period_length)
        """,
        {"flow": [-100, 0, 121], "period_length": 0.5, "suite_flow": [[-100, 110, 0], [-4, 0, 9], [1, 2, 3]]},
        {
            "rate": 0.21,  # 100 grow to 121 in two half-years
            "rate_of_suite": [[0.21], [1.25], [nan]],  # 1.1 a half-year; 9 / 4 in a year; no outflow at all
        },
        {"suite_flow": "suite"},
    ),
    "a loan": Small(
        """
        def interest(balance: SEK, amount: SEK, rate: Share) -> SEK:
            return previous(balance, amount) * rate

        def balance(balance: SEK, amount: SEK, interest: SEK, paid: SEK) -> SEK:
            return previous(balance, amount) + interest - paid

        def repaid(balance: SEK, amount: SEK) -> SEK:
            return previous(balance, amount) - balance

        def interest_to_date(interest: SEK) -> SEK:
            return cumulative(interest)
        """,
        {"amount": 100, "rate": 0.5, "paid": [60, 55, 0]},
        {
            "interest": [50, 45, 40],  # half of 100, 90, 80
            "balance": [90, 80, 120],  # 100 + 50 - 60, 90 + 45 - 55, 80 + 40
            "repaid": [10, 10, -40],
            "interest_to_date": [50, 95, 135],
        },
    ),
    "stocks of suites": Small(
        """
        def opening(stock: Count, first_stock: Count) -> Count:
            return previous(stock, first_stock)

        def used(opening: Count, asked: Count) -> Count:
            return minimum(opening, asked)

        def stock(opening: Count, bought: Count, used: Count) -> Count:
            return opening + bought - used

        def used_in_all(used: Count) -> Count:
            return total(used)

        def used_over_time(used: Count, price: SEK) -> SEK:
            return sum_periods(used * price)
        """,
        {"first_stock": [[3], [0]], "asked": [[2, 2, 4], [1, 1, 1]], "bought": [1, 2, 0], "price": 10},
        {
            "opening": [[3, 2, 2], [0, 1, 2]],
            "used": [[2, 2, 2], [0, 1, 1]],
            "stock": [[2, 2, 0], [1, 2, 1]],  # 3 + 1 - 2, 2 + 2 - 2, 2 + 0 - 2; 0 + 1 - 0, 1 + 2 - 1, 2 + 0 - 1
            "used_in_all": [2, 3, 3],
            "used_over_time": [[60], [20]],
        },
        {"first_stock": "suite", "asked": "suite"},
    ),
    "backlog and staff": Small(
        """
        def hired(backlog: Count, cases_per_hire: Count) -> Count:
            return floor(previous(backlog) / cases_per_hire)

        def staff(staff: Count, first_staff: Count, leaving: Share, hired: Count) -> Count:
            return previous(staff, first_staff) * (1 - leaving) + hired

        def served(backlog: Count, due: Count, staff: Count) -> Count:
            return minimum(previous(backlog) + due, staff)

        def backlog(backlog: Count, due: Count, served: Count) -> Count:
            return previous(backlog) + due - served

        def served_to_date(served: Count) -> Count:
            return cumulative(served)

        def share_served(served_to_date: Count, due: Count) -> Share:
            return served_to_date / sum_periods(due)
        """,
        {"due": [5, 9, 4, 0, 8, 0], "cases_per_hire": 2, "first_staff": 4, "leaving": 0.25},
        {
            # half of the backlog before, in whole posts: of 0, 1, 3.875, 3.15625, 0, 1.345703125
            "hired": [0, 1, 3, 3, 0, 1],
            # three quarters of those before, and who is hired: 4 x 0.75; 3 x 0.75 + 1; 3.25 x 0.75 + 3;
            # 5.4375 x 0.75 + 3; 7.078125 x 0.75; 5.30859375 x 0.75 + 1
            "staff": [3, 3.25, 5.4375, 7.078125, 5.30859375, 4.9814453125],
            # 5, 2 + 9, 7.75 + 4, 6.3125, 8 and 2.69140625 to do, one by each of the staff
            "served": [3, 3.25, 5.4375, 6.3125, 5.30859375, 2.69140625],
            # 5 - 3; 11 - 3.25; 11.75 - 5.4375; nothing; 8 - 5.30859375; nothing
            "backlog": [2, 7.75, 6.3125, 0, 2.69140625, 0],
            "served_to_date": [3, 6.25, 11.6875, 18, 23.30859375, 26],  # 26 were due
            "share_served": [3 / 26, 6.25 / 26, 11.6875 / 26, 18 / 26, 23.30859375 / 26, 1],
        },
    ),
    "sites that share overtime": Small(
        """
        def waiting(left: Count, arrived: Count) -> Count:
            return previous(left) + arrived

        def waiting_at_site(waiting: Count, site_of_suite: Membership) -> Count:
            return group(waiting, site_of_suite)

        def room(capacity: Count, overtime: Share, left_in_all: Count) -> Count:
            return capacity + overtime * previous(left_in_all)

        def share_taken(room: Count, waiting_at_site: Count) -> Share:
            return minimum(1, room / maximum(waiting_at_site, TINY))

        def taken(waiting: Count, share_taken: Share, site_of_suite: Membership) -> Count:
            return waiting * each(share_taken, site_of_suite)

        def left(waiting: Count, taken: Count) -> Count:
            return waiting - taken

        def left_in_all(left: Count) -> Count:
            return total(left)

        def taken_at_site(taken: Count, weight: Count, site_of_suite: Membership) -> Count:
            return group(weight * taken, site_of_suite)
        """,
        {"arrived": [[8, 0, 0], [3, 0, 1], [4, 4, 0]], "capacity": [[1.5], [4], [6]], "overtime": 0.5, "weight": 2},
        {
            "waiting": [[8, 4, 0.1], [3, 1.5, 1], [4, 6, 0.15]],  # 4 + 0, 0.1 + 0; 1.5 + 0, 0 + 1; 2 + 4, 0.15 + 0
            "waiting_at_site": [[3, 1.5, 1], [0, 0, 0], [12, 10, 0.25]],
            "room": [[1.5, 5.25, 1.625], [4, 7.75, 4.125], [6, 9.75, 6.125]],  # and half of 0, 7.5, 0.25
            "share_taken": [[0.5, 1, 1], [1, 1, 1], [0.5, 0.975, 1]],  # 1.5 / 3; 6 / 12, 9.75 / 10
            "taken": [[4, 3.9, 0.1], [1.5, 1.5, 1], [2, 5.85, 0.15]],
            "left": [[4, 0.1, 0], [1.5, 0, 0], [2, 0.15, 0]],
            "left_in_all": [7.5, 0.25, 0],
            "taken_at_site": [[3, 3, 2], [0, 0, 0], [12, 19.5, 0.5]],  # 2 x 1.5; 2 x (4 + 2), 2 x 9.75, 2 x 0.25
        },
        {"arrived": "suite", "capacity": "site"},
        {"site_of_suite": Membership("suite", "site", (2, 0, 2), 3)},
    ),
    "weights before a state": Small(
        """
        def used(weight: Share, price: Ratio, stock: SEK) -> SEK:
            return total(weight * price * stock)

        def stock(stock: SEK, used: SEK, bought: SEK, weight: Share) -> SEK:
            return previous(stock) + bought * weight - previous(used) * weight

        def stock_by_half(stock: SEK, half_of_suite: Membership, weight: Share) -> SEK:
            return group(weight * stock, half_of_suite)
        """,
        {"weight": [[0.5], [0.25], [0.25]], "price": [1, 2, 1], "bought": [16, 0, 8]},
        {
            # 8, 8 - 3, 5 + 4 - 3.75; 4, 4 - 1.5, 2.5 + 2 - 1.875 twice
            "stock": [[8, 5, 5.25], [4, 2.5, 2.625], [4, 2.5, 2.625]],
            "used": [6, 7.5, 3.9375],  # 4 + 1 + 1; (2.5 + 0.625 + 0.625) x 2; 2.625 + 0.65625 + 0.65625
            "stock_by_half": [[4, 2.5, 2.625], [2, 1.25, 1.3125]],
        },
        {"weight": "suite"},
        {"half_of_suite": Membership("suite", "half", (0, 1, 1), 2)},
    ),
    "a running sum in a block": Small(
        """
        def saved(paid: SEK) -> SEK:
            return cumulative(paid)

        def paid(saved: SEK, goal: SEK, most: SEK) -> SEK:
            return minimum(most, goal - previous(saved))
        """,
        {"goal": [[10], [3]], "most": [4, 4, 4, 4]},
        {
            "saved": [[4, 8, 10, 10], [3, 3, 3, 3]],
            "paid": [[4, 4, 2, 0], [3, 0, 0, 0]],  # at most 4 of what is missing from 10; from 3
        },
        {"goal": "goal"},
    ),
    "losses carried forward": Small(
        """
        def losses(losses: SEK, profit: SEK) -> SEK:
            return maximum(0, previous(losses) - profit)

        def taxed(losses: SEK, profit: SEK) -> SEK:
            return maximum(0, profit - previous(losses))

        def tax_owed(tax_owed: SEK, year_starts: Flag, taxed: SEK, tax_rate: Share) -> SEK:
            return where(year_starts, 0, previous(tax_owed)) + taxed * tax_rate
        """,
        {"profit": [-50, 30, 40, 10], "year_starts": [1, 0, 0, 1], "tax_rate": 0.25},
        {
            "losses": [50, 20, 0, 0],  # 0 + 50, 50 - 30, 20 - 40 is no loss
            "taxed": [0, 0, 20, 10],  # 40 - 20
            "tax_owed": [0, 0, 5, 2.5],  # 20 / 4; a new year: 10 / 4
        },
    ),
    "a power in a block": Small(
        """
        def index(index: Ratio, shock: Ratio) -> Ratio:
            return previous(index, 1) ** 2 / 2 + shock

        def whole(index: Ratio) -> Ratio:
            return floor(index)
        """,
        {"shock": [1, 0, 2]},
        {
            "index": [1.5, 1.125, 2.6328125],  # 1 / 2 + 1; 2.25 / 2; 1.265625 / 2 + 2
            "whole": [1, 1, 2],
        },
    ),
    "a start with more rows than its line": Small(
        """
        def part(whole: SEK, first_part: SEK, added: SEK) -> SEK:
            return previous(whole, first_part) + added

        def whole(part: SEK) -> SEK:
            return total(part)
        """,
        {"first_part": [[0], [1]], "added": [1, 1, 1]},
        {
            "part": [[1, 4, 9], [2, 4, 9]],  # 0 + 1 and 1 + 1; 3 + 1; 8 + 1
            "whole": [3, 8, 18],
        },
        {"first_part": "suite"},
    ),
    "lists without members": Small(
        """
        def cost(suite_cost: SEK) -> SEK:
            return total(suite_cost)

        def pay(suite_cost: SEK, weight: Share) -> SEK:
            return total(suite_cost * weight)

        def cost_and_income(suite_cost: SEK, income: SEK) -> SEK:
            return total(suite_cost + income)

        def free_suites(suite_cost: SEK) -> Count:
            return total(suite_cost <= 0)

        def site_cost(suite_cost: SEK, site_of_suite: Membership) -> SEK:
            return group(suite_cost, site_of_suite)

        def site_pay(suite_cost: SEK, weight: Share, site_of_suite: Membership) -> SEK:
            return group(suite_cost * weight, site_of_suite)

        def with_rent(suite_cost: SEK, rent: SEK, site_of_suite: Membership) -> SEK:
            return suite_cost + each(rent, site_of_suite)

        def suite_cost_to_date(suite_cost: SEK) -> SEK:
            return cumulative(suite_cost)

        def in_all(suite_cost: SEK) -> SEK:
            return sum_periods(suite_cost)

        def used(suite_cost: SEK, money: SEK, income: SEK) -> SEK:
            return suite_cost * minimum(1, previous(money) / income)

        def money(money: SEK, income: SEK, used: SEK) -> SEK:
            return previous(money) + income - total(used)
        """,
        {"suite_cost": np.zeros((0, 3)), "weight": np.zeros((0, 1)), "rent": [[5], [6]], "income": [2, 2, 4]},
        {
            "cost": [0, 0, 0],
            "pay": [0, 0, 0],
            "cost_and_income": [0, 0, 0],  # of no suite
            "free_suites": [0, 0, 0],
            "site_cost": [[0, 0, 0], [0, 0, 0]],
            "site_pay": [[0, 0, 0], [0, 0, 0]],
            "with_rent": np.zeros((0, 3)),
            "suite_cost_to_date": np.zeros((0, 3)),
            "in_all": np.zeros((0, 1)),
            "used": np.zeros((0, 3)),
            "money": [2, 4, 8],  # 2, 2 + 2, 4 + 4: nothing is used
        },
        {"suite_cost": "suite", "weight": "suite", "rent": "site"},
        {"site_of_suite": Membership("suite", "site", (), 2)},
    ),
    "no value": Small(
        """
        def to_date(x: Ratio) -> Ratio:
            return cumulative(x)

        def before(x: Ratio) -> Ratio:
            return previous(x)

        def whole(x: Ratio) -> Ratio:
            return sum_periods(x)

        def least(x: Ratio) -> Ratio:
            return lowest(x)

        def all_rows(by_suite: Ratio) -> Ratio:
            return total(by_suite)

        def by_site(by_suite: Ratio, site_of_suite: Membership) -> Ratio:
            return group(by_suite, site_of_suite)

        def larger(x: Ratio) -> Ratio:
            return maximum(x, 2)

        def smaller(x: Ratio) -> Ratio:
            return minimum(2, x)

        def times_nothing(x: Ratio) -> Ratio:
            return x * 0

        def replaced(x: Ratio, known: Flag) -> Ratio:
            return where(known > 0, x, 7)

        def carried(carried: Ratio, x: Ratio) -> Ratio:
            return previous(carried) / 2 + x

        def renewed(renewed: Ratio, x: Ratio, known: Flag) -> Ratio:
            return where(known > 0, 1, previous(renewed) + x)
        """,
        {"x": [1, nan, 3], "known": [1, 0, 1], "by_suite": [[nan, 1, 2], [3, 4, 5]]},
        {
            "to_date": [1, nan, nan],
            "before": [0, 1, nan],
            "whole": nan,
            "least": nan,
            "all_rows": [nan, 5, 7],
            "by_site": [[nan, 1, 2], [3, 4, 5]],
            "larger": [2, nan, 3],
            "smaller": [1, nan, 2],
            "times_nothing": [0, nan, 0],
            "replaced": [1, 7, 3],
            "carried": [1, nan, nan],
            "renewed": [1, nan, 1],
        },
        {"by_suite": "suite"},
        {"site_of_suite": Membership("suite", "site", (0, 1), 2)},
    ),
}  # fmt: skip
