"""Figures: the same numbers in the picture, the table twin and the file."""

import dataclasses
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import pytest

import hubmodel as hm
from hubmodel.output import charts
from hubmodel.output.charts import Figure, Mark, Series, time


@pytest.fixture(scope="module")
def result():
    return hm.run(hm.load("northx"), solved=False)


@pytest.fixture
def bars():
    series = (Series("one", (1_000_000.0, 2_500_000.0)), Series("two", (None, 500_000.0)))
    return Figure("bars", "Bars", "They grow.", "bar", "SEK", ("2027", "2028"), series)


def texts(picture):
    """Return every text in an SVG."""
    return [element.text for element in ElementTree.fromstring(picture).iter("{http://www.w3.org/2000/svg}text")]


def test_the_picture_shows_millions_and_the_file_full_precision(bars):
    option = charts.echarts(bars)
    assert option["yAxis"]["name"] == "MSEK, nominal"
    assert [series["data"] for series in option["series"]] == [[1.0, 2.5], [None, 0.5]]
    assert charts.csv(bars) == 'period,"one [SEK]","two [SEK]"\n2027,1000000.0,\n2028,2500000.0,500000.0\n'


def test_series_differ_by_more_than_colour(result):
    lines = charts.echarts(charts.utilisation_by_suite(result))["series"]
    looks = {str(line["lineStyle"]["type"]) for line in lines}
    assert len(looks) == len(lines) == 5
    assert charts.echarts(charts.revenue_by_track(result))["aria"]["decal"]["show"]


@pytest.mark.parametrize("kind", ["line", "bar"])
def test_more_series_than_colours_are_drawn_and_no_two_alike(kind):
    many = tuple(Series(f"S{at}", (1e6, 2e6)) for at in range(9))
    figure = Figure("many", "Many", "", kind, "SEK", ("1", "2"), many)
    drawn = [series for series in charts.echarts(figure)["series"] if series["type"] == kind]
    assert len(drawn) == 9
    assert charts.svg(figure).count("S8") >= 1
    looks = {(charts.colour(at), charts.dash(at), at % charts.PATTERNS) for at in range(9)}
    assert len({(colour, dash) for colour, dash, _ in looks}) == len({(colour, kind) for colour, _, kind in looks}) == 9


def test_svg_is_a_picture_with_text_and_the_same_every_time(bars):
    first = charts.svg(bars)
    root = ElementTree.fromstring(first)
    assert root.tag.endswith("svg")
    assert "They grow." in first
    assert first == charts.svg(bars)


def test_a_page_with_a_heading_of_its_own_gets_the_picture_alone(bars):
    alone = charts.svg(bars, 3.4, 2.0, heading=False)
    assert "They grow." not in alone
    assert {"one", "two"} <= set(texts(alone))  # the legend stays
    assert ElementTree.fromstring(alone).get("width") == "244.8pt"  # 3.4 in x 72 pt


def test_an_axis_writes_numbers_as_everywhere_else(bars):
    swedish = dataclasses.replace(bars, language="sv", series=(Series("en", (-500_000.0, 1_500_000.0)),))
    numbers = [text for text in texts(charts.svg(swedish)) if text not in bars.periods and text[-1].isdigit()]
    assert "0" in numbers
    assert {text[0] for text in numbers} == {"\u2212", "0", "1"}  # from -0.5 to 1.5, the minus a minus
    assert any("," in text for text in numbers)
    assert not any("." in text for text in numbers)


def test_a_name_with_a_dollar_sign_is_no_formula(bars):
    dear = dataclasses.replace(bars, series=(Series("$x_1$ & <b>", (1.0, 2.0)), *bars.series))
    assert "$x_1$ & <b>" in texts(charts.svg(dear))


def test_an_axis_of_months_names_years_as_far_as_there_is_room(result):
    figure = charts.cash_over_time(result, result)
    named = [text for text in texts(charts.svg(figure, 3.4, 2.0)) if text in figure.periods or text.isdigit()]
    years = [text for text in named if text.startswith("20") and len(text) == 4]
    # 20 Januaries, room for 8 names: every third year
    assert years == ["2021", "2024", "2027", "2030", "2033", "2036", "2039"]


def test_charts_are_light_until_a_picture_is_drawn():
    command = "import sys, hubmodel.output.charts; sys.exit('matplotlib' in sys.modules or 'pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", command], check=False).returncode == 0


def test_cash_reaches_its_lowest_point_at_the_funding_need(result):
    figure = charts.cash_over_time(result, result)
    lowest = min(value for value in figure.series[0].values if value is not None)
    assert -lowest == pytest.approx(result.key_figures["peak_funding_need"].value)


def test_without_the_grant_cash_is_lower_in_the_end_by_what_the_grant_gave(result):
    without = hm.evaluate(result.case.with_({"grant_factor": 0.0}), [charts.CASH_LINE])
    assert (charts.without_grant(result)[charts.CASH_LINE] == without[charts.CASH_LINE]).all()
    given, not_given = (row.values[35] for row in charts.cash_over_time(result, without).series)
    # the end of 2023, everything paid and nothing earned yet that tax could touch: 50 MSEK apart
    assert given - not_given == pytest.approx(50e6, rel=0.05)


def test_revenue_bars_add_up_to_revenue(result):
    figure = charts.revenue_by_track(result)
    totals = [sum(value or 0.0 for value in values) for _, values in figure.by_period()]
    assert totals == pytest.approx(result.series("revenue")[1][""])


def test_the_takeaway_names_the_year_of_the_turn():
    line = Series("cash", (-10e6, -30e6, 5e6, 8e6))
    takeaway = time._cash_takeaway(("2021", "2022", "2023", "2024"), line, "en")
    assert "2022" in takeaway
    assert "2023" in takeaway
    never = time._cash_takeaway(("2021", "2022"), Series("cash", (-1e6, -2e6)), "en")
    assert "not positive" in never


def test_a_span_reaches_from_its_start_to_its_end_on_either_side_of_zero():
    series = Series("one", (5e6, -4e6, 3e6, None), (2e6, -1e6, -2e6, 0.0))
    figure = Figure("spans", "Spans", "", "span", "SEK", ("above", "below", "across", "none"), (series,))
    unseen, positive, negative = (series["data"] for series in charts.echarts(figure)["series"])
    # 2 to 5: 2 unseen, 3 seen; -4 to -1: -1 unseen, -3 seen; -2 to 3: nothing unseen, 3 and -2 seen
    assert unseen == [2.0, -1.0, 0.0, 0.0]
    assert positive == [3.0, 0.0, 3.0, 0.0]
    assert negative == [0.0, -3.0, -2.0, 0.0]


def test_a_waterfall_steps_from_one_scenario_to_the_other(result):
    other = result.case.with_({"commercial_margin": 0.3, "grant_factor": 0.5})
    found = hm.bridge(result.case, other)
    figure = charts.waterfall(found)
    ends = {row: next(value for value in values if value is not None) for row, values in figure.by_period()}
    rows = list(ends)
    assert rows[1:-1] == [step.label for step in found.steps]
    # each step ends where the one before it ended, and the contribution later
    assert ends[rows[1]] - ends[rows[0]] == pytest.approx(found.steps[0].contribution)
    assert ends[rows[2]] == pytest.approx(ends[rows[-1]]) == pytest.approx(found.end)


def test_marks_stand_where_they_say(bars):
    marked = dataclasses.replace(bars, marks=(Mark("P50", "2028"),))
    line = charts.echarts(marked)["series"][-1]["markLine"]["data"]
    assert [(mark["xAxis"], mark["name"]) for mark in line] == [("2028", "P50")]
    assert "P50" in charts.svg(marked)
