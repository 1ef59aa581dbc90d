"""Tables for notebooks of other facilities beside a case; values that are not published are marked."""

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
    """Return the status and cost of a case and of other facilities, as text.

    "At least" marks an investment that is published only in part. Amounts are of each facility's own years, in SEK at
    the rates of data/exchange_rates.csv.
    """
    import pandas as pd

    found = [as_facility(result), *others]
    return pd.DataFrame(
        {
            "status": [facility.status for facility in found],
            "invested": [_at_least(facility, facility.investment) for facility in found],
            "public share": [_as_text(facility.public_share, "share") for facility in found],
            "area, m2": [_as_text(facility.known.get("area"), "1") for facility in found],
            "invested per m2": [_at_least(facility, facility.investment_per_area) for facility in found],
            "sold at, per m2": [_as_text(facility.sale_price_per_area) for facility in found],
            "invested per yearly dose": [
                _at_least(facility, facility.investment_per_yearly_dose) for facility in found
            ],
            "reserved dose-year": [_as_text(facility.fee_per_dose_year) for facility in found],
        },
        index=[facility.name for facility in found],
    )


def _at_least(facility: Facility, value: float | None) -> str:
    return _as_text(value) if facility.is_whole or value is None else f"at least {_as_text(value)}"


def takeaway(result: Evaluation, others: Sequence[Facility]) -> str:
    """Summarise in two sentences what became of other facilities and how a case compares."""
    failed, sold = ([facility for facility in others if facility.status in outcome] for outcome in (FAILED, ("sold",)))
    per_area = [facility.investment_per_area for facility in others if facility.investment_per_area]
    shares = [facility.public_share for facility in others if facility.public_share]
    own = _as_text(as_facility(result).public_share, "share")
    return (
        f"Of {len(others)} others {len(failed)} closed, never opened or did not meet their goals, and {len(sold)} were "
        f"sold. A square metre cost from {_as_text(min(per_area))} to {_as_text(max(per_area))} or more; public money "
        f"is {own} of the investment here, {_as_text(min(shares), 'share')} to {_as_text(max(shares), 'share')} there."
    )


def outcomes(others: Sequence[Facility]) -> pd.DataFrame:
    """Return how many other facilities, and which, had each outcome."""
    import pandas as pd

    by_status = {status: [facility.name for facility in others if facility.status == status] for status in OUTCOMES}
    known = {status: names for status, names in by_status.items() if names}
    return pd.DataFrame(
        {
            "facilities": [len(names) for names in known.values()],
            "which": ["; ".join(names) for names in known.values()],
        },
        index=[*known],
    )


def risk_inputs(case: Case, others: Sequence[Facility]) -> pd.DataFrame:
    """Return the inputs of a case for which other facilities give evidence: value, range and evidence as written."""
    import pandas as pd

    found = [
        (row.bears_on, facility, row) for facility in others for row in facility.rows if row.bears_on in case.by_key
    ]
    found.sort(key=lambda each: [*case.by_key].index(each[0]))
    rows = [
        {
            "input": label(key),
            **{end: written([getattr(row, end) for row in case.by_key[key]]) for end in ("value", "low", "high")},
            "unit": case.by_key[key][0].unit,
            "facility": facility.name,
            "what it says": f"{facility.status if row.quantity == 'status' else row.quantity}: {row.note}",
            "grade": row.grade,
        }
        for key, facility, row in found
    ]
    columns = ["input", "facility", "value", "low", "high", "unit", "what it says", "grade"]
    return pd.DataFrame(rows, columns=columns).set_index(["input", "facility"])


def rates() -> pd.DataFrame:
    """Return the exchange rates of foreign currencies [SEK], as written, with the reason."""
    import pandas as pd

    rows = [
        {
            "currency": f"{rate.currency} {rate.year}".strip(),
            **{end: written([getattr(rate, end)]) for end in ("value", "low", "high")},
            "grade": rate.grade,
            "note": rate.note,
        }
        for rate in exchange_rates()
    ]
    return pd.DataFrame(rows).set_index("currency")
