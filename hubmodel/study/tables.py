"""Contents of the tables: lines in the order of a statement, how each adds up over a year, and whether it is split.

``+operating_cost`` stands for the ingredients of that line, so that a new cost needs no entry here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hubmodel.errors import InputError

Entry = tuple[str, str, bool]


def _lines(how: str, names: str, split: bool = False) -> list[Entry]:
    return [(name, how, split) for name in names.split()]


TABLES: dict[str, list[Entry]] = {
    "income": _lines(
        "sum",
        "innovation_revenue commercial_revenue training_revenue reservation_revenue revenue "
        "+operating_cost operating_cost gross_margin ebitda depreciation grant_released ebit "
        "interest_charge profit_before_tax appropriations tax claw_back net_profit value_added",
    ),
    "cash-flow": _lines(
        "sum",
        "ebitda tax_paid operating_cash_flow spending spending_in_kind reinvestment investing_cash_flow "
        "total_grant_received grant_repaid claw_back debt_drawn debt_repaid interest own_capital_paid loss_funding "
        "financing_cash_flow cash_flow",
    )
    + _lines("last", "cash unearned_grant free_cash"),
    "balance": _lines(
        "last",
        "book_value capitalised_interest receivables contract_assets inventory cash assets_in_balance payables "
        "customer_advances unearned_grant deferred_grant debt tax_payable liabilities untaxed_reserves "
        "paid_in_capital_to_date retained_earnings equity balance_sheet",
    ),
    "capacity": _lines("mean", "utilisation", True)
    + _lines("sum", "suite_days_open suite_days_used unmet_suite_days", True)
    + _lines("mean", "operations_share quality_share operations_posts quality_posts", True)
    + _lines("mean", "innovation_projects_active commercial_projects_active")
    + _lines("sum", "innovation_batches commercial_batches development_projects quoted_hours open_access_cost"),
    "pricing": _lines(
        "mean",
        "fee_for_service_price_per_batch standard_conversion_cost_per_batch price_at_margin price_ceiling "
        "commercial_price_per_batch on_floor on_ceiling",
        True,
    )
    + _lines("mean", "platforms_on_floor platforms_on_ceiling")
    + _lines("mean", "actual_conversion_cost_per_batch conversion_cost_above_standard", True),
    "funding": _lines(
        "sum",
        "total_grant_received grant_used grant_repaid own_contribution_in_period loss_funding debt_drawn sources uses",
    )
    + _lines("last", "unearned_grant loss_funding_to_date"),
    "sites": _lines("sum", "revenue_at_site operating_cost ebitda_at_site", True)
    + _lines("last", "asset_cost_at_site", True),
    "programme": _lines("sum", "programme_funding", True)
    + _lines("sum", "programme_funding_total")
    + _lines("sum", "programme_co_financing_required", True),
}


@dataclass(frozen=True)
class TableRow:
    """A row of a table: a line and member, its label, and its values [engine's unit]."""

    line: str
    member: str
    label: str
    unit: str
    values: tuple[float, ...]


@dataclass(frozen=True)
class Table:
    """A table: names of its columns, and rows in the order of the statement."""

    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]


def entries(name: str, ingredients: Mapping[str, tuple[str, ...]]) -> list[Entry]:
    """Return the lines of a table, with each ``+line`` replaced by its ingredients."""
    return [
        (line, how, split)
        for entry, how, split in TABLES[name]
        for line in (ingredients[entry[1:]] if entry.startswith("+") else (entry,))
    ]


def parts(period: str, by: str) -> int:
    """Return the number of periods of a run in each period of a table."""
    order = {"month": 12, "quarter": 4, "year": 1}
    if by not in order or order[by] > order[period]:
        finest = [name for name, count in order.items() if count <= order[period]]
        raise InputError(
            "by must be {periods} in a run by {period}, got {value!r}; change one of them",
            periods=", ".join(finest), period=period, value=by,
        )  # fmt: skip
    return order[period] // order[by]
