"""The quote builder of the dashboard without a browser: typed terms, both tracks, files, and kept quotes."""

import csv
import html
import io
import re

import pytest

import hubmodel as hm

pytest.importorskip("ipecharts")

from hubmodel.case.quote_terms import UNITS
from hubmodel.case.scenario import to_toml
from hubmodel.dashboard import state
from hubmodel.dashboard.pages import PAGES, pricing
from hubmodel.dashboard.quoting import CONDITIONS, CONTENT, Quoting
from hubmodel.dashboard.shell import Shell
from hubmodel.dashboard.state import Desk
from hubmodel.output.charts import cash_of_quote, cost_of_quote
from hubmodel.study.explain import Explanation
from tests.conftest import in_a_thread

TERMS = {"platform": "plasmid DNA", "signed": "2027-01", "start": "2027-07", "batches": 3, "batches_per_month": 0.5}


def typed(quoting, **terms):
    """Type terms into the fields, one after the other."""
    for name in sorted(terms, key=lambda name: name != "signed"):  # signed first, as no start may lie before it
        quoting.fields[name].value = terms[name] if isinstance(terms[name], bool) else str(terms[name])


@pytest.fixture(scope="module")
def case():
    return hm.load("northx")


@pytest.fixture(autouse=True)
def lines_only(monkeypatch):
    """Solve and draw nothing: quotes rest on the lines alone."""
    monkeypatch.setattr(state, "soon", lambda function: function())
    for module in (state, pricing):
        monkeypatch.setattr(module, "background", lambda work: work.close())


@pytest.fixture
def shell(case):
    """Return the dashboard with its page of prices open."""
    made = Shell(Desk(case), PAGES)
    made.open("pricing")
    return made


@pytest.fixture
def quoting(shell):
    """Return the quote builder with its terms typed as by a person."""
    quoting = shell.page.quoting
    typed(quoting, name="Pilot", **TERMS)
    return quoting


def rows_of(quoting):
    """Return the rows of the offered file, by line."""
    (file,) = re.findall("<template># (.*?)</template>", quoting.found.value, re.S)
    origin, _, table = html.unescape(file).partition("\n")
    assert quoting.priced.quote.hash in origin
    return {row["line"]: row for row in csv.DictReader(io.StringIO(table))}


def test_every_term_of_a_quote_can_be_said():
    assert {*CONTENT, *CONDITIONS} == {*hm.Quote.__dataclass_fields__} - {"reason"}


def test_it_begins_with_a_quote_that_holds(shell):
    begun = Quoting(shell)
    assert begun.priced.quote.batches == 1
    assert begun.status.value == ""


def test_the_price_is_that_of_the_model(case, quoting):
    expected = hm.price_quote(hm.run(case, solved=False), hm.Quote("Pilot", **TERMS))
    rows = rows_of(quoting)
    for line in ("price", "full_cost", "lowest_price_to_sign", "margin"):
        for track in ("innovation", "commercial"):
            assert float(rows[line][track]) == expected[line, track]
    assert "hub-failed" not in quoting.status.value


def test_a_discount_lowers_the_price_by_its_share(quoting):
    before = {track: quoting.priced["price", track] for track in ("innovation", "commercial")}
    typed(quoting, discount="10 %")
    for track, price in before.items():
        assert quoting.priced["price", track] == pytest.approx(0.9 * price, rel=1e-12)


def test_conditions_are_read_with_their_units(quoting):
    typed(
        quoting, payment_days="60 days", deposit_share="25 %", index_clause=True, currency="EUR", exchange_rate="11,2"
    )
    quote = quoting.priced.quote
    assert (quote.payment_days, quote.deposit_share, quote.index_clause) == (60, 0.25, True)
    assert (quote.currency, quote.exchange_rate) == ("EUR", 11.2)


@pytest.mark.parametrize(
    ("terms", "problem"),
    [
        ({"batches": "2.5"}, "batches must be a whole number, got 2.5; quote whole batches"),
        ({"start": "soon"}, "start must be a month, got 'soon'; write for example 2027-03"),
        ({"discount": "110 %"}, "Discount must lie between 0 and 100 %, got '110 %'; type a number from 0 to 100"),
        ({"signed": "2050-01", "start": "2050-01"}, "outside the calendar 2021 to 2040; change the month"),
    ],
)
def test_what_does_not_hold_is_one_line_and_the_last_quote_stays(quoting, terms, problem):
    last, shown = quoting.priced, quoting.found.value
    typed(quoting, **terms)
    assert problem in html.unescape(quoting.status.value)
    assert "\n" not in quoting.status.value
    assert (quoting.priced, quoting.found.value) == (last, shown)
    assert "hub-stale" in quoting.found._dom_classes
    typed(quoting, **{name: TERMS.get(name, "") for name in terms})
    assert quoting.status.value == ""
    assert "hub-stale" not in quoting.found._dom_classes


def test_a_quote_is_kept_with_a_reason_and_undo_takes_it_out(shell, quoting):
    quoting.keep.click()
    assert "lacks a reason; say why it is quoted" in html.unescape(quoting.status.value)
    assert shell.desk.case.quotes == ()
    quoting.reason.value = "an enquiry"
    quoting.keep.click()
    assert [(quote.name, quote.reason) for quote in shell.desk.case.quotes] == [("Pilot", "an enquiry")]
    quoting.show_lines()
    assert dict(quoting.kept.options)["Pilot"] == "Pilot"
    shell.desk.undo()
    assert shell.desk.case.quotes == ()
    quoting.show_lines()
    assert "Pilot" not in dict(quoting.kept.options)


def test_a_kept_quote_is_opened_as_it_was(quoting):
    typed(quoting, discount="7.5 %", deposit_share="25 %", payment_days="45", analyses="4")
    quoting.reason.value = "an enquiry"
    kept = quoting.priced.quote
    quoting.keep.click()
    quoting.show_lines()
    typed(quoting, name="Another", discount="0 %", deposit_share="0 %")
    quoting.kept.value = "Pilot"
    assert quoting.priced.quote.terms == kept.terms
    assert quoting.reason.value == "an enquiry"


def test_a_kept_quote_survives_a_lever_and_goes_out_and_in_with_the_scenario(case, shell, quoting, tmp_path):
    quoting.reason.value = "an enquiry"
    quoting.keep.click()
    shell.desk.change("commercial_margin", 0.3)
    assert [quote.name for quote in shell.desk.case.quotes] == ["Pilot"]
    path = tmp_path / "own.toml"
    path.write_text(to_toml(shell.desk.case), encoding="utf-8")
    back = hm.load("northx", str(path))
    assert back.quoted("Pilot") == shell.desk.case.quoted("Pilot")
    assert back.inputs_hash == shell.desk.case.inputs_hash


def test_a_lever_moves_the_price_that_is_shown(shell, quoting):
    before = quoting.priced["price", "commercial"]
    shell.desk.change("commercial_margin", 0.35)
    shell.show_solved()
    assert quoting.priced["price", "commercial"] > before


def test_every_line_is_explained_down_to_a_term(quoting):
    found = quoting.explain("full_cost", "", "", 8)
    assert isinstance(found, Explanation)
    assert found.value == quoting.priced["full_cost", "innovation"]
    assert "term of the quote" in str(found)
    assert quoting.explain("net_present_value", "", "", 3) is None
    for name in re.findall(r'data-line="([a-z_]+)"', quoting.found.value):
        assert quoting.explain(name, "", "", 1) is not None, name


def test_a_hub_by_the_year_has_no_quotes_and_says_what_to_do(case):
    quoting = in_a_thread(lambda: Quoting(Shell(Desk(case.with_({"period": "year"})), PAGES)))
    assert "needs a run by the month; set period=month" in html.unescape(quoting.status.value)
    assert quoting.priced is None


def test_files_are_those_of_the_shown_quote(shell, quoting):
    for what, magic in (("quote_workbook", b"PK"), ("quote_page", b"%PDF")):
        data = shell.desk.worker.quote(what, quoting.priced, "sv")
        assert data.startswith(magic)


def test_steps_of_the_cost_add_up_to_the_full_cost(quoting):
    priced, figure = quoting.priced, cost_of_quote(quoting.priced)
    levels, ups = (next(row for row in figure.series if row.name == kind) for kind in ("level", "up"))
    at = {name: place for place, name in enumerate(figure.periods)}
    assert levels.values[at["Full cost"]] == priced["full_cost", "innovation"]
    last = next(value for value in reversed(ups.values) if value is not None)
    assert last == pytest.approx(priced["full_cost", "innovation"], rel=1e-12)
    assert levels.values[-1] == priced["price_at_delivery", "commercial"]


def test_the_cash_ends_at_what_the_project_earns_in_cash(quoting):
    figure = cash_of_quote(quoting.priced)
    for series, track in zip(figure.series, ("innovation", "commercial"), strict=True):
        assert series.values[-1] == pytest.approx(sum(quoting.priced.cash(track).values()), rel=1e-9)
        assert min(series.values) == pytest.approx(quoting.priced["deepest_cash", track], rel=1e-9)


def test_units_are_asked_for_the_terms_that_have_one():
    assert set(UNITS) <= {*CONTENT, *CONDITIONS}
