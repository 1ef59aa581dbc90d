"""A quote as a workbook: one sheet, recalculated by LibreOffice as by Python, before and after terms change in it."""

import dataclasses
import datetime
import math

import numpy as np
import office
import pytest

import hubmodel as hm
from hubmodel.errors import InputError
from hubmodel.pricing import TRACKS, Quote, price_quote, sections
from hubmodel.pricing.given import given, month_of
from hubmodel.text.language import label

TOLERANCE = 1e-9
PILOT = Quote("Pilot", "plasmid DNA", "2027-01", "2027-07", development_hours=1800, development_months=6, batches=3,
              batches_per_month=1, index_clause=True, currency="EUR", exchange_rate=11.5, rate_move=-0.1,
              deposit_share=0.2)  # fmt: skip
LATER = {"signed": "2028-09", "start": "2029-01"}
# One change of each kind inside the workbook: the same terms in Python must give the same figures.
CHANGES = {
    "dates": LATER,
    "earlier": {"signed": "2026-03", "start": "2026-03"},
    "content": {"batches": 6, "batches_per_month": 2, "development_hours": 2400, "development_months": 9},
    "panels": {"analyses": 7, **LATER},
    "conditions": {"discount": 0.1, "academic": True, "index_clause": False, "deposit_share": 0.0,
                   "milestone_share": 0.5, "failed_batch_customer_share": 1, "cancellation_fee_share": 0.25,
                   "payment_days": 75},
    "currency": {"exchange_rate": 10.25, "rate_move": 0.2, "rate_move_customer_share": 0.5},
    "no batches": {"batches": 0, "batches_per_month": 0, **LATER},
    "slower": {"batches_per_month": 0.25, "development_months": 11, **LATER},
}  # fmt: skip
# Terms that Python refuses: no figure may then be shown.
REFUSED = {
    "signed after the start": {"signed": "2028-09"},
    "before the calendar": {"signed": "2019-01"},
    "after the calendar": {"start": "2051-01"},
    "paid after the calendar": {"start": "2040-06"},
    "half a batch": {"batches": 2.5},
    "no pace": {"batches_per_month": 0},
    "no time": {"development_months": 0},
    "below zero": {"development_hours": -1},
    "35 for a share": {"discount": 35},
    "more than the price": {"deposit_share": 0.6, "milestone_share": 0.5},
    "a fall by more than all": {"rate_move": -1},
    "no rate": {"exchange_rate": 0},
}
TYPED_ONLY = {"blank": None, "text": "soon"}  # only possible in a workbook
KEYS = {"signed": "signing_date", "start": "start_date", "batches_per_month": "batch_pace",
        "development_months": "development_time", "payment_days": "payment_time"}  # fmt: skip


@pytest.fixture(scope="module")
def hub():
    return hm.run(hm.load("northx"), solved=False)


@pytest.fixture(scope="module")
def written(hub, tmp_path_factory):
    """Return the quote, its workbook without stored results, and the exact value behind every formula."""
    path, record = tmp_path_factory.mktemp("quote") / "quote.xlsx", {}
    found = price_quote(hub, PILOT)
    assert hm.write_quote(found, path, cached=False, record=record) == len(record)
    return found, path, record


@pytest.fixture(scope="module")
def recalculated(written):
    """Recalculate the cells of the workbook after each change of its terms."""
    _, path, _ = written
    cells, kinds = office.values(path), {**CHANGES, **REFUSED}
    files = {name: office.edited(path, path.with_name(f"{name}.xlsx"), typed(cells, change), sheet="Quote")
             for name, change in kinds.items()}  # fmt: skip
    for name, value in TYPED_ONLY.items():
        change = dict.fromkeys(typed(cells, {"signed": "2027-01"}), value)
        files[name] = office.edited(path, path.with_name(f"{name}.xlsx"), change, sheet="Quote")
    done = office.all_recalculated(list(files.values()), path.parent)
    return {name: office.values(at) for name, at in zip(files, done, strict=True)}


def typed(cells, change):
    """Return the cells that a person would edit for other terms; deposits and milestones are by track."""
    (begins,) = (int(at[1:]) for (_, at), text in cells.items() if str(text).startswith("Terms of the quote"))
    (ends,) = (int(at[1:]) for (_, at), text in cells.items() if str(text).startswith("Terms that go together"))
    out = {}
    for term, value in change.items():
        name = label(KEYS.get(term, term))
        rows = [at[1:] for (_, at), text in cells.items()
                if at[0] == "A" and text == name and begins < int(at[1:]) < ends]  # fmt: skip
        assert len(rows) == (2 if term in ("deposit_share", "milestone_share") else 1), term
        if term in ("signed", "start"):
            value = (datetime.date.fromisoformat(f"{value}-01") - datetime.date(1899, 12, 30)).days
        out |= {f"D{row}": float(value) for row in rows}
    return out


def shown(cells, quote):
    """Return the figures of the tables on top, by line and track."""
    out = {}
    for section in sections(quote):
        (row,) = (int(at[1:]) for (_, at), text in cells.items() if at[0] == "A" and text == section.title)
        for number, line in enumerate(section.rows, row + 1):
            assert cells["Quote", f"A{number}"] == line.label
            out |= {(line.name, track): cells.get(("Quote", f"{column}{number}"), "")
                    for column, track in zip("CD", TRACKS, strict=True)}  # fmt: skip
    return out


def expected(quote):
    """Return Python's value of each of them, a month for a line that is a date."""
    out = {}
    for line in (line for section in sections(quote) for line in section.rows):
        for track, value in line.values.items():
            if line.unit == "date" and value is not None:
                day = datetime.date.fromisoformat(f"{month_of(value)}-01")
                value = float((day - datetime.date(1899, 12, 30)).days)
            out[line.name, track] = "" if value is None else value
    return out


def unlike(got, wanted):
    """Return the figures that differ from Python's; a missing value is blank, or #N/A for a ratio."""
    out = {}
    for at, value in wanted.items():
        if isinstance(value, float):
            same = isinstance(got[at], float) and math.isclose(got[at], value, rel_tol=1e-9, abs_tol=1e-6)
        else:
            same = got[at] in ("", "#N/A")
        if not same:
            out[at] = got[at], value
    return out


@pytest.mark.slow
def test_every_formula_recalculates_to_python(written):
    _, path, record = written
    got = office.values(office.recalculated(path, path.parent))
    numbers = {at: value for at, value in record.items() if isinstance(value, float) and math.isfinite(value)}
    off = {at: abs(got[at] - value) / max(abs(value), 1) for at, value in numbers.items()}
    assert {at: far for at, far in off.items() if far > TOLERANCE} == {}
    assert {at: (got.get(at, ""), value) for at, value in record.items()
            if isinstance(value, str) and got.get(at, "") != value} == {}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES)
def test_terms_changed_inside_give_every_figure_that_python_gives(hub, written, recalculated, change):
    found, *_ = written
    other = price_quote(hub, dataclasses.replace(found.quote, **CHANGES[change]))
    got = shown(recalculated[change], found)
    assert unlike(got, expected(other)) == {}
    assert unlike(got, expected(found)) != {}  # the change is visible


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES)
def test_what_python_solved_is_not_shown_for_other_terms(written, recalculated, change):
    found, cells = written[0], recalculated[change]
    (row,) = (int(at[1:]) for (_, at), text in cells.items() if str(text).startswith("Earliest start"))
    assert [cells["Quote", f"C{row + at}"] for at in (1, 2)] == ["#N/A", "#N/A"]
    assert cells["Quote", "A2"] == f"Terms changed since the export of quote {found.quote.hash}"


@pytest.mark.slow
@pytest.mark.parametrize("change", [*REFUSED, *TYPED_ONLY])
def test_terms_that_python_refuses_show_no_figure(hub, written, recalculated, change):
    found, *_ = written
    if change in REFUSED:
        with pytest.raises(InputError):
            price_quote(hub, dataclasses.replace(found.quote, **REFUSED[change]))
    cells = recalculated[change]
    numbers = {at: value for at, value in shown(cells, found).items() if value not in ("", "#N/A")}
    assert numbers == {}
    assert cells["Quote", "A2"].endswith("of the terms below FAIL: no figure stands until they hold")


def test_a_condition_that_the_case_dates_follows_the_month(hub, tmp_path):
    # customers pay after 30 days, from 2029 on after 90: work in 2027 is paid after 30 days, work in 2029 after 90
    rows = tuple(row for row in hub.case.rows if row.key != "receivable_time")
    (before,) = (row for row in hub.case.rows if row.key == "receivable_time")
    after = before.model_copy(update={"period": "2029", "value": 90.0})
    dated = dataclasses.replace(hub.case, rows=(*rows, before, after), base=None, overrides=())
    quote = price_quote(hm.run(dated, solved=False), PILOT)
    later = price_quote(quote.hub, dataclasses.replace(PILOT, **LATER))
    assert [priced["payment_time", "innovation"] * 365 for priced in (quote, later)] == pytest.approx([30, 90])
    hm.write_quote(quote, tmp_path / "dated.xlsx", cached=False)
    cells = typed(office.values(tmp_path / "dated.xlsx"), LATER)
    changed = office.edited(tmp_path / "dated.xlsx", tmp_path / "later.xlsx", cells, sheet="Quote")
    got = office.values(office.recalculated(changed, tmp_path))
    assert unlike(shown(got, quote), expected(later)) == {}


def test_months_are_those_of_the_hub_or_those_of_the_quote(hub):
    # the same quote, whatever months the sheet covers
    wide = hm.evaluate(given(hub, PILOT, every_month=True).case)
    for name in ("price", "lowest_price_to_sign", "deepest_cash", "balance_paid"):
        narrow = price_quote(hub, PILOT)
        values = np.atleast_2d(wide[name])[:, 0]
        np.testing.assert_allclose(values, [narrow[name, track] for track in TRACKS][: len(values)], rtol=1e-12)
    assert len(wide.case.periods) == len(hub.case.periods)


def test_the_tables_stand_on_top_with_both_tracks(written):
    found, path, _ = written
    cells = office.values(path)
    for section in sections(found):
        (row,) = (at[1:] for (_, at), text in cells.items() if at[0] == "A" and text == section.title)
        assert [cells["Quote", f"{column}{row}"] for column in "CD"] == [track.capitalize() for track in TRACKS]


def test_the_sheet_says_whose_numbers_it_holds(hub, tmp_path):
    found = price_quote(hub, PILOT)
    hm.write_quote(found, tmp_path / "quote.xlsx")
    shown = " ".join(str(value) for value in office.values(tmp_path / "quote.xlsx").values())
    for part in (found.hub.case.title, found.hub.case.inputs_hash, found.quote.hash, hm.__version__):
        assert part in shown


def test_a_currency_that_the_quote_does_not_name_cannot_be_typed(hub, tmp_path):
    plain = dataclasses.replace(PILOT, currency="", exchange_rate=None, rate_move=0.0)
    hm.write_quote(price_quote(hub, plain), tmp_path / "plain.xlsx")
    with pytest.raises(AssertionError, match="exchange_rate"):
        typed(office.values(tmp_path / "plain.xlsx"), {"exchange_rate": 11})


def test_a_file_of_another_kind_is_refused(written, tmp_path):
    with pytest.raises(InputError, match=r"offer\.ods: a workbook's name ends with \.xlsx; write offer\.xlsx"):
        hm.write_quote(written[0], tmp_path / "offer.ods")
