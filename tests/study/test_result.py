"""Results: numbers, series, tables, key figures and outturn."""

import shutil
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

import hubmodel as hm
from hubmodel.case.reading import data_folder
from hubmodel.errors import InputError, UnknownName
from hubmodel.lines import RENAMED
from hubmodel.study import tables
from hubmodel.study.result import evaluate
from hubmodel.study.tables import entries, parts


@pytest.fixture(scope="module")
def result():
    return hm.run(hm.load("northx"), solved=False)


class TestNumbers:
    def test_one_number_is_a_float_and_the_rest_are_blocks(self, result):
        assert result["total_investment"] == 111.4e6  # Table 1: 69.3 + 4.1 + 38.0
        assert result["revenue"].shape == (1, 240)
        assert result["asset_cost"].shape == (3, 1)

    def test_inputs_are_there_too(self, result):
        assert result["commercial_margin"] == result.case.by_key["commercial_margin"][0].value

    def test_a_misspelt_line(self, result):
        with pytest.raises(UnknownName, match="no line or assumption 'revenu'; did you mean 'revenue'"):
            result["revenu"]

    def test_a_result_is_frozen(self, result):
        with pytest.raises(FrozenInstanceError):
            result.values = {}

    def test_only_what_is_wanted_is_kept(self, result):
        assert evaluate(result.case, ["revenue"]).values.keys() == {"revenue"}
        assert np.array_equal(evaluate(result.case, ["revenue"])["revenue"], result["revenue"])

    def test_running_twice_gives_the_same(self, result):
        again = evaluate(hm.load("northx")).values
        assert all(np.array_equal(again[name], value, equal_nan=True) for name, value in result.values.items())


class TestSeries:
    @pytest.mark.parametrize("by", ["month", "quarter", "year"])
    def test_amounts_add_up(self, result, by):
        periods, rows = result.series("revenue", by)
        assert len(periods) == {"month": 240, "quarter": 80, "year": 20}[by]
        assert sum(rows[""]) == pytest.approx(result["revenue"].sum(), rel=1e-12)

    def test_a_year_is_its_twelve_months(self, result):
        periods, rows = result.series("revenue")
        assert rows[""][periods.index("2030")] == pytest.approx(result["revenue"][0, 108:120].sum(), rel=1e-12)

    def test_levels_average(self, result):
        periods, rows = result.series("utilisation", "quarter")
        monthly = result["utilisation"][1, 108:111]
        assert rows["Matfors mRNA suite"][periods.index("2030-Q1")] == pytest.approx(monthly.mean())

    def test_the_average_leaves_out_what_has_no_value(self, result):
        name, value = next((n, v) for n, v in result.values.items() if v.shape[-1] == 240 and mixed(v))
        row = int(np.flatnonzero(mixed(value, whole=False))[0])
        _, rows = result.series(name, how="mean")
        with np.errstate(all="ignore"):
            years = [year[~np.isnan(year)].tolist() for year in value[row].reshape(20, 12)]
        wanted = [sum(year) / len(year) if year else np.nan for year in years]
        assert list(rows.values())[row] == pytest.approx(wanted, nan_ok=True)

    def test_balances_are_those_of_the_end(self, result):
        _, rows = result.series("cash", how="last")
        assert rows[""] == result["cash"][0, 11::12].tolist()

    def test_rows_are_named(self, result):
        assert list(result.series("asset_cost")[1]) == [
            "Matfors invoiced",
            "Matfors not yet invoiced",
            "Stockholm unit",
        ]

    def test_a_run_by_quarter_folds_to_years(self, result):
        quarters = hm.run(result.case.with_({"period": "quarter"}), solved=False)
        assert quarters.series("revenue")[0] == result.series("revenue")[0]
        assert quarters.series("revenue", "quarter")[0] == result.series("revenue", "quarter")[0]

    @pytest.mark.parametrize(("period", "by"), [("quarter", "month"), ("year", "quarter"), ("month", "week")])
    def test_nothing_finer_than_the_run(self, result, period, by):
        run = evaluate(result.case.with_({"period": period}))
        with pytest.raises(InputError, match=f"by must be .*in a run by {period}, got '{by}'; change one of them"):
            run.series("revenue", by)


def mixed(value, whole=True):
    """Return which rows have gaps in a year but are not empty; for the whole line, whether any row has."""
    lacking = np.isnan(value.reshape(*value.shape[:-1], 20, 12)).any(-1)
    full = ~np.isnan(value).all(-1)
    return bool((lacking.any(-1) & full).any()) if whole else lacking.any(-1) & full


class TestTables:
    def test_table_1_of_the_final_report(self, result):
        table = result.table("capital")
        assert table["outturn"].tolist() == pytest.approx([69.3e6, 4.1e6, 38e6, 111.4e6])
        assert table["invoiced"].tolist() == pytest.approx([69.3e6, 0, 38e6, 107.3e6])  # 69.3 + 38.0
        assert table.loc["Total outturn", "grant"] == pytest.approx(50e6)

    def test_the_income_statement_adds_up(self, result):
        table = result.table("income")
        revenue = ["Innovation revenue", "Commercial revenue", "Training revenue", "Reservation revenue"]
        assert table.loc[revenue].sum().to_numpy() == pytest.approx(table.loc["Revenue"].to_numpy())
        ebitda = table.loc["Revenue"] - table.loc["Operating cost"]
        assert ebitda.to_numpy() == pytest.approx(table.loc["EBITDA"].to_numpy())

    def test_the_costs_of_the_income_statement_are_those_of_the_model(self, result):
        table = result.table("income")
        first, last = table.index.get_loc("Revenue") + 1, table.index.get_loc("Operating cost")
        assert table.iloc[first:last].sum().to_numpy() == pytest.approx(table.loc["Operating cost"].to_numpy())

    def test_cash_moves_by_the_cash_flow(self, result):
        table = result.table("cash-flow")
        moved = table.loc["Cash"].diff().fillna(table.loc["Cash"].iloc[0])
        assert moved.to_numpy() == pytest.approx(table.loc["Cash flow"].to_numpy(), abs=1e-3)

    def test_the_balance_balances(self, result):
        table = result.table("balance", by="month")
        assert table.loc["Balance sheet"].to_numpy() == pytest.approx(0, abs=1e-3)

    @pytest.mark.parametrize("name", [*tables.TABLES, "capital"])
    @pytest.mark.parametrize("language", ["en", "sv"])
    def test_every_table_has_a_label_and_a_unit_for_each_line(self, result, name, language):
        table = result.table(name, language=language)
        assert len(table.attrs["units"]) == len(table)
        assert (table.index != "").all()
        assert not table.index.has_duplicates

    @pytest.mark.parametrize(
        "name", [name for name, lines in tables.TABLES.items() if {line[1] for line in lines} == {"sum"}]
    )
    def test_a_finer_table_adds_up_to_the_coarser(self, result, name):
        months, years = result.table(name, by="month"), result.table(name)
        assert months.to_numpy().reshape(len(years), 20, 12).sum(-1) == pytest.approx(years.to_numpy())

    def test_every_line_of_a_table_exists(self, result):
        named = {line for name in tables.TABLES for line, _, _ in entries(name, result.case.model.ingredients)}
        assert named - result.values.keys() - result.case.by_key.keys() == set()

    def test_a_table_in_swedish_has_the_same_numbers(self, result):
        assert result.table("income", language="sv").to_numpy() == pytest.approx(result.table("income").to_numpy())

    def test_a_misspelt_table(self, result):
        with pytest.raises(UnknownName, match="no table 'incme'; did you mean 'income'"):
            result.table("incme")

    @pytest.mark.parametrize(
        ("period", "by", "wanted"),
        [("month", "year", 12), ("month", "quarter", 3), ("month", "month", 1), ("quarter", "year", 4)],
    )
    def test_how_many_periods_make_one(self, period, by, wanted):
        assert parts(period, by) == wanted


class TestKeyFigures:
    NAMES = """net_present_value internal_rate_of_return internal_rate_of_return_roots modified_internal_rate_of_return
        payback_years profitability_index peak_funding_need ebitda_margin_at_maturity utilisation_at_maturity
        innovation_margin commercial_margin_realised margin_gap aid_intensity aid_intensity_recorded
        aid_intensity_matfors aid_intensity_matfors_invoiced leverage funding_gap smallest_grant total_investment
        grant_total own_contribution owner_funding_of_losses break_even_commercial_margin break_even_hourly_rate
        break_even_volume economic_net_present_value jobs_direct"""

    @pytest.fixture(scope="class")
    @classmethod
    def figures(cls):
        return hm.run(hm.load("northx")).key_figures

    def test_every_name_of_the_interface_is_there(self, figures):
        assert set(self.NAMES.split()) - figures.keys() == set()

    def test_what_has_no_value_says_why(self, figures):
        assert [figure.name for figure in figures.values() if (figure.value is None) != bool(figure.why)] == []

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("aid_intensity", 50 / 111.4),
            ("aid_intensity_recorded", 50 / 107.3),
            ("aid_intensity_matfors", 50 / 73.4),
            ("aid_intensity_matfors_invoiced", 50 / 69.3),
            ("leverage", 61.4 / 50),
            ("own_contribution", 61.4e6),
            ("grant_total", 50e6),
        ],
    )
    def test_what_the_documents_give(self, figures, name, value):
        assert figures[name].value == pytest.approx(value)

    def test_the_short_run_has_the_same_figures_as_the_long_one(self, result, figures):
        assert {name: figure.value for name, figure in result.key_figures.items()} == {
            name: figures[name].value for name in result.key_figures
        }

    def test_a_member_keeps_its_name_in_another_language(self, figures):
        assert figures["aid_intensity_matfors"].title("sv").endswith(", Matfors")


class TestOutturn:
    @pytest.fixture
    def reported(self, tmp_path):
        folder = shutil.copytree(data_folder() / "northx", tmp_path / "northx")
        rows = ["line,period,value,unit,source,note", "total_investment,2023,100,MSEK,annual report,"]
        rows.append("total_grant_received,2021-11,13,MSEK,bank statement,")
        (folder / "actuals.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
        return hm.load(folder)

    def test_what_was_reported_stands_beside_the_model(self, reported):
        found = hm.run(reported, solved=False).beside_actuals()
        # 14 MSEK modelled in November 2021, 13 reported
        assert [(row["modelled"], row["reported"], row["difference"]) for row in found][1] == (14e6, 13e6, 1e6)

    def test_the_card_says_so_and_a_run_by_year_leaves_months_out(self, reported):
        assert hm.run(reported, solved=False).conventions["outturn"].startswith("2 reported values")
        by_year = hm.run(reported.with_({"period": "year"}), solved=False)
        assert [row["period"] for row in by_year.beside_actuals()] == ["2023"]

    def test_nothing_reported_is_said(self, result):
        assert result.conventions["outturn"] == "2021 to 2026 is modelled, not reported"


def test_the_old_name_of_a_line_answers_with_the_new_one():
    result = evaluate(hm.load("northx"))
    for old, new in RENAMED.items():
        if new in result.values:
            assert np.array_equal(result[old], result[new], equal_nan=True)
            assert result.explain(old, depth=0) == result.explain(new, depth=0)
    assert result.series("operating_cost_of_hub") == result.series("total_operating_cost")


def test_no_old_name_is_that_of_a_line():
    assert [old for old in RENAMED if old in hm.load("northx").model.lines] == []
