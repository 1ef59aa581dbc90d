"""Other facilities beside a case, as a reader of a notebook sees them; what is not published says so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hubmodel.case.facility import Case
from hubmodel.output.frames import written
from hubmodel.portfolio.comparators import FAILED, OUTCOMES, Facility, as_facility, exchange_rates
from hubmodel.study.result import Evaluation
from hubmodel.text.language import label
from hubmodel.text.numbers import format_value

if TYPE_CHECKING:
    import pandas as pd

UNKNOWN = "not published"


def _as_text(value: float | None, unit: str = "SEK") -> str:
    return UNKNOWN if value is None else format_value(value, unit, digits=3)


def side_by_side(result: Evaluation, others: Sequence[Facility]) -> pd.DataFrame:
    """Return a case, then other facilities: what became of them, and what they cost, as text.

    "At least" stands where only a part of the investment is published. Amounts are those of each facility's own
    years, in SEK at the rates of data/exchange_rates.csv.
    """
    import pandas as pd

    found = [as_facility(result), *others]
    return pd.DataFrame(
        {
            "status": [one.status for one in found],
            "invested": [_at_least(one, one.investment) for one in found],
            "public share": [_as_text(one.public_share, "share") for one in found],
            "area, m2": [_as_text(one.known.get("area"), "1") for one in found],
            "invested per m2": [_at_least(one, one.investment_per_area) for one in found],
            "sold at, per m2": [_as_text(one.sale_price_per_area) for one in found],
            "invested per yearly dose": [_at_least(one, one.investment_per_yearly_dose) for one in found],
            "reserved dose-year": [_as_text(one.fee_per_dose_year) for one in found],
        },
        index=[one.name for one in found],
    )


def _at_least(facility: Facility, value: float | None) -> str:
    return _as_text(value) if facility.is_whole or value is None else f"at least {_as_text(value)}"


def takeaway(result: Evaluation, others: Sequence[Facility]) -> str:
    """Return in two sentences what became of others, and how a case lies beside them."""
    failed, sold = ([one for one in others if one.status in of] for of in (FAILED, ("sold",)))
    per_area = [one.investment_per_area for one in others if one.investment_per_area]
    shares = [one.public_share for one in others if one.public_share]
    own = _as_text(as_facility(result).public_share, "share")
    return (
        f"Of {len(others)} others {len(failed)} closed, never opened or did not meet their goals, and {len(sold)} were "
        f"sold. A square metre cost from {_as_text(min(per_area))} to {_as_text(max(per_area))} or more; public money "
        f"is {own} of the investment here, {_as_text(min(shares), 'share')} to {_as_text(max(shares), 'share')} there."
    )


def outcomes(others: Sequence[Facility]) -> pd.DataFrame:
    """Return what became of other facilities: how many, and which."""
    import pandas as pd

    by_status = {status: [one.name for one in others if one.status == status] for status in OUTCOMES}
    known = {status: names for status, names in by_status.items() if names}
    return pd.DataFrame(
        {
            "facilities": [len(names) for names in known.values()],
            "which": ["; ".join(names) for names in known.values()],
        },
        index=[*known],
    )


def risk_inputs(case: Case, others: Sequence[Facility]) -> pd.DataFrame:
    """Return the inputs of a case that other facilities say something about: value and range as written, and what."""
    import pandas as pd

    told = [(row.bears_on, one, row) for one in others for row in one.rows if row.bears_on in case.by_key]
    told.sort(key=lambda each: [*case.by_key].index(each[0]))
    rows = [
        {
            "input": label(key),
            **{end: written([getattr(row, end) for row in case.by_key[key]]) for end in ("value", "low", "high")},
            "unit": case.by_key[key][0].unit,
            "facility": one.name,
            "what it says": f"{one.status if row.quantity == 'status' else row.quantity}: {row.note}",
            "grade": row.grade,
        }
        for key, one, row in told
    ]
    columns = ["input", "facility", "value", "low", "high", "unit", "what it says", "grade"]
    return pd.DataFrame(rows, columns=columns).set_index(["input", "facility"])


def rates() -> pd.DataFrame:
    """Return what foreign currencies are taken to be worth [SEK], as written, with the reason."""
    import pandas as pd

    rows = [
        {
            "currency": f"{one.currency} {one.year}".strip(),
            **{end: written([getattr(one, end)]) for end in ("value", "low", "high")},
            "grade": one.grade,
            "note": one.note,
        }
        for one in exchange_rates()
    ]
    return pd.DataFrame(rows).set_index("currency")
