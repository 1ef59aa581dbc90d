"""A quote as a workbook: one sheet, recalculated by LibreOffice as by Python, before and after a term changes in it."""

import dataclasses

import office
import pytest

import hubmodel as hm
from hubmodel.errors import InputError
from hubmodel.language import label
from hubmodel.quote import TRACKS, Quote, priced, sections

TOLERANCE = 1e-9
PILOT = Quote("Pilot", "plasmid DNA", "2027-01", "2027-07", development_hours=1800, development_months=6, batches=3,
              batches_per_month=1, index_clause=True, currency="EUR", exchange_rate=11.5, rate_move=-0.1)  # fmt: skip
# What may change inside without moving the months that the numbers of the hub are of.
OTHER = {"batches": 6, "batches_per_month": 2, "discount": 0.1, "academic": True, "deposit_share": 0.3,
         "development_hours": 2400, "failed_batch_customer_share": 1, "analyses": 7, "index_clause": False}  # fmt: skip


@pytest.fixture(scope="module")
def hub():
    return hm.run(hm.load("northx"), solved=False)


@pytest.fixture(scope="module")
def written(hub, tmp_path_factory):
    """The quote, its workbook without stored results, and the exact value behind every formula."""
    path, record = tmp_path_factory.mktemp("quote") / "quote.xlsx", {}
    found = priced(hub, dataclasses.replace(PILOT, deposit_share=0.2))
    assert hm.write_quote(found, path, cached=False, record=record) == len(record)
    return found, path, record


def differences(record, got):
    """Cells that are not what Python has, worst first."""
    off = {at: abs(got[at] - value) / max(abs(value), 1) for at, value in record.items() if isinstance(got[at], float)}
    assert off.keys() == record.keys()
    return sorted(((far, at) for at, far in off.items() if far > TOLERANCE), reverse=True)


@pytest.mark.slow
def test_every_formula_recalculates_to_python(written):
    _, path, record = written
    assert differences(record, office.values(office.recalculated(path, path.parent))) == []


@pytest.mark.slow
def test_changing_terms_inside_gives_what_python_gives(hub, written):
    found, path, _ = written
    cells, record = office.values(path), {}
    changed = priced(hub, dataclasses.replace(found.quote, **OTHER))
    hm.write_quote(changed, path.with_name("expected.xlsx"), cached=False, record=record)
    edited = office.edited(path, path.with_name("changed.xlsx"), typed(cells), sheet="Quote")
    got = office.values(office.recalculated(edited, path.parent))
    assert differences(record, got) == []


def typed(cells):
    """The cells that a person would edit for the other terms; deposits stand by track."""
    keys = {"batches_per_month": "batch_pace"}
    (begins,) = (int(at[1:]) for (_, at), said in cells.items() if str(said).startswith("Terms of the quote"))
    (ends,) = (int(at[1:]) for (_, at), said in cells.items() if str(said).startswith("Of these, in the model"))
    out = {}
    for term, value in OTHER.items():
        said = label(keys.get(term, term))
        rows = [
            at[1:] for (_, at), one in cells.items() if at[0] == "A" and one == said and begins < int(at[1:]) < ends
        ]
        assert len(rows) == (2 if term == "deposit_share" else 1), term
        out |= {f"D{row}": float(value) for row in rows}
    return out


def test_the_tables_stand_on_top_with_both_tracks(written):
    found, path, _ = written
    cells = office.values(path)
    for section in sections(found):
        (row,) = (at[1:] for (_, at), said in cells.items() if at[0] == "A" and said == section.title)
        assert [cells["Quote", f"{column}{row}"] for column in "CD"] == [track.capitalize() for track in TRACKS]


def test_the_sheet_says_whose_numbers_it_holds(written):
    found, path, _ = written
    said = " ".join(str(one) for one in office.values(path).values())
    for part in (found.hub.case.title, found.hub.case.inputs_hash, found.quote.hash, hm.__version__):
        assert part in said


def test_a_file_of_another_kind_is_refused(written, tmp_path):
    with pytest.raises(InputError, match=r"offer\.ods: a workbook's name ends with \.xlsx; write offer\.xlsx"):
        hm.write_quote(written[0], tmp_path / "offer.ods")
