"""A case: arrays from rows, memberships, periods, changes, and the hash of its inputs."""

import numpy as np
import pytest

import hubmodel as hm
from hubmodel.case.facility import Override
from hubmodel.case.reading import COLUMNS, read_csv
from hubmodel.case.rows import Row
from hubmodel.errors import InputError, NumberError, UnknownName


@pytest.fixture(scope="module")
def case():
    return hm.load("northx")


def row(key, member="", period="", value=0.0, unit="share"):
    blank = dict.fromkeys(COLUMNS, "")
    given = {"key": key, "row": member, "period": period, "value": str(value), "unit": unit}
    return Row(**blank | given | {"grade": "assumption", "note": "for a test"})


class TestArrays:
    def test_money_is_in_kronor(self, case):
        # Table 1: 69.3, 4.1 and 38 MSEK
        assert case.inputs["asset_cost"].ravel() == pytest.approx([69.3e6, 4.1e6, 38e6], rel=1e-15)

    def test_pay_of_a_month_is_a_years(self, case):
        # 62 kSEK a post and month = 62 000 x 12 SEK a post and year
        assert case.with_({"fixed_pay_per_post": 62}).inputs["fixed_pay_per_post"][0, 0] == pytest.approx(744_000)

    def test_days_and_months_are_years(self, case):
        case = case.with_({"receivable_time": 30, "hiring_lead": 6})
        assert case.inputs["receivable_time"][0, 0] == pytest.approx(30 / 365)
        assert case.inputs["hiring_lead"][0, 0] == pytest.approx(6 / 12)

    def test_dates_are_years(self, case):
        assert case.inputs["decision_date"][0, 0] == 2021.75  # 1 October: nine months of twelve
        # 10 December 2023: 11 months and 9 of 31 days
        assert case.inputs["repayment_deadline"][0, 0] == pytest.approx(2023 + (11 + 9 / 31) / 12)

    def test_an_amount_of_a_year_falls_evenly_and_one_of_a_month_there(self, case):
        paid = case.inputs["grant_paid"][0]
        assert paid[:24].tolist() == [0] * 10 + [14e6, 0] + [3e6] * 12  # November 2021; 36 / 12 in 2022
        assert not paid[24:].any()

    @pytest.mark.parametrize(("period", "first_year"), [("quarter", [0, 0, 0, 14e6]), ("year", [14e6])])
    def test_an_amount_is_the_same_by_quarter_and_year(self, case, period, first_year):
        paid = case.with_({"period": period}).inputs["grant_paid"][0]
        assert paid[: len(first_year)].tolist() == first_year
        assert paid.sum() == 50e6  # 14 + 36

    @pytest.mark.parametrize("period", ["month", "quarter", "year"])
    def test_two_payments_of_one_year_are_both_paid(self, case, period):
        rows = [row("grant_paid", "hub grant", month, 7, "MSEK") for month in ("2021-11", "2021-12")]
        rows.append(row("grant_paid", "hub grant", "2021", 12, "MSEK"))  # and a million each month
        paid = case.with_({"period": period}).array_of("grant_paid", rows)
        assert paid.sum() == pytest.approx(26e6)  # 7 + 7 + 12

    def test_a_dated_level_holds_from_then_on(self, case):
        index = case.inputs["consumer_price_index"][0]
        assert index[11:13].tolist() == [343.19, 371.91]  # December 2021, January 2022
        assert set(index[48:]) == {418.3}  # 2025, the last one that is given, to the end

    def test_a_level_may_change_within_a_year(self, case):
        rows = [row("deadweight", value=0.4), row("deadweight", period="2022-07", value=0.5)]
        assert case.array_of("deadweight", rows)[0, 17:19].tolist() == [0.4, 0.5]

    def test_every_member_has_the_row_of_each(self, case):
        assert case.with_({"operating_days": 300}).inputs["operating_days"].tolist() == [[300.0]] * 5

    def test_a_members_own_row_comes_before_that_of_each(self, case):
        rows = [row("opening_delay", "Stockholm", value=2, unit="year"), row("opening_delay", "each site", unit="year")]
        assert case.array_of("opening_delay", rows).tolist() == [[0.0], [2.0]]

    @pytest.mark.parametrize("backwards", [False, True])
    def test_the_order_of_rows_does_not_matter(self, case, backwards):
        rows = [
            row("opening_delay", "each site", value=0.4, unit="year"),
            row("opening_delay", "Stockholm", "2030", 0.6, unit="year"),
            row("opening_delay", "each site", "2025", 0.5, unit="year"),
            row("opening_delay", "Stockholm", value=0.3, unit="year"),
        ]
        values = case.array_of("opening_delay", rows[::-1] if backwards else rows)
        assert values[0, [0, 48, 108]].tolist() == [0.4, 0.5, 0.5]  # Matfors, January 2021, 2025 and 2030
        # Stockholm's undated row holds from the beginning, whatever each site has
        assert values[1, [0, 48, 108]].tolist() == [0.3, 0.3, 0.6]

    def test_a_choice_is_one_and_its_alternatives_zero(self, case):
        chosen = case.with_({"view": "today"}).inputs
        assert [chosen[f"view_{view}"][0, 0] for view in ("decision", "completion", "today")] == [0, 0, 1]

    def test_the_calendar(self, case):
        assert case.inputs["first_date"][0, 0] == 2021
        assert case.inputs["last_date"][0, 0] == 2041  # the end of 2040
        assert case.inputs["purchase_year"].ravel().tolist() == list(range(2021, 2041))

    @pytest.mark.parametrize(
        ("period", "count", "first", "last"),
        [("month", 240, "2021-01", "2040-12"), ("quarter", 80, "2021-Q1", "2040-Q4"), ("year", 20, "2021", "2040")],
    )
    def test_periods(self, case, period, count, first, last):
        run = case.with_({"period": period})
        assert (len(run.periods), run.periods[0], run.periods[-1]) == (count, first, last)
        assert run.inputs["period_length"][0, 0] * count == pytest.approx(20)

    def test_every_input_of_the_model_is_there_and_finite(self, case):
        lacking = case.model.inputs - case.inputs.keys()
        odd = [n for n in case.model.inputs - case.model.memberships if not np.all(np.isfinite(case.inputs[n]))]
        assert (lacking, odd) == (frozenset(), [])


class TestMemberships:
    def test_a_platform_works_in_its_suite(self, case):
        by = case.memberships["suite_of_platform"]
        suites = dict(zip(case.lists["platform"], (case.lists["suite"][at] for at in by.position), strict=True))
        assert suites["mRNA"] == "Matfors mRNA suite"
        assert suites["viral vectors"] == "Stockholm mammalian and viral suite"

    def test_a_role_ends_with_its_list(self, case):
        by = case.memberships["development_suite_of_platform"]
        assert (by.list, by.parent, by.parents) == ("platform", "suite", 5)

    def test_composites_follow(self, case):
        suite, site = case.memberships["suite_of_platform"], case.memberships["site_of_suite"]
        assert case.memberships["site_of_platform"].position == tuple(site.position[at] for at in suite.position)

    def test_of_two_ways_up_the_first_role_counts(self, case):
        # every platform develops in Matfors, but works at the site of its suite
        assert set(case.memberships["site_of_platform"].position) == {0, 1}


class TestChanges:
    def test_a_change_makes_a_new_case(self, case):
        before, margin = case.inputs_hash, case.inputs["commercial_margin"][0, 0]
        other = case.with_({"commercial_margin": 0.4}, "to see")
        assert other.inputs["commercial_margin"][0, 0] == 0.4
        assert (case.inputs["commercial_margin"][0, 0], case.inputs_hash) == (margin, before)
        assert other.overrides == (Override("commercial_margin", 0.4, "to see"),)
        assert (case.scenario, other.scenario) == ("base case", "own changes")

    def test_a_change_of_a_key_sets_every_row(self, case):
        assert case.with_({"opening_delay": 12}).inputs["opening_delay"].tolist() == [[1.0], [1.0]]  # months

    def test_a_change_of_a_row_sets_that_row(self, case):
        before = case.inputs["opening_delay"][1, 0]
        assert case.with_({"opening_delay[Matfors]": 12}).inputs["opening_delay"].tolist() == [[1.0], [before]]

    def test_a_row_of_each_is_split_off(self, case):
        other = case.with_({"operating_days": 320}).with_({"operating_days[Stockholm BSL-3 suite]": 200})
        assert other.inputs["operating_days"].ravel().tolist() == [320, 320, 320, 320, 200]

    @pytest.mark.parametrize(
        ("name", "text", "value"),
        [
            ("commercial_margin", "35 %", 0.35),
            ("shared_services_charge", "9 mnkr", 9e6),
            ("innovation_hourly_rate", "1 250 SEK/h", 1_250),
            ("opening_delay[Matfors]", "1 year", 1),  # its row is in months
            ("decision_date", "2022-07-01", 2022.5),
            ("asset_cost[Stockholm unit]", "40 000 tkr", 40e6),
        ],
    )
    def test_a_change_as_people_type_it(self, case, name, text, value):
        key, _, member = name.removesuffix("]").partition("[")
        at = case.lists[case.list_of(key)].index(member) if member else 0
        assert case.with_({name: text}).inputs[key][at, 0] == pytest.approx(value)

    def test_a_later_change_replaces_an_earlier_one(self, case):
        twice = case.with_({"commercial_margin": 0.4}).with_({"commercial_margin": 0.3})
        assert [override.value for override in twice.overrides] == [0.3]
        assert twice.inputs_hash == case.with_({"commercial_margin": 0.3}).inputs_hash

    def test_changes_add_up(self, case):
        both = case.with_({"commercial_margin": 0.4}).with_({"view": "today"})
        assert both.inputs_hash == case.with_({"commercial_margin": 0.4, "view": "today"}).inputs_hash

    def test_a_changed_number_is_an_assumption_with_its_reason(self, case):
        (changed,) = case.with_({"tax_rate": 0.22}, "a new law").by_key["tax_rate"]
        assert (changed.grade, changed.source, changed.note) == ("assumption", "", "a new law")

    @pytest.mark.parametrize("changes", [{"commercial_margin": 0.3, "opening_delay[Matfors]": 3}, {"view": "today"}])
    def test_inputs_of_a_change_are_those_of_its_rows(self, case, changes):
        """Recomputing only the changed inputs gives the same as computing all."""
        short = case.with_(changes)
        long = {name: value for key in short.by_key for name, value in short._values(key)}
        assert all(np.array_equal(short.inputs[name], value) for name, value in long.items())
        assert short.inputs.keys() == case.inputs.keys()

    def test_a_change_from_month_to_quarter_and_back(self, case):
        back = case.with_({"period": "quarter"}).with_({"period": "month"})
        assert all(np.array_equal(back.inputs[name], case.inputs[name]) for name in case.by_key if name in case.inputs)

    @pytest.mark.parametrize(
        ("changes", "error", "expected"),
        [
            ({"comercial_margin": 0.3}, UnknownName, "no input 'comercial_margin'; did you mean 'commercial_margin'"),
            ({"revenue": 1}, UnknownName, "no input 'revenue'"),
            ({"opening_delay[Mattfors]": 3}, UnknownName, "no row of opening_delay 'Mattfors'; did you mean 'Matfors'"),
            ({"opening_delay[mRNA]": 3}, UnknownName, "no row of opening_delay 'mRNA'; known: Matfors, Stockholm"),
            ({"commercial_margin[mRNA]": 0.3}, UnknownName, "no row of commercial_margin 'mRNA'; known: none"),
            ({"view": "tody"}, UnknownName, "no option of view 'tody'; did you mean 'today'"),
            ({"view": 3}, UnknownName, "no option of view '3'; known: completion, decision, today"),
            (
                {"commercial_margin": 35},
                InputError,
                "commercial_margin must be a share between 0 and 1, got 35; write 35",
            ),
            ({"commercial_margin": "35"}, NumberError, "commercial_margin: '35' is more than the whole; write 35 % as"),
            ({"commercial_margin": -0.1}, InputError, "commercial_margin must be a share between 0 and 1, got -0.1"),
            (
                {"innovation_hourly_rate": -5},
                InputError,
                "innovation_hourly_rate must not be negative, got -5 SEK/hour",
            ),
            ({"innovation_hourly_rate": "1,250"}, NumberError, "innovation_hourly_rate: '1,250' may be 1250 or 1.250"),
            ({"innovation_hourly_rate": "5 mnkr"}, NumberError, "is in mnkr, but SEK/hour is wanted"),
            ({"commercial_margin": float("nan")}, InputError, "commercial_margin must be a finite number, got nan"),
            ({"asset_cost": float("inf")}, InputError, r"asset_cost must be a finite number, got inf"),
            ({"decision_date": float("nan")}, InputError, "decision_date must be a finite number, got nan"),
            ({"decision_date": "2023-02-30"}, NumberError, "decision_date: '2023-02-30' is no day of the calendar"),
            ({"commercial_margin": None}, InputError, "commercial_margin value.*got None"),
            ({"commercial_margin": [0.3]}, InputError, r"commercial_margin value.*got \[0.3\]"),
        ],
    )
    def test_what_a_change_refuses(self, case, changes, error, expected):
        with pytest.raises(error, match=expected):
            case.with_(changes)


class TestHash:
    @pytest.mark.parametrize(
        "changes",
        [{"commercial_margin": 0.111}, {"view": "today"}, {"period": "year"}, {"grant_paid": 25}, {"opening_delay": 1}],
    )
    def test_it_changes_with_any_input(self, case, changes):
        assert case.with_(changes).inputs_hash != case.inputs_hash

    def test_it_is_that_of_the_content(self, case):
        same = {"commercial_margin": case.by_key["commercial_margin"][0].value}
        assert case.with_(same, "the same").inputs_hash == case.inputs_hash
        assert hm.load("northx").inputs_hash == case.inputs_hash

    def test_it_does_not_see_how_a_number_is_written(self, case):
        first, second = (case.with_({"asset_cost[Stockholm unit]": text}) for text in ("40 mnkr", "40 000 tkr"))
        assert first.inputs_hash == second.inputs_hash


class TestCsv:
    """Reading of correct files; test_bad_input has the wrong ones."""

    def test_cells_with_commas_quotes_and_line_breaks(self, tmp_path):
        path = tmp_path / "rows.csv"
        path.write_text('a,b\n"1,5","say ""yes"""\n\n"two\nlines",x\n', encoding="utf-8")
        rows = [cells for _, cells in read_csv(path, ("a", "b"))]
        assert rows == [{"a": "1,5", "b": 'say "yes"'}, {"a": "two\nlines", "b": "x"}]

    def test_windows_line_ends_and_another_order_of_columns(self, tmp_path):
        path = tmp_path / "rows.csv"
        path.write_bytes(b"b,a\r\n1,2\r\n")
        assert read_csv(path, ("a", "b")) == [(2, {"a": "2", "b": "1"})]
