"""Comparable facilities: ratios by hand, unpublished numbers stay unknown, failures are included, bad rows refused."""

import re
import shutil

import pytest

import hubmodel as hm
from hubmodel.case.reading import case_names, data_folder
from hubmodel.errors import InputError
from hubmodel.output import comparison as compared
from hubmodel.portfolio import comparators
from hubmodel.portfolio.comparators import Comparison, ExchangeRate, Facility, as_facility, exchange_rates
from hubmodel.text.language import translate

FOUND = comparators.facilities()
BY_NAME = {facility.name: facility for facility in FOUND}
MSEK = 1e6


@pytest.fixture(scope="module")
def result():
    return hm.run(hm.load("northx").with_({"period": "year"}), solved=False)


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Read the facilities of a file with these rows instead of the shipped one."""

    def write(*rows, rates=("EUR,,10,,,,,assumption,to try it",)):
        shutil.copy(data_folder() / "sources.csv", tmp_path)
        for name, kind, lines in (("comparators", Comparison, rows), ("exchange_rates", ExchangeRate, rates)):
            text = "\n".join([",".join(kind.columns()), *lines]) + "\n"
            (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        monkeypatch.setattr(comparators, "data_folder", lambda: tmp_path)
        return comparators.facilities()

    return write


# ---- by hand ----


def test_testa_center_by_hand():
    testa = BY_NAME["Testa Center, Uppsala"]
    # 100 MSEK of the state and 4.5 MEUR of industry, at 10 SEK in 2018, on 2 500 m2
    assert testa.investment == pytest.approx(145 * MSEK)
    assert testa.public_share == pytest.approx(100 / 145)
    assert testa.investment_per_area == pytest.approx(58_000)  # 5 800 EUR/m2


def test_a_reserved_dose_year_by_hand():
    # 160 MEUR a year / 325 M doses a year = 0.4923 EUR, x 11.3
    assert BY_NAME["EU FAB"].fee_per_dose_year == pytest.approx(160 / 325 * 11.3)


def test_what_was_fetched_for_a_plant_by_hand():
    bohumil = BY_NAME["Novavax plant, Bohumil"]
    assert bohumil.recovered_share == pytest.approx(200 / 167)  # both in dollars: no rate enters
    # 455 MSEK for 7 000 m2
    assert BY_NAME["Matfors plant, as bought"].sale_price_per_area == pytest.approx(65_000)


def test_a_yearly_dose_by_hand():
    # 126 MCAD x 7.8 / 24 M doses a year
    montreal = BY_NAME["Biologics Manufacturing Centre, Montreal"]
    assert montreal.investment_per_yearly_dose == pytest.approx(126 * 7.8 / 24)


def test_square_feet_were_turned_into_square_metres():
    feet = re.compile(r"([\d,]+) square feet")
    rows = [row for facility in FOUND for row in facility.rows if row.quantity == "area" and feet.search(row.note)]
    assert len(rows) == 3
    for row in rows:
        whole = float(feet.search(row.note)[1].replace(",", ""))
        assert float(row.value) == pytest.approx(whole * 0.3048**2, abs=0.5)  # a foot is 0.3048 m


# ---- unpublished numbers ----


def test_what_is_not_published_has_no_ratio():
    vmic = BY_NAME["VMIC, Harwell"]
    assert not vmic.is_whole
    assert vmic.public_share is None  # only the public part is known: it is not all of it
    assert vmic.recovered_share is None  # the price was not published
    assert BY_NAME["National Resilience"].investment is None
    nothing = Facility("x", "", "sold", "", {})
    ratios = ("public_share", "investment_per_area", "sale_price_per_area", "recovered_share", "fee_per_dose_year",
              "investment_per_yearly_dose")  # fmt: skip
    assert [getattr(nothing, name) for name in ratios] == [None] * 6


def test_a_part_of_an_investment_is_shown_as_at_least(result):
    table = compared.side_by_side(result, FOUND)
    # 215 MGBP x 13.3 / 7 000 m2 = 408 500 SEK
    assert table.loc["VMIC, Harwell", "invested per m2"].replace("\u00a0", " ") == "at least 408 kSEK"
    assert table.loc["Avid viral-vector plant", "invested per m2"].replace("\u00a0", " ") == "149 kSEK"  # 70 x 10.5
    assert table.loc["National Resilience"].tolist() == ["closed", *["not published"] * 7]


def test_the_case_stands_first_in_the_same_shape(result):
    hub = as_facility(result)
    assert hub.investment == pytest.approx(111.4 * MSEK)
    assert hub.public_share == pytest.approx(50 / 111.4)
    assert hub.investment_per_yearly_dose == pytest.approx(111.4 * MSEK / result["total_surge_capacity"])
    table = compared.side_by_side(result, FOUND)
    assert table.index[0] == result.case.title
    assert table.iloc[0]["area, m2"] == "not published"


# ---- the data ----


def test_failures_are_there():
    failed = {facility.name for facility in FOUND if facility.status in ("never opened", "closed", "goals not met")}
    assert failed == {"VMIC, Harwell", "National Resilience", "CIADM, three centres"}


def test_the_takeaway_counts_what_went_wrong_and_says_the_spread(result):
    summary = compared.takeaway(result, FOUND).replace("\u00a0", " ")
    # VMIC, Resilience and CIADM; Matfors, Bohumil and the plant in Research Triangle Park
    assert f"Of {len(FOUND)} others 3 closed, never opened or did not meet their goals, and 3 were sold." in summary
    assert "from 58.0 kSEK" in summary  # Testa Center
    assert "44.9 % of the investment here, 6.90 % to 69.0 % there" in summary  # OmniaBio 40 / 580, Testa 100 / 145


def test_every_facility_is_counted_once_by_what_became_of_it():
    table = compared.outcomes(FOUND)
    assert table["facilities"].sum() == len(FOUND)
    assert "; ".join(table["which"]).count(";") == len(FOUND) - 1


def test_every_number_but_a_rate_has_a_source():
    rows = [row for facility in FOUND for row in facility.rows]
    assert [row.where for row in rows if not row.source or row.grade not in ("published", "estimate")] == []
    assert [rate.currency for rate in exchange_rates() if rate.low and not rate.low <= rate.value <= rate.high] == []


@pytest.mark.parametrize("name", case_names())
def test_what_facilities_bear_on_is_an_input_of_every_case(name):
    case = hm.load(name)
    keys = {row.bears_on for facility in FOUND for row in facility.rows if row.bears_on}
    assert keys - case.by_key.keys() == set()
    inputs = compared.risk_inputs(case, FOUND)
    assert len(inputs) == sum(bool(row.bears_on) for facility in FOUND for row in facility.rows)
    assert "" not in set(inputs["value"])


def test_a_risk_input_shows_the_range_of_the_case():
    row = compared.risk_inputs(hm.load("northx"), FOUND).loc[("Liquidation share", "Novavax plant, Bohumil")]
    assert (row["value"], row["low"], row["high"], row["unit"]) == ("0.1", "0", "0.3", "share")
    assert row["what it says"].startswith("sold: Bought in 2020")


def test_a_rate_is_shown_as_it_is_written():
    table = compared.rates()
    assert table.loc["EUR", ["value", "low", "high", "grade"]].tolist() == ["11.3", "10", "11.8", "assumption"]
    assert table.loc["EUR 2018", ["value", "low", "high", "grade"]].tolist() == ["10", "", "", "published"]


# ---- refusals ----

STATUS = "Plant,Sweden,status,sold,,2020,,,,assumption,sold to a neighbour"
AREA = "Plant,Sweden,area,100,m2,2020,,,,assumption,to try it"


@pytest.mark.parametrize(
    ("row", "match"),
    [
        (AREA.replace("area", "volume"), "line 3: quantity must be one of status, public investment"),
        (AREA.replace("100", "large"), "line 3: must be a number above zero, got 'large'; leave out what is not"),
        (AREA.replace("100", "0"), "line 3: must be a number above zero, got '0'; leave out what is not published"),
        (AREA.replace("m2", "ft2"), "line 3: cannot be in 'ft2'; write area in m2, capacity in dose/year"),
        (AREA.replace("area", "sale price"), "line 3: cannot be in 'm2'; write area in m2"),
        (AREA.replace("area,100,m2", "reservation fee,5,MEUR"), "line 3: cannot be in 'MEUR'; write area in m2"),
        (AREA.replace("area,100,m2", "investment,5,MUSD"), "line 3: no exchange rate 'USD'; known: EUR"),
        (
            STATUS.replace("sold,", "gone,"),
            "line 3: status must be one of operating, built, being built, contract, sold",
        ),
        (STATUS.replace("sold to a neighbour", ""), "line 3: is an assumption without a note; say why this value"),
        (STATUS, "line 3: Plant has its status twice; keep one"),
        (AREA.replace("Plant", "Shed"), "data/comparators.csv: Shed has no status; add a row that says what became"),
        (AREA.replace(",,,assumption", ",vmic,,published"), "line 3: no source 'vmic'; known: aav-doses"),
    ],
)
def test_a_bad_row_is_one_clear_line(row, match, written):
    with pytest.raises(InputError, match=re.escape(match)) as refused:
        written(STATUS, row)
    assert translate(refused.value.message, "sv") != str(refused.value)


def test_a_status_says_what_became_of_the_facility(written):
    bare = STATUS.replace("assumption,sold to a neighbour", "published,").replace(
        ",,,published", ",gao-2023,,published"
    )
    with pytest.raises(InputError, match="line 2: has a status without a note; say what became of the facility"):
        written(bare)


def test_a_rate_of_a_year_goes_before_the_general_one(written):
    rates = ("EUR,,10,,,,,assumption,general", "EUR,2020,12,,,,,assumption,of the year")
    invested = "Plant,Sweden,{},1,MEUR,{},,,,assumption,to try it"
    rows = (STATUS, invested.format("public investment", 2020), invested.format("private investment", 2021))
    (plant,) = written(*rows, rates=rates)
    assert plant.known == {"public investment": 12 * MSEK, "private investment": 10 * MSEK}
