"""A quote on paper: one tagged page in its language, both tracks side by side, not for the customer."""

import dataclasses
import re

import pytest

import hubmodel as hm
from hubmodel.errors import InputError
from hubmodel.output.pdf.quote import page, quote_pdf
from hubmodel.pricing import TRACKS, Quote, price_quote, sections
from hubmodel.text.numbers import format_value

PILOT = Quote("Pilot", "plasmid DNA", "2027-01", "2027-07", reason="an enquiry", development_hours=1800,
              development_months=6, batches=3, batches_per_month=0.5)  # fmt: skip


@pytest.fixture(scope="module")
def found(study):
    return price_quote(study, PILOT)


@pytest.mark.parametrize("language", ["en", "sv"])
@pytest.mark.parametrize("changes", [{}, {"batches_per_month": 3, "currency": "EUR", "exchange_rate": 11.5}])
def test_a_quote_is_one_tagged_page(study, changes, language):
    pdf = quote_pdf(price_quote(study, dataclasses.replace(PILOT, **changes)), language)
    assert b"/Type/Pages/Count 1/" in pdf
    for part in (f"/Lang({language})".encode(), b"<pdfuaid:part>1</pdfuaid:part>", study.case.inputs_hash.encode()):
        assert part in pdf
    tables = 9 + bool(changes)  # eight of the quote, its cash, and its currency where it has one
    assert len(re.findall(rb"/S/Table\b", pdf)) == tables


def test_the_page_holds_the_tables_and_says_that_it_is_internal(found):
    data = page(found, "en")
    rows = {name: both for column in data["columns"] for table in column for name, *both in table["rows"]}
    for section in sections(found):
        for row in section.rows:
            shown = ["" if row.values[track] is None else format_value(row.values[track], row.unit) for track in TRACKS]
            assert rows[row.label] == shown
    assert data["internal"] == "Holds costs: not for the customer"


def test_cash_is_shown_by_the_quarter_of_a_long_project(found):
    (cash,) = (table for table in page(found, "en")["columns"][0] if table["title"] == "Cash flow")
    assert [period for period, *_ in cash["rows"]] == ["2027-Q1", "2027-Q3", "2027-Q4", "2028-Q1", "2028-Q2", "2028-Q3"]
    short = dataclasses.replace(PILOT, development_hours=0, development_months=0, batches=1, batches_per_month=1)
    (cash,) = (
        table for table in page(price_quote(found.hub, short), "en")["columns"][0] if table["title"] == "Cash flow"
    )
    assert [period for period, *_ in cash["rows"]] == ["2027-01", "2027-07", "2027-10"]


def test_the_answer_says_price_margin_lowest_and_start(found):
    first, _ = page(found, "en")["answer"]
    price, least = (format_value(found[name, "innovation"], "SEK") for name in ("price", "lowest_price_to_sign"))
    assert first.startswith(f"Innovation: {price} at the prices of 2027-01, a margin of ")
    assert first.endswith(f"not below {least}. Earliest start: 2027-01.")


def test_the_same_quote_gives_the_same_bytes(found):
    assert quote_pdf(found) == quote_pdf(found)


def test_another_suffix_is_refused(found, tmp_path):
    with pytest.raises(InputError, match=r"^offer\.doc: a page's name ends with \.pdf; write offer\.pdf$"):
        hm.write_quote_page(found, tmp_path / "offer.doc")
    hm.write_quote_page(found, tmp_path / "offer.pdf", language="sv")
    assert (tmp_path / "offer.pdf").read_bytes() == quote_pdf(found, "sv")
